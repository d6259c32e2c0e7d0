// iterate.cc — iter() and next().

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/sequence.h"

namespace drydock::userland::python {

namespace {

using Kind = Iterator::Kind;

Ref<Iterator> make_iterator(Interpreter& py, Kind kind, Value over) {
  return py.heap.make<Iterator>(py.types.iterator.get(), kind, std::move(over));
}

/// The next element of a built-in sequence; null with nothing raised: the end.
Value next_of_sequence(Interpreter& py, Iterator& it) {
  if (const Values* const items = sequence_items(it.source)) {
    if (it.at >= static_cast<std::int64_t>(items->size())) return nullptr;
    return (*items)[static_cast<std::size_t>(it.at++)];
  }
  if (const Range* const range = as<Range>(it.source)) {
    if (it.at >= range->count()) return nullptr;
    return py.integer(range->start + it.at++ * range->step);
  }
  if (const Str* const text = as<Str>(it.source)) {
    const auto at = static_cast<std::size_t>(it.at);  // A byte offset here.
    if (at >= text->text.size()) return nullptr;
    const std::size_t length = utf8_length(text->text[at]);
    it.at += static_cast<std::int64_t>(length);
    return py.str(std::string_view(text->text).substr(at, length));
  }
  if (const ByteString* const bytes = as<ByteString>(it.source)) {
    if (it.at >= static_cast<std::int64_t>(bytes->text.size())) return nullptr;
    return py.integer(static_cast<unsigned char>(
        bytes->text[static_cast<std::size_t>(it.at++)]));
  }
  return nullptr;
}

Value next_reversed(Interpreter& py, Iterator& it) {
  if (it.at <= 0) return nullptr;
  --it.at;
  bool known = false;
  return py.subscript_now(it.source, py.integer(it.at), &known);
}

Value next_of_table(Interpreter& py, Iterator& it) {
  const Dict* const dict = as<Dict>(it.source);
  const Table& table = dict ? dict->table : as<Set>(it.source)->table;
  if (it.version != table.version()) {
    it.finished = true;
    return py.raise("RuntimeError",
                    fmt::format("{} changed size during iteration",
                                dict ? "dictionary" : "Set"));
  }
  const auto& entries = table.entries();
  while (it.at < static_cast<std::int64_t>(entries.size())) {
    const Table::Entry& entry = entries[static_cast<std::size_t>(it.at++)];
    if (!entry.key) continue;
    if (it.kind == Kind::keys) return entry.key;
    if (it.kind == Kind::values) return entry.value;
    return py.tuple({entry.key, entry.value});
  }
  return nullptr;
}

Task<Value> next_by_index(Interpreter& py, Iterator& it) {
  const Value key = py.integer(it.at++);
  const Value item = co_await py.subscript(it.source, key);
  if (!item && py.raised_is("IndexError")) py.raised = nullptr;
  co_return item;
}

Task<Value> next_enumerated(Interpreter& py, Iterator& it) {
  const Value item = co_await py.next(it.source);
  if (!item) co_return nullptr;
  co_return py.tuple({py.integer(it.at++), item});
}

Task<Value> next_zipped(Interpreter& py, Iterator& it) {
  Values items;
  for (const Value& source : it.sources) {
    const Value item = co_await py.next(source);
    if (!item) co_return nullptr;
    items.push_back(item);
  }
  if (items.empty()) co_return nullptr;
  co_return py.tuple(std::move(items));
}

Task<Value> next_mapped(Interpreter& py, Iterator& it) {
  Arguments given;
  for (const Value& source : it.sources) {
    const Value item = co_await py.next(source);
    if (!item) co_return nullptr;
    given.positional.push_back(item);
  }
  co_return co_await invoke(py, it.source, given);
}

Task<Value> next_filtered(Interpreter& py, Iterator& it) {
  for (;;) {
    const Value item = co_await py.next(it.sources[0]);
    if (!item) co_return nullptr;
    Value test = item;
    if (!(it.source == py.none)) {
      Arguments given;
      given.positional.push_back(item);
      test = co_await invoke(py, it.source, given);
      if (!test) co_return nullptr;
    }
    const int truth = py.truth(test);
    if (truth < 0) co_return nullptr;
    if (truth) co_return item;
  }
}

Task<Value> next_called(Interpreter& py, Iterator& it) {
  Arguments none;
  const Value item = co_await invoke(py, it.source, none);
  if (!item) co_return nullptr;
  const int same = py.equal(item, it.sources[0]);
  if (same != 0) co_return nullptr;
  co_return item;
}

Task<Value> at_once(Value value) { co_return value; }

Task<Value> next_of_iterator(Interpreter& py, Iterator& it) {
  switch (it.kind) {
    case Kind::sequence: {
      if (sequence_items(it.source) || as<Range>(it.source) ||
          as<Str>(it.source) || as<ByteString>(it.source)) {
        return at_once(next_of_sequence(py, it));
      }
      return next_by_index(py, it);
    }
    case Kind::reversed:
      return at_once(next_reversed(py, it));
    case Kind::keys:
    case Kind::values:
    case Kind::items:
      return at_once(next_of_table(py, it));
    case Kind::enumerate:
      return next_enumerated(py, it);
    case Kind::zip:
      return next_zipped(py, it);
    case Kind::map:
      return next_mapped(py, it);
    case Kind::filter:
      return next_filtered(py, it);
    case Kind::call:
    case Kind::lines:
      break;
  }
  return next_called(py, it);
}

/// next() of an object with __next__: StopIteration is the end.
Task<Value> next_by_method(Interpreter& py, Value iterator, Value method) {
  Arguments self;
  self.positional.push_back(iterator);
  const Value item = co_await py.call(method, std::move(self));
  if (!item && py.raised_is("StopIteration")) py.raised = nullptr;
  co_return item;
}

Task<Value> iterate_by_method(Interpreter& py, Value over, Value method) {
  Arguments self;
  self.positional.push_back(over);
  const Value iterator = co_await py.call(method, std::move(self));
  if (!iterator) co_return nullptr;
  const Layout layout = iterator->type->layout;
  if (layout == Layout::iterator || layout == Layout::generator ||
      py.special(iterator, "__next__")) {
    co_return iterator;
  }
  co_return py.raise("TypeError",
                     fmt::format("iter() returned non-iterator of type '{}'",
                                 Interpreter::type_name(iterator)));
}

}  // namespace

Task<Value> Interpreter::iterate(Value over) {
  const Value method = special(over, "__iter__");
  if (method && method->type->layout != Layout::native) {
    return iterate_by_method(*this, over, method);
  }
  switch (over->type->layout) {
    case Layout::generator:
    case Layout::iterator:
      return at_once(over);
    case Layout::list:
    case Layout::tuple:
    case Layout::str:
    case Layout::bytes:
    case Layout::range:
      return at_once(make_iterator(*this, Kind::sequence, over));
    case Layout::dict:
    case Layout::set: {
      const Ref<Iterator> it = make_iterator(*this, Kind::keys, over);
      it->version = as<Dict>(over) ? as<Dict>(over)->table.version()
                                   : as<Set>(over)->table.version();
      return at_once(it);
    }
    case Layout::view: {
      const View& view = *as<View>(over);
      const Ref<Iterator> it = make_iterator(*this, view.kind, view.dict);
      it->version = view.dict->table.version();
      return at_once(it);
    }
    default:
      break;
  }
  if (method) return iterate_by_method(*this, over, method);
  if (special(over, "__getitem__")) {
    return at_once(make_iterator(*this, Kind::sequence, over));
  }
  return at_once(raise("TypeError", fmt::format("'{}' object is not iterable",
                                                type_name(over))));
}

Task<Value> Interpreter::next(Value iterator) {
  if (Generator* const generator = as<Generator>(iterator)) {
    return resume(*this, Ref<Generator>(generator), none, nullptr);
  }
  if (Iterator* const it = as<Iterator>(iterator)) {
    if (it->finished) return at_once(nullptr);
    return next_of_iterator(*this, *it);
  }
  if (const Value method = special(iterator, "__next__")) {
    return next_by_method(*this, iterator, method);
  }
  return at_once(raise("TypeError", fmt::format("'{}' object is not an "
                                                "iterator",
                                                type_name(iterator))));
}

Task<bool> Interpreter::collect(Value over, Values* into) {
  if (over->type->built_in) {
    if (const Values* const items = sequence_items(over)) {
      const Values copy = *items;
      into->insert(into->end(), copy.begin(), copy.end());
      co_return true;
    }
  }
  const Value iterator = co_await iterate(over);
  if (!iterator) co_return false;
  for (;;) {
    if (++steps % 2000 == 0 && !nested()) co_await process_.sched_yield();
    const Value item = co_await next(iterator);
    if (!item) co_return !raised;
    into->push_back(item);
    if (heap.full(static_cast<std::int64_t>(into->size()) * 8)) {
      out_of_memory();
      co_return false;
    }
  }
}

}  // namespace drydock::userland::python
