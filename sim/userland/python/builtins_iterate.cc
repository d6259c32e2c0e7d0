// builtins_iterate.cc — built-in functions over iterables: these may wait.

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/sorting.h"
#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

using Kind = Iterator::Kind;

Task<Value> builtin_iter(NativeCall call) {
  Interpreter& py = call.py;
  if (call.count() == 1) co_return co_await py.iterate(call.args[0]);
  const Ref<Iterator> it =
      py.heap.make<Iterator>(py.types.iterator.get(), Kind::call, call.args[0]);
  it->sources.push_back(call.args[1]);
  co_return it;
}

Task<Value> builtin_next(NativeCall call) {
  const Value it = call.args[0];
  const Value item = co_await call.py.next(it);
  if (item || call.py.raised) co_return item;
  if (call.count() > 1) co_return call.args[1];
  co_return call.py.raise("StopIteration", "");
}

/// An iterator over the iterators of some arguments.
Task<Value> combined(NativeCall call, Kind kind, Value function,
                     std::size_t first) {
  Interpreter& py = call.py;
  const Ref<Iterator> it =
      py.heap.make<Iterator>(py.types.iterator.get(), kind, function);
  for (std::size_t i = first; i < call.count(); ++i) {
    const Value source = co_await py.iterate(call.args[i]);
    if (!source) co_return nullptr;
    it->sources.push_back(source);
  }
  co_return it;
}
Task<Value> builtin_zip(NativeCall call) {
  return combined(call, Kind::zip, nullptr, 0);
}
Task<Value> builtin_map(NativeCall call) {
  return combined(call, Kind::map, call.args[0], 1);
}
Task<Value> builtin_filter(NativeCall call) {
  return combined(call, Kind::filter, call.args[0], 1);
}

Task<Value> builtin_enumerate(NativeCall call) {
  Interpreter& py = call.py;
  const Value from = call.take(0, "iterable");
  const Value start = call.take(1, "start");
  if (!call.no_more_keywords()) co_return nullptr;
  const Value source = co_await py.iterate(from);
  if (!source) co_return nullptr;
  const Ref<Iterator> it =
      py.heap.make<Iterator>(py.types.iterator.get(), Kind::enumerate, source);
  if (start) {
    const auto number = py.index(start);
    if (!number) co_return nullptr;
    it->at = *number;
  }
  co_return it;
}

Task<Value> builtin_reversed(NativeCall call) {
  Interpreter& py = call.py;
  const Value of = call.args[0];
  if (const Value method = py.special(of, "__reversed__")) {
    Arguments self;
    self.positional.push_back(of);
    co_return co_await py.call(method, std::move(self));
  }
  if (of->type->layout == Layout::dict || of->type->layout == Layout::set ||
      of->type->layout == Layout::generator) {
    co_return py.raise("TypeError",
                       "argument to reversed() must be a sequence");
  }
  const std::int64_t length = py.length(of);
  if (length < 0) co_return nullptr;
  const Ref<Iterator> it =
      py.heap.make<Iterator>(py.types.iterator.get(), Kind::reversed, of);
  it->at = length;
  co_return it;
}

Task<Value> builtin_sorted(NativeCall call) {
  Interpreter& py = call.py;
  const Value key = call.take(1, "key");
  const Value reverse = call.take(2, "reverse");
  if (!call.no_more_keywords()) co_return nullptr;
  Values items;
  const Value from = call.args[0];
  const bool taken = co_await py.collect(from, &items);
  if (!taken) co_return nullptr;
  const bool down = reverse && py.truth(reverse) == 1;
  const bool sorted = co_await sort_values(py, &items, key, down);
  co_return sorted ? py.list(std::move(items)) : nullptr;
}

Task<Value> builtin_sum(NativeCall call) {
  Interpreter& py = call.py;
  Value total = call.count() > 1 ? call.args[1] : py.integer(0);
  if (as<Str>(total)) {
    co_return py.raise("TypeError",
                       "sum() can't sum strings [use ''.join(seq) instead]");
  }
  const Value it = co_await py.iterate(call.args[0]);
  if (!it) co_return nullptr;
  for (;;) {
    const Value item = co_await py.next(it);
    if (!item && py.raised) co_return nullptr;
    if (!item) co_return total;
    total = co_await py.binary(Operator::add, total, item, false);
    if (!total) co_return nullptr;
  }
}

Task<Value> extreme(NativeCall call, Operator better) {
  Interpreter& py = call.py;
  const Value key = call.take(SIZE_MAX, "key");
  const Value standard = call.take(SIZE_MAX, "default");
  if (!call.no_more_keywords()) co_return nullptr;
  Values items = call.args;
  if (call.count() == 1) {
    const Value from = std::exchange(items, Values())[0];
    const bool taken = co_await py.collect(from, &items);
    if (!taken) co_return nullptr;
  }
  if (items.empty()) {
    if (standard) co_return standard;
    co_return py.raise("ValueError", fmt::format("{}() arg is an empty "
                                                 "sequence",
                                                 call.name));
  }
  Value best, best_key;
  for (const Value& item : items) {
    Value by = item;
    if (key && !(key == py.none)) {
      Arguments given;
      given.positional.push_back(item);
      by = co_await invoke(py, key, given);
      if (!by) co_return nullptr;
    }
    if (best) {
      const Value wins = py.compare(better, by, best_key);
      const int truth = wins ? py.truth(wins) : -1;
      if (truth < 0) co_return nullptr;
      if (!truth) continue;
    }
    best = item;
    best_key = by;
  }
  co_return best;
}
Task<Value> builtin_min(NativeCall call) {
  return extreme(call, Operator::less);
}
Task<Value> builtin_max(NativeCall call) {
  return extreme(call, Operator::greater);
}

Task<Value> quantified(NativeCall call, bool until) {
  Interpreter& py = call.py;
  const Value it = co_await py.iterate(call.args[0]);
  if (!it) co_return nullptr;
  for (;;) {
    const Value item = co_await py.next(it);
    if (!item && py.raised) co_return nullptr;
    if (!item) co_return py.boolean(!until);
    const int truth = py.truth(item);
    if (truth < 0) co_return nullptr;
    if ((truth == 1) == until) co_return py.boolean(until);
  }
}
Task<Value> builtin_any(NativeCall call) { return quantified(call, true); }
Task<Value> builtin_all(NativeCall call) { return quantified(call, false); }

const Str* attribute_name(NativeCall& call) {
  const Str* const name = as<Str>(call.args[1]);
  if (!name) {
    call.py.raise(
        "TypeError",
        fmt::format("{}(): attribute name must be string", call.name));
  }
  return name;
}

Task<Value> builtin_getattr(NativeCall call) {
  const Str* const name = attribute_name(call);
  if (!name) co_return nullptr;
  const Ref<Str> id = call.py.intern(name->text);
  const Value of = call.args[0];
  const Value found = co_await call.py.get_attribute(of, id);
  if (!found && call.count() > 2 && call.py.raised_is("AttributeError")) {
    call.py.raised = nullptr;
    co_return call.args[2];
  }
  co_return found;
}

Task<Value> builtin_hasattr(NativeCall call) {
  const Str* const name = attribute_name(call);
  if (!name) co_return nullptr;
  const Ref<Str> id = call.py.intern(name->text);
  const Value of = call.args[0];
  const Value found = co_await call.py.get_attribute(of, id);
  if (!found && !call.py.raised_is("AttributeError")) co_return nullptr;
  call.py.raised = nullptr;
  co_return call.py.boolean(bool(found));
}

Task<Value> builtin_setattr(NativeCall call) {
  const Str* const name = attribute_name(call);
  if (!name) co_return nullptr;
  const Ref<Str> id = call.py.intern(name->text);
  const bool set =
      co_await call.py.set_attribute(call.args[0], id, call.args[2]);
  co_return set ? call.py.none : nullptr;
}

Task<Value> builtin_delattr(NativeCall call) {
  const Str* const name = attribute_name(call);
  if (!name) co_return nullptr;
  const Ref<Str> id = call.py.intern(name->text);
  const bool gone = co_await call.py.delete_attribute(call.args[0], id);
  co_return gone ? call.py.none : nullptr;
}

constexpr NativeRow kFunctions[] = {
    {"iter", 1, 2, nullptr, builtin_iter},
    {"next", 1, 2, nullptr, builtin_next},
    {"zip", 0, -1, nullptr, builtin_zip},
    {"map", 2, -1, nullptr, builtin_map},
    {"filter", 2, 2, nullptr, builtin_filter},
    {"enumerate", 1, 2, nullptr, builtin_enumerate, true},
    {"reversed", 1, 1, nullptr, builtin_reversed},
    {"sorted", 1, 1, nullptr, builtin_sorted, true},
    {"sum", 1, 2, nullptr, builtin_sum},
    {"min", 1, -1, nullptr, builtin_min, true},
    {"max", 1, -1, nullptr, builtin_max, true},
    {"any", 1, 1, nullptr, builtin_any},
    {"all", 1, 1, nullptr, builtin_all},
    {"getattr", 2, 3, nullptr, builtin_getattr},
    {"hasattr", 2, 2, nullptr, builtin_hasattr},
    {"setattr", 3, 3, nullptr, builtin_setattr},
    {"delattr", 2, 2, nullptr, builtin_delattr},
};

}  // namespace

void add_iteration_functions(Interpreter& py) {
  for (const NativeRow& row : kFunctions) {
    py.builtins->table.set(
        py.intern(row.name),
        py.heap.make<NativeFunction>(py.types.native.get(), row));
  }
}

}  // namespace drydock::userland::python
