// items.cc — OBJECT[KEY]: indexes, slices and keys.

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/sequence.h"

namespace drydock::userland::python {

namespace {

bool bound_of(Interpreter& py, const Value& part, std::int64_t* out) {
  if (part == py.none) return true;
  const auto number = py.index(part);
  if (!number) {
    py.raise("TypeError",
             "slice indices must be integers or None or have an __index__ "
             "method");
    return false;
  }
  *out = *number;
  return true;
}

std::int64_t clamp(std::int64_t at, std::int64_t length, std::int64_t low,
                   std::int64_t high) {
  if (at < 0) at += length;
  return at < low ? low : at > high ? high : at;
}

Value key_error(Interpreter& py, const Value& key) {
  return py.raise(py.make_exception(*py.exception_type("KeyError"), {key}));
}

/// The position that an index means; -1 with an exception set.
std::int64_t position(Interpreter& py, const Value& key, std::int64_t length,
                      std::string_view kind, std::string_view deed = "") {
  if (!as<Int>(key) && !py.special(key, "__index__")) {
    const bool text = kind == "string";
    py.raise("TypeError",
             text ? std::string("string indices must be integers")
                  : fmt::format("{} indices must be integers, not {}", kind,
                                Interpreter::type_name(key)));
    return -1;
  }
  const auto number = py.index(key);
  if (!number) return -1;
  const std::int64_t at = *number + (*number < 0 ? length : 0);
  if (at >= 0 && at < length) return at;
  py.raise("IndexError", fmt::format("{} {}index out of range", kind, deed));
  return -1;
}

Value sequence_subscript(Interpreter& py, const Value& of, const Value& key) {
  const Values& items = *sequence_items(of);
  const auto count = static_cast<std::int64_t>(items.size());
  const bool is_list = as<List>(of);
  if (const Slice* const slice = as<Slice>(key)) {
    const auto span = span_of(py, *slice, count);
    if (!span) return nullptr;
    Values part;
    part.reserve(static_cast<std::size_t>(span->count));
    for (std::int64_t i = 0; i < span->count; ++i) {
      part.push_back(items[static_cast<std::size_t>(span->at(i))]);
    }
    return is_list ? py.list(std::move(part)) : py.tuple(std::move(part));
  }
  const std::int64_t at = position(py, key, count, is_list ? "list" : "tuple");
  return at < 0 ? Value() : items[static_cast<std::size_t>(at)];
}

Value text_subscript(Interpreter& py, const Str& text, const Value& key) {
  if (const Slice* const slice = as<Slice>(key)) {
    const auto span = span_of(py, *slice, text.length());
    if (!span) return nullptr;
    if (span->step == 1) {
      return py.str(characters(text, span->start, span->count));
    }
    std::string out;
    for (std::int64_t i = 0; i < span->count; ++i) {
      out += characters(text, span->at(i), 1);
    }
    return py.str(out);
  }
  const std::int64_t at = position(py, key, text.length(), "string");
  return at < 0 ? Value() : py.str(characters(text, at, 1));
}

Value bytes_subscript(Interpreter& py, const ByteString& bytes,
                      const Value& key) {
  const auto count = static_cast<std::int64_t>(bytes.text.size());
  if (const Slice* const slice = as<Slice>(key)) {
    const auto span = span_of(py, *slice, count);
    if (!span) return nullptr;
    std::string out;
    for (std::int64_t i = 0; i < span->count; ++i) {
      out += bytes.text[static_cast<std::size_t>(span->at(i))];
    }
    return py.bytes(std::move(out));
  }
  if (!as<Int>(key)) {
    return py.raise("TypeError",
                    fmt::format("byte indices must be integers, not {}",
                                Interpreter::type_name(key)));
  }
  const std::int64_t at = as<Int>(key)->number;
  const std::int64_t real = at < 0 ? at + count : at;
  if (real < 0 || real >= count) {
    return py.raise("IndexError", "index out of range");
  }
  return py.integer(
      static_cast<unsigned char>(bytes.text[static_cast<std::size_t>(real)]));
}

Value range_subscript(Interpreter& py, const Range& range, const Value& key) {
  if (const Slice* const slice = as<Slice>(key)) {
    const auto span = span_of(py, *slice, range.count());
    if (!span) return nullptr;
    return py.heap.make<Range>(
        py.types.range.get(), range.start + span->start * range.step,
        range.start + (span->start + span->count * span->step) * range.step,
        range.step * span->step);
  }
  const std::int64_t at = position(py, key, range.count(), "range", "object ");
  return at < 0 ? Value() : py.integer(range.start + at * range.step);
}

Task<Value> missing_key(Interpreter& py, Value dict, Value key) {
  const Value method = py.special(dict, "__missing__");
  if (!method) co_return key_error(py, key);
  Arguments given;
  given.positional = {dict, key};
  co_return co_await py.call(method, std::move(given));
}

bool is_python(const Value& method) {
  return method && method->type->layout != Layout::native;
}

}  // namespace

std::optional<Span> span_of(Interpreter& py, const Slice& slice,
                            std::int64_t length) {
  Span span;
  if (!bound_of(py, slice.step, &span.step)) return std::nullopt;
  if (span.step == 0) {
    py.raise("ValueError", "slice step cannot be zero");
    return std::nullopt;
  }
  const bool down = span.step < 0;
  std::int64_t start = down ? length - 1 : 0, stop = down ? -1 : length;
  const std::int64_t low = down ? -1 : 0, high = down ? length - 1 : length;
  std::int64_t given = 0;
  if (!(slice.start == py.none)) {
    if (!bound_of(py, slice.start, &given)) return std::nullopt;
    start = clamp(given, length, low, high);
  }
  if (!(slice.stop == py.none)) {
    if (!bound_of(py, slice.stop, &given)) return std::nullopt;
    stop = clamp(given, length, low, high);
  }
  span.start = start;
  span.count = down ? (start > stop ? (start - stop - 1) / -span.step + 1 : 0)
                    : (stop > start ? (stop - start - 1) / span.step + 1 : 0);
  return span;
}

std::string characters(const Str& text, std::int64_t from, std::int64_t count) {
  if (text.ascii()) {
    return text.text.substr(static_cast<std::size_t>(from),
                            static_cast<std::size_t>(count));
  }
  const std::size_t begin = byte_offset(text, from);
  return text.text.substr(begin, byte_offset(text, from + count) - begin);
}

std::size_t byte_offset(const Str& text, std::int64_t character) {
  if (text.ascii()) return static_cast<std::size_t>(character);
  std::size_t at = 0;
  for (std::int64_t i = 0; i < character && at < text.text.size(); ++i) {
    at += utf8_length(text.text[at]);
  }
  return at;
}

std::int64_t character_of(const Str& text, std::size_t byte) {
  if (text.ascii()) return static_cast<std::int64_t>(byte);
  std::int64_t count = 0;
  for (std::size_t at = 0; at < byte; at += utf8_length(text.text[at])) {
    ++count;
  }
  return count;
}

Value Interpreter::subscript_now(const Value& of, const Value& key,
                                 bool* known) {
  *known = true;
  if (sequence_items(of)) return sequence_subscript(*this, of, key);
  if (const Str* const text = as<Str>(of)) {
    return text_subscript(*this, *text, key);
  }
  if (const ByteString* const bytes = as<ByteString>(of)) {
    return bytes_subscript(*this, *bytes, key);
  }
  if (const Range* const range = as<Range>(of)) {
    return range_subscript(*this, *range, key);
  }
  *known = false;
  return nullptr;
}

Task<Value> Interpreter::subscript(Value of, Value key) {
  const Value method =
      of->type->built_in ? Value() : special(of, "__getitem__");
  if (is_python(method)) {
    Arguments given;
    given.positional = {of, key};
    co_return co_await call(method, std::move(given));
  }
  if (const Dict* const dict = as<Dict>(of)) {
    std::int64_t hash_value = 0;
    if (!hash(key, &hash_value)) co_return nullptr;
    bool ok = true;
    const std::int64_t at = dict->table.find(*this, key, hash_value, &ok);
    if (!ok) co_return nullptr;
    if (at < 0) co_return co_await missing_key(*this, of, key);
    co_return dict->table.entries()[static_cast<std::size_t>(at)].value;
  }
  bool known = false;
  const Value result = subscript_now(of, key, &known);
  if (known) co_return result;
  if (const Value native = special(of, "__getitem__")) {
    Arguments given;
    given.positional = {of, key};
    co_return co_await call(native, std::move(given));
  }
  co_return raise("TypeError", fmt::format("'{}' object is not subscriptable",
                                           type_name(of)));
}

namespace {

/// list[a:b:c] = values
bool set_slice(Interpreter& py, List& list, const Slice& slice,
               const Values& values) {
  const auto span =
      span_of(py, slice, static_cast<std::int64_t>(list.items.size()));
  if (!span) return false;
  if (span->step == 1) {
    const auto begin = list.items.begin() + span->start;
    const Values old(begin, begin + span->count);  // Let go of at the end.
    list.items.erase(begin, begin + span->count);
    list.items.insert(list.items.begin() + span->start, values.begin(),
                      values.end());
    return true;
  }
  if (static_cast<std::int64_t>(values.size()) != span->count) {
    py.raise("ValueError",
             fmt::format("attempt to assign sequence of size {} to extended "
                         "slice of size {}",
                         values.size(), span->count));
    return false;
  }
  for (std::int64_t i = 0; i < span->count; ++i) {
    list.items[static_cast<std::size_t>(span->at(i))] =
        values[static_cast<std::size_t>(i)];
  }
  return true;
}

bool set_in_dict(Interpreter& py, Dict& dict, const Value& key, Value value) {
  std::int64_t hash = 0;
  if (!py.hash(key, &hash)) return false;
  bool ok = true;
  const std::int64_t at = dict.table.find(py, key, hash, &ok);
  if (!ok) return false;
  if (at >= 0) {
    dict.table.entries()[static_cast<std::size_t>(at)].value = std::move(value);
    return true;
  }
  if (py.heap.full()) return py.out_of_memory() != nullptr;
  py.heap.charge(dict, 40);
  dict.table.insert(key, hash, std::move(value));
  return true;
}

}  // namespace

Task<bool> Interpreter::set_item(Value of, Value key, Value value) {
  const Value method =
      of->type->built_in ? Value() : special(of, "__setitem__");
  if (is_python(method)) {
    Arguments given;
    given.positional = {of, key, value};
    const Value done = co_await call(method, std::move(given));
    co_return bool(done);
  }
  if (Dict* const dict = as<Dict>(of)) {
    co_return set_in_dict(*this, *dict, key, value);
  }
  if (List* const list = as<List>(of)) {
    if (const Slice* const slice = as<Slice>(key)) {
      Values values;
      const bool taken = co_await collect(value, &values);
      if (!taken) co_return false;
      co_return set_slice(*this, *list, *slice, values);
    }
    const std::int64_t at =
        position(*this, key, static_cast<std::int64_t>(list->items.size()),
                 "list", "assignment ");
    if (at < 0) co_return false;
    list->items[static_cast<std::size_t>(at)] = value;
    co_return true;
  }
  ByteString* const bytes = as<ByteString>(of);
  if (bytes && of->type == types.bytearray && as<Int>(key) && as<Int>(value)) {
    const std::int64_t at = position(
        *this, key, static_cast<std::int64_t>(bytes->text.size()), "bytearray");
    if (at < 0) co_return false;
    bytes->text[static_cast<std::size_t>(at)] =
        static_cast<char>(as<Int>(value)->number);
    co_return true;
  }
  if (const Value native = special(of, "__setitem__")) {
    Arguments given;
    given.positional = {of, key, value};
    const Value done = co_await call(native, std::move(given));
    co_return bool(done);
  }
  raise("TypeError", fmt::format("'{}' object does not support item assignment",
                                 type_name(of)));
  co_return false;
}

Task<bool> Interpreter::delete_item(Value of, Value key) {
  const Value method =
      of->type->built_in ? Value() : special(of, "__delitem__");
  if (is_python(method)) {
    Arguments given;
    given.positional = {of, key};
    const Value done = co_await call(method, std::move(given));
    co_return bool(done);
  }
  if (Dict* const dict = as<Dict>(of)) {
    std::int64_t hash_value = 0;
    if (!hash(key, &hash_value)) co_return false;
    bool ok = true;
    const std::int64_t at = dict->table.find(*this, key, hash_value, &ok);
    if (at < 0) {
      if (ok) key_error(*this, key);
      co_return false;
    }
    dict->table.erase(at);
    co_return true;
  }
  if (List* const list = as<List>(of)) {
    const auto count = static_cast<std::int64_t>(list->items.size());
    if (const Slice* const slice = as<Slice>(key)) {
      const auto span = span_of(*this, *slice, count);
      if (!span) co_return false;
      Values kept;
      std::set<std::int64_t> gone;
      for (std::int64_t i = 0; i < span->count; ++i) gone.insert(span->at(i));
      for (std::int64_t i = 0; i < count; ++i) {
        if (!gone.contains(i)) {
          kept.push_back(list->items[static_cast<std::size_t>(i)]);
        }
      }
      list->items.swap(kept);
      co_return true;
    }
    const std::int64_t at = position(*this, key, count, "list", "assignment ");
    if (at < 0) co_return false;
    const Value old = list->items[static_cast<std::size_t>(at)];
    list->items.erase(list->items.begin() + at);
    co_return true;
  }
  raise("TypeError", fmt::format("'{}' object doesn't support item deletion",
                                 type_name(of)));
  co_return false;
}

}  // namespace drydock::userland::python
