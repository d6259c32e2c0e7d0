// types_list.cc — list, tuple, range; and sorting.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/sorting.h"
#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

List& self_of(const NativeCall& call) { return *as<List>(call.args[0]); }

Value list_new(NativeCall& call) {
  return allocate(call.py, *as<Type>(call.args[0]));
}

Task<Value> list_init(NativeCall call) {
  Values items;
  if (call.count() > 1) {
    const Value from = call.args[1];
    const bool taken = co_await call.py.collect(from, &items);
    if (!taken) co_return nullptr;
  }
  call.py.heap.charge(self_of(call),
                      static_cast<std::int64_t>(items.size()) * 16);
  self_of(call).items.swap(items);
  co_return call.py.none;
}

Value list_append(NativeCall& call) {
  List& list = self_of(call);
  if (call.py.heap.full()) return call.py.out_of_memory();
  call.py.heap.charge(list, 16);
  list.items.push_back(call.args[1]);
  return call.py.none;
}

Task<Value> list_extend(NativeCall call) {
  Values items;
  const Value from = call.args[1];
  const bool taken = co_await call.py.collect(from, &items);
  if (!taken) co_return nullptr;
  List& list = self_of(call);
  call.py.heap.charge(list, static_cast<std::int64_t>(items.size()) * 16);
  list.items.insert(list.items.end(), items.begin(), items.end());
  co_return call.py.none;
}

Value list_insert(NativeCall& call) {
  const auto given = call.py.index(call.args[1]);
  if (!given) return nullptr;
  List& list = self_of(call);
  const auto count = static_cast<std::int64_t>(list.items.size());
  const std::int64_t at =
      std::clamp<std::int64_t>(*given < 0 ? *given + count : *given, 0, count);
  call.py.heap.charge(list, 16);
  list.items.insert(list.items.begin() + at, call.args[2]);
  return call.py.none;
}

Value list_pop(NativeCall& call) {
  List& list = self_of(call);
  const auto count = static_cast<std::int64_t>(list.items.size());
  if (count == 0) return call.py.raise("IndexError", "pop from empty list");
  std::int64_t at = count - 1;
  if (call.count() > 1) {
    const auto given = call.py.index(call.args[1]);
    if (!given) return nullptr;
    at = *given < 0 ? *given + count : *given;
    if (at < 0 || at >= count) {
      return call.py.raise("IndexError", "pop index out of range");
    }
  }
  Value item = list.items[static_cast<std::size_t>(at)];
  list.items.erase(list.items.begin() + at);
  return item;
}

/// The position of an element; -1: none; -2: raised.
std::int64_t position_of(NativeCall& call) {
  const Values& items = *sequence_items(call.args[0]);
  const auto count = static_cast<std::int64_t>(items.size());
  const auto bound = [&](std::size_t i, std::int64_t standard) {
    const Int* const given = as<Int>(call.arg(i));
    if (!given) return standard;
    const std::int64_t n = given->number;
    return std::clamp<std::int64_t>(n < 0 ? n + count : n, 0, count);
  };
  const std::int64_t to = bound(3, count);
  for (std::int64_t i = bound(2, 0);
       i < to && i < static_cast<std::int64_t>(items.size()); ++i) {
    const int same =
        call.py.equal(items[static_cast<std::size_t>(i)], call.args[1]);
    if (same < 0) return -2;
    if (same) return i;
  }
  return -1;
}

Value list_remove(NativeCall& call) {
  const std::int64_t at = position_of(call);
  if (at == -2) return nullptr;
  if (at < 0) {
    return call.py.raise("ValueError", "list.remove(x): x not in list");
  }
  List& list = self_of(call);
  const Value old = list.items[static_cast<std::size_t>(at)];
  list.items.erase(list.items.begin() + at);
  return call.py.none;
}

Value sequence_index(NativeCall& call) {
  const std::int64_t at = position_of(call);
  if (at == -2) return nullptr;
  if (at >= 0) return call.py.integer(at);
  if (as<Tuple>(call.args[0])) {
    return call.py.raise("ValueError", "tuple.index(x): x not in tuple");
  }
  const auto text = call.py.repr(call.args[1]);
  if (!text) return nullptr;
  return call.py.raise("ValueError", fmt::format("{} is not in list", *text));
}

Value sequence_count(NativeCall& call) {
  std::int64_t count = 0;
  for (const Value& item : *sequence_items(call.args[0])) {
    const int same = call.py.equal(item, call.args[1]);
    if (same < 0) return nullptr;
    count += same;
  }
  return call.py.integer(count);
}

Value list_clear(NativeCall& call) {
  Values old;
  self_of(call).items.swap(old);
  return call.py.none;
}
Value list_copy(NativeCall& call) { return call.py.list(self_of(call).items); }
Value list_reverse(NativeCall& call) {
  std::ranges::reverse(self_of(call).items);
  return call.py.none;
}

Task<Value> list_sort(NativeCall call) {
  const Value key = call.take(1, "key");
  const Value reverse = call.take(2, "reverse");
  if (!call.no_more_keywords()) co_return nullptr;
  Values items = self_of(call).items;
  const bool down = reverse && call.py.truth(reverse) == 1;
  const bool sorted = co_await sort_values(call.py, &items, key, down);
  if (!sorted) co_return nullptr;
  self_of(call).items.swap(items);
  co_return call.py.none;
}

constexpr NativeRow kList[] = {
    {"__new__", 1, -1, list_new, nullptr, true},
    {"__init__", 1, 2, nullptr, list_init},
    {"append", 2, 2, list_append},
    {"extend", 2, 2, nullptr, list_extend},
    {"insert", 3, 3, list_insert},
    {"pop", 1, 2, list_pop},
    {"remove", 2, 2, list_remove},
    {"index", 2, 4, sequence_index},
    {"count", 2, 2, sequence_count},
    {"clear", 1, 1, list_clear},
    {"copy", 1, 1, list_copy},
    {"reverse", 1, 1, list_reverse},
    {"sort", 1, 1, nullptr, list_sort, true},
};

Task<Value> tuple_new(NativeCall call) {
  Values items;
  if (call.count() > 1) {
    const Value from = call.args[1];
    const bool same = from->type == call.py.types.tuple;
    if (same && call.args[0] == Value(call.py.types.tuple)) co_return from;
    const bool taken = co_await call.py.collect(from, &items);
    if (!taken) co_return nullptr;
  }
  Type* const type = as<Type>(call.args[0]);
  co_return call.py.heap.make<Tuple>(type, std::move(items));
}
constexpr NativeRow kTuple[] = {
    {"__new__", 1, 2, nullptr, tuple_new},
    {"index", 2, 4, sequence_index},
    {"count", 2, 2, sequence_count},
};

Value range_new(NativeCall& call) {
  Interpreter& py = call.py;
  std::int64_t parts[3] = {0, 0, 1};
  for (std::size_t i = 1; i < call.count(); ++i) {
    const auto number = py.index(call.args[i]);
    if (!number) return nullptr;
    parts[i - 1] = *number;
  }
  if (call.count() == 2) std::swap(parts[0], parts[1]);
  if (parts[2] == 0) {
    return py.raise("ValueError", "range() arg 3 must not be zero");
  }
  return py.heap.make<Range>(py.types.range.get(), parts[0], parts[1],
                             parts[2]);
}
constexpr NativeRow kRange[] = {{"__new__", 2, 4, range_new}};

}  // namespace

Task<bool> sort_values(Interpreter& py, Values* items, Value key, bool down) {
  struct Keyed {
    Value key, item;
  };
  std::vector<Keyed> all;
  for (const Value& item : *items) {
    Value by = item;
    if (key && !(key == py.none)) {
      Arguments given;
      given.positional.push_back(item);
      by = co_await invoke(py, key, given);
      if (!by) co_return false;
    }
    all.push_back({by, item});
  }
  if (down) std::ranges::reverse(all);  // Equal ones keep their order.
  bool ok = true;
  // Merging asks only what it needs and stands any answers.
  std::vector<Keyed> other(all.size());
  for (std::size_t width = 1; width < all.size() && ok; width *= 2) {
    for (std::size_t low = 0; low < all.size(); low += 2 * width) {
      const std::size_t mid = std::min(low + width, all.size());
      const std::size_t high = std::min(low + 2 * width, all.size());
      std::size_t i = low, j = mid, out = low;
      while (i < mid && j < high && ok) {
        const Value less = py.compare(Operator::less, all[j].key, all[i].key);
        const int truth = less ? py.truth(less) : -1;
        ok = truth >= 0;
        other[out++] = truth == 1 ? all[j++] : all[i++];
      }
      while (i < mid) other[out++] = all[i++];
      while (j < high) other[out++] = all[j++];
    }
    all.swap(other);
  }
  if (!ok) co_return false;
  if (down) std::ranges::reverse(all);
  for (std::size_t i = 0; i < all.size(); ++i) (*items)[i] = all[i].item;
  co_return true;
}

void add_list_methods(Interpreter& py) {
  py.add_functions(*py.types.list, kList);
  py.add_functions(*py.types.tuple, kTuple);
  py.add_functions(*py.types.range, kRange);
}

}  // namespace drydock::userland::python
