// types_dict.cc — dict and its views.

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

Dict& self_of(const NativeCall& call) { return *as<Dict>(call.args[0]); }

Value dict_new(NativeCall& call) {
  return allocate(call.py, *as<Type>(call.args[0]));
}

/// Adds the pairs of a mapping or of an iterable of pairs.
Task<bool> add_pairs(Interpreter& py, Value into, Value from) {
  if (const Dict* const dict = as<Dict>(from)) {
    const std::vector<Table::Entry> entries = dict->table.entries();
    for (const Table::Entry& entry : entries) {
      if (!entry.key) continue;
      const bool set = co_await py.set_item(into, entry.key, entry.value);
      if (!set) co_return false;
    }
    co_return true;
  }
  if (py.special(from, "keys")) {
    Arguments none;
    const Value keys = co_await py.call_method(from, "keys", std::move(none));
    if (!keys) co_return false;
    Values names;
    const bool taken = co_await py.collect(keys, &names);
    if (!taken) co_return false;
    for (const Value& name : names) {
      const Value value = co_await py.subscript(from, name);
      if (!value) co_return false;
      const bool set = co_await py.set_item(into, name, value);
      if (!set) co_return false;
    }
    co_return true;
  }
  Values pairs;
  const bool taken = co_await py.collect(from, &pairs);
  if (!taken) co_return false;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    Values pair;
    const bool two = co_await py.collect(pairs[i], &pair);
    if (!two) {
      py.raise("TypeError",
               fmt::format("cannot convert dictionary update sequence element "
                           "#{} to a sequence",
                           i));
      co_return false;
    }
    if (pair.size() != 2) {
      py.raise("ValueError",
               fmt::format("dictionary update sequence element #{} has length "
                           "{}; 2 is required",
                           i, pair.size()));
      co_return false;
    }
    const bool set = co_await py.set_item(into, pair[0], pair[1]);
    if (!set) co_return false;
  }
  co_return true;
}

Task<Value> dict_update(NativeCall call) {
  const Value self = call.args[0];
  if (call.count() > 1) {
    const bool added = co_await add_pairs(call.py, self, call.args[1]);
    if (!added) co_return nullptr;
  }
  for (const auto& [name, value] : call.given.keywords) {
    const bool set = co_await call.py.set_item(self, name, value);
    if (!set) co_return nullptr;
  }
  co_return call.py.none;
}

/// The entry of the first argument; null: none (or raised).
Table::Entry* entry_of(NativeCall& call) {
  std::int64_t hash = 0;
  if (!call.py.hash(call.args[1], &hash)) return nullptr;
  bool ok = true;
  Table& table = self_of(call).table;
  const std::int64_t at = table.find(call.py, call.args[1], hash, &ok);
  return at < 0 ? nullptr : &table.entries()[static_cast<std::size_t>(at)];
}

Value dict_get(NativeCall& call) {
  const Table::Entry* const entry = entry_of(call);
  if (entry) return entry->value;
  if (call.py.raised) return nullptr;
  return call.count() > 2 ? call.args[2] : call.py.none;
}

Value dict_setdefault(NativeCall& call) {
  const Table::Entry* const entry = entry_of(call);
  if (entry) return entry->value;
  if (call.py.raised) return nullptr;
  Value value = call.count() > 2 ? call.args[2] : call.py.none;
  std::int64_t hash = 0;
  if (!call.py.hash(call.args[1], &hash)) return nullptr;
  self_of(call).table.insert(call.args[1], hash, value);
  return value;
}

Value dict_pop(NativeCall& call) {
  Table::Entry* const entry = entry_of(call);
  if (entry) {
    Value value = entry->value;
    self_of(call).table.erase(entry - self_of(call).table.entries().data());
    return value;
  }
  if (call.py.raised) return nullptr;
  if (call.count() > 2) return call.args[2];
  return call.py.raise(call.py.make_exception(
      *call.py.exception_type("KeyError"), {call.args[1]}));
}

Value dict_popitem(NativeCall& call) {
  Table& table = self_of(call).table;
  for (std::size_t i = table.entries().size(); i-- > 0;) {
    const Table::Entry entry = table.entries()[i];
    if (!entry.key) continue;
    table.erase(static_cast<std::int64_t>(i));
    return call.py.tuple({entry.key, entry.value});
  }
  return call.py.raise("KeyError", "popitem(): dictionary is empty");
}

Value view(NativeCall& call, Iterator::Kind kind, const Ref<Type>& type) {
  return call.py.heap.make<View>(type.get(), kind, Ref<Dict>(&self_of(call)));
}
Value dict_keys(NativeCall& call) {
  return view(call, Iterator::Kind::keys, call.py.types.dict_keys);
}
Value dict_values(NativeCall& call) {
  return view(call, Iterator::Kind::values, call.py.types.dict_values);
}
Value dict_items(NativeCall& call) {
  return view(call, Iterator::Kind::items, call.py.types.dict_items);
}

Value dict_clear(NativeCall& call) {
  self_of(call).table.clear();
  return call.py.none;
}
Value dict_copy(NativeCall& call) {
  const Ref<Dict> copy = call.py.dict();
  copy->table = self_of(call).table;
  return copy;
}

Value dict_contains(NativeCall& call) {
  const Table::Entry* const entry = entry_of(call);
  return call.py.raised ? Value() : call.py.boolean(entry != nullptr);
}
Value dict_getitem(NativeCall& call) {
  const Table::Entry* const entry = entry_of(call);
  if (entry) return entry->value;
  if (call.py.raised) return nullptr;
  return call.py.raise(call.py.make_exception(
      *call.py.exception_type("KeyError"), {call.args[1]}));
}
Value dict_setitem(NativeCall& call) {
  Table::Entry* const entry = entry_of(call);
  if (entry) entry->value = call.args[2];
  if (entry) return call.py.none;
  std::int64_t hash = 0;
  if (call.py.raised || !call.py.hash(call.args[1], &hash)) return nullptr;
  self_of(call).table.insert(call.args[1], hash, call.args[2]);
  return call.py.none;
}
Value dict_delitem(NativeCall& call) {
  const Value gone = dict_pop(call);
  return gone ? call.py.none : nullptr;
}
Value dict_len(NativeCall& call) {
  return call.py.integer(self_of(call).table.size());
}

Task<Value> dict_fromkeys(NativeCall call) {
  Values keys;
  const Value from = call.args[1];
  const bool taken = co_await call.py.collect(from, &keys);
  if (!taken) co_return nullptr;
  const Ref<Dict> made = call.py.dict();
  const Value value = call.count() > 2 ? call.args[2] : call.py.none;
  for (const Value& key : keys) {
    const bool set = co_await call.py.set_item(made, key, value);
    if (!set) co_return nullptr;
  }
  co_return made;
}

constexpr NativeRow kDict[] = {
    {"__new__", 1, -1, dict_new, nullptr, true},
    {"__init__", 1, 2, nullptr, dict_update, true},
    {"__contains__", 2, 2, dict_contains},
    {"__getitem__", 2, 2, dict_getitem},
    {"__setitem__", 3, 3, dict_setitem},
    {"__delitem__", 2, 2, dict_delitem},
    {"__len__", 1, 1, dict_len},
    {"get", 2, 3, dict_get},
    {"setdefault", 2, 3, dict_setdefault},
    {"pop", 2, 3, dict_pop},
    {"popitem", 1, 1, dict_popitem},
    {"keys", 1, 1, dict_keys},
    {"values", 1, 1, dict_values},
    {"items", 1, 1, dict_items},
    {"update", 1, 2, nullptr, dict_update, true},
    {"clear", 1, 1, dict_clear},
    {"copy", 1, 1, dict_copy},
};
constexpr NativeRow kFromKeys[] = {{"fromkeys", 2, 3, nullptr, dict_fromkeys}};

}  // namespace

void add_dict_methods(Interpreter& py) {
  py.add_functions(*py.types.dict, kDict);
  const Ref<Wrapper> from_keys = py.heap.make<Wrapper>(
      py.types.class_method.get(), WrapperKind::class_method);
  from_keys->get =
      py.heap.make<NativeFunction>(py.types.native.get(), kFromKeys[0]);
  py.set(*py.types.dict, "fromkeys", from_keys);
}

}  // namespace drydock::userland::python
