// types_set.cc — set and frozenset.

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

Set& self_of(const NativeCall& call) { return *as<Set>(call.args[0]); }

bool add_one(Interpreter& py, Set& set, const Value& item) {
  std::int64_t hash = 0;
  if (!py.hash(item, &hash)) return false;
  bool ok = true;
  if (set.table.find(py, item, hash, &ok) < 0 && ok) {
    if (py.heap.full()) return py.out_of_memory() != nullptr;
    py.heap.charge(set, 40);
    set.table.insert(item, hash, py.none);
  }
  return ok;
}

Task<bool> add_all(Interpreter& py, Set* set, Value from) {
  Values items;
  const bool taken = co_await py.collect(from, &items);
  if (!taken) co_return false;
  for (const Value& item : items) {
    if (!add_one(py, *set, item)) co_return false;
  }
  co_return true;
}

Task<Value> set_new(NativeCall call) {
  Type* const type = as<Type>(call.args[0]);
  const Ref<Set> made = call.py.heap.make<Set>(type);
  const bool frozen = type->is_subtype_of(call.py.types.frozenset.get());
  if (frozen && call.count() > 1) {
    const bool added = co_await add_all(call.py, made.get(), call.args[1]);
    if (!added) co_return nullptr;
  }
  co_return made;
}

Task<Value> set_init(NativeCall call) {
  const bool frozen =
      call.args[0]->type->is_subtype_of(call.py.types.frozenset.get());
  if (frozen) co_return call.py.none;
  self_of(call).table.clear();
  if (call.count() > 1) {
    const bool added = co_await add_all(call.py, &self_of(call), call.args[1]);
    if (!added) co_return nullptr;
  }
  co_return call.py.none;
}

Value set_add(NativeCall& call) {
  return add_one(call.py, self_of(call), call.args[1]) ? call.py.none : nullptr;
}

/// 1: taken out; 0: it was not there; -1: raised.
int take_out(NativeCall& call) {
  std::int64_t hash = 0;
  if (!call.py.hash(call.args[1], &hash)) return -1;
  bool ok = true;
  Table& table = self_of(call).table;
  const std::int64_t at = table.find(call.py, call.args[1], hash, &ok);
  if (at < 0) return ok ? 0 : -1;
  table.erase(at);
  return 1;
}
Value set_discard(NativeCall& call) {
  return take_out(call) < 0 ? nullptr : call.py.none;
}
Value set_remove(NativeCall& call) {
  const int taken = take_out(call);
  if (taken < 0) return nullptr;
  if (taken) return call.py.none;
  return call.py.raise(call.py.make_exception(
      *call.py.exception_type("KeyError"), {call.args[1]}));
}

Value set_pop(NativeCall& call) {
  Table& table = self_of(call).table;
  for (std::size_t i = 0; i < table.entries().size(); ++i) {
    Value key = table.entries()[i].key;
    if (!key) continue;
    table.erase(static_cast<std::int64_t>(i));
    return key;
  }
  return call.py.raise("KeyError", "pop from an empty set");
}

Value set_clear(NativeCall& call) {
  self_of(call).table.clear();
  return call.py.none;
}
Value set_copy(NativeCall& call) {
  const Ref<Set> copy = call.py.heap.make<Set>(call.args[0]->type.get());
  copy->table = self_of(call).table;
  return copy;
}

Task<Value> operate(NativeCall call, Operator op) {
  Interpreter& py = call.py;
  Value result = set_copy(call);
  for (std::size_t i = 1; i < call.count(); ++i) {
    const Ref<Set> other = py.heap.make<Set>(py.types.set.get());
    const bool added = co_await add_all(py, other.get(), call.args[i]);
    if (!added) co_return nullptr;
    bool known = false;
    result = py.binary_now(op, result, other, &known);
    if (!result) co_return nullptr;
  }
  co_return result;
}
Task<Value> set_union(NativeCall call) {
  return operate(call, Operator::bit_or);
}
Task<Value> set_intersection(NativeCall call) {
  return operate(call, Operator::bit_and);
}
Task<Value> set_difference(NativeCall call) {
  return operate(call, Operator::subtract);
}
Task<Value> set_symmetric(NativeCall call) {
  return operate(call, Operator::bit_xor);
}

Task<Value> set_update(NativeCall call) {
  for (std::size_t i = 1; i < call.count(); ++i) {
    const bool added = co_await add_all(call.py, &self_of(call), call.args[i]);
    if (!added) co_return nullptr;
  }
  co_return call.py.none;
}

Task<Value> compare(NativeCall call, Operator op) {
  const Ref<Set> other = call.py.heap.make<Set>(call.py.types.set.get());
  const bool added = co_await add_all(call.py, other.get(), call.args[1]);
  if (!added) co_return nullptr;
  co_return call.py.compare(op, call.args[0], other);
}
Task<Value> set_issubset(NativeCall call) {
  return compare(call, Operator::less_equal);
}
Task<Value> set_issuperset(NativeCall call) {
  return compare(call, Operator::greater_equal);
}
Task<Value> set_isdisjoint(NativeCall call) {
  const Value both = co_await operate(call, Operator::bit_and);
  if (!both) co_return nullptr;
  co_return call.py.boolean(as<Set>(both)->table.size() == 0);
}

constexpr NativeRow kFrozen[] = {
    {"__new__", 1, 2, nullptr, set_new},
    {"__init__", 1, 2, nullptr, set_init},
    {"copy", 1, 1, set_copy},
    {"union", 1, -1, nullptr, set_union},
    {"intersection", 1, -1, nullptr, set_intersection},
    {"difference", 1, -1, nullptr, set_difference},
    {"symmetric_difference", 2, 2, nullptr, set_symmetric},
    {"issubset", 2, 2, nullptr, set_issubset},
    {"issuperset", 2, 2, nullptr, set_issuperset},
    {"isdisjoint", 2, 2, nullptr, set_isdisjoint},
};
constexpr NativeRow kSet[] = {
    {"add", 2, 2, set_add},       {"discard", 2, 2, set_discard},
    {"remove", 2, 2, set_remove}, {"pop", 1, 1, set_pop},
    {"clear", 1, 1, set_clear},   {"update", 1, -1, nullptr, set_update},
};

}  // namespace

void add_set_methods(Interpreter& py) {
  py.add_functions(*py.types.frozenset, kFrozen);
  py.add_functions(*py.types.set, kFrozen);
  py.add_functions(*py.types.set, kSet);
}

}  // namespace drydock::userland::python
