// types_bytes.cc — bytes and bytearray.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/format.h"
#include "sim/userland/python/tables.h"
#include "sim/userland/python/text_tools.h"

namespace drydock::userland::python {

namespace {

ByteString& self_of(const NativeCall& call) {
  return *as<ByteString>(call.args[0]);
}

const ByteString* bytes_argument(NativeCall& call, std::size_t i) {
  const ByteString* const bytes = as<ByteString>(call.arg(i));
  if (!bytes) {
    call.py.raise("TypeError",
                  fmt::format("'{}' does not support the buffer interface",
                              call.arg(i) ? Interpreter::type_name(call.arg(i))
                                          : "NoneType"));
  }
  return bytes;
}

Value made(Interpreter& py, const Type& type, std::string text) {
  if (&type == py.types.bytes.get()) return py.bytes(std::move(text));
  return py.heap.make<ByteString>(const_cast<Type*>(&type), std::move(text));
}

Task<Value> bytes_new(NativeCall call) {
  Interpreter& py = call.py;
  const Type& type = *as<Type>(call.args[0]);
  const Value from = call.take(1, "source");
  const Value encoding = call.take(2, "encoding");
  const Value errors = call.take(3, "errors");
  if (!call.no_more_keywords()) co_return nullptr;
  if (!from) co_return made(py, type, "");
  if (const Str* const text = as<Str>(from)) {
    const Str* const name = as<Str>(encoding);
    if (!name) {
      co_return py.raise("TypeError", "string argument without an encoding");
    }
    const Str* const how = as<Str>(errors);
    const Value done =
        encode_text(py, text->text, name->text, how ? how->text : "strict");
    if (!done) co_return nullptr;
    co_return made(py, type, as<ByteString>(done)->text);
  }
  if (const ByteString* const bytes = as<ByteString>(from)) {
    co_return made(py, type, bytes->text);
  }
  if (const Int* const count = as<Int>(from)) {
    if (count->number < 0) co_return py.raise("ValueError", "negative count");
    if (py.heap.full(count->number)) co_return py.out_of_memory();
    co_return made(py, type,
                   std::string(static_cast<std::size_t>(count->number), '\0'));
  }
  Values items;
  const bool taken = co_await py.collect(from, &items);
  if (!taken) co_return nullptr;
  std::string text;
  for (const Value& item : items) {
    const auto number = py.index(item);
    if (!number) co_return nullptr;
    if (*number < 0 || *number > 255) {
      co_return py.raise("ValueError", "bytes must be in range(0, 256)");
    }
    text += static_cast<char>(*number);
  }
  co_return made(py, type, std::move(text));
}

Value bytes_decode(NativeCall& call) {
  const Value name = call.take(1, "encoding");
  const Value how = call.take(2, "errors");
  if (!call.no_more_keywords()) return nullptr;
  const Str* const encoding = as<Str>(name);
  const Str* const errors = as<Str>(how);
  return decode_bytes(call.py, self_of(call).text,
                      encoding ? encoding->text : "utf-8",
                      errors ? errors->text : "strict");
}

Value found_at(NativeCall& call, bool right, bool must) {
  const ByteString* const part = bytes_argument(call, 1);
  if (!part) return nullptr;
  const auto from = call.count() > 2 ? call.py.index(call.args[2]) : 0;
  if (!from) return nullptr;
  const std::string& text = self_of(call).text;
  const auto start = static_cast<std::size_t>(std::max<std::int64_t>(0, *from));
  const std::size_t at =
      right ? text.rfind(part->text) : text.find(part->text, start);
  if (at != text.npos) {
    return call.py.integer(static_cast<std::int64_t>(at));
  }
  if (must) return call.py.raise("ValueError", "subsection not found");
  return call.py.integer(-1);
}
Value bytes_find(NativeCall& call) { return found_at(call, false, false); }
Value bytes_rfind(NativeCall& call) { return found_at(call, true, false); }
Value bytes_index(NativeCall& call) { return found_at(call, false, true); }

Value bytes_startswith(NativeCall& call) {
  const ByteString* const part = bytes_argument(call, 1);
  if (!part) return nullptr;
  return call.py.boolean(self_of(call).text.starts_with(part->text));
}
Value bytes_endswith(NativeCall& call) {
  const ByteString* const part = bytes_argument(call, 1);
  if (!part) return nullptr;
  return call.py.boolean(self_of(call).text.ends_with(part->text));
}

Value bytes_replace(NativeCall& call) {
  const ByteString* const from = bytes_argument(call, 1);
  const ByteString* const to = from ? bytes_argument(call, 2) : nullptr;
  if (!to) return nullptr;
  std::string out;
  std::size_t at = 0;
  const std::string& text = self_of(call).text;
  while (!from->text.empty()) {
    const std::size_t next = text.find(from->text, at);
    if (next == text.npos) break;
    out += text.substr(at, next - at) + to->text;
    at = next + from->text.size();
  }
  return call.py.bytes(out + text.substr(at));
}

Value bytes_split(NativeCall& call) {
  const Value by = call.take(1, "sep");
  const Value most_value = call.take(2, "maxsplit");
  if (!call.no_more_keywords()) return nullptr;
  std::int64_t most = -1;
  if (most_value) {
    const auto given = call.py.index(most_value);
    if (!given) return nullptr;
    most = *given;
  }
  const ByteString* const separator = as<ByteString>(by);
  if (by && !(by == call.py.none) && !separator) {
    return bytes_argument(call, 1) ? Value() : Value();
  }
  Values parts;
  for (std::string& part : split_text(
           self_of(call).text, separator ? separator->text : "", most, false)) {
    parts.push_back(call.py.bytes(std::move(part)));
  }
  return call.py.list(std::move(parts));
}

Value stripped(NativeCall& call, bool left, bool right) {
  std::string set = " \t\n\r\f\v";
  if (call.count() > 1 && !(call.args[1] == call.py.none)) {
    const ByteString* const given = bytes_argument(call, 1);
    if (!given) return nullptr;
    set = given->text;
  }
  const std::string& text = self_of(call).text;
  std::size_t from = 0, to = text.size();
  while (left && from < to && set.find(text[from]) != set.npos) ++from;
  while (right && to > from && set.find(text[to - 1]) != set.npos) --to;
  return call.py.bytes(text.substr(from, to - from));
}
Value bytes_strip(NativeCall& call) { return stripped(call, true, true); }
Value bytes_lstrip(NativeCall& call) { return stripped(call, true, false); }
Value bytes_rstrip(NativeCall& call) { return stripped(call, false, true); }

Value bytes_case(NativeCall& call, bool upwards) {
  const std::string& text = self_of(call).text;
  return call.py.bytes(upwards ? upper(text) : lower(text));
}
Value bytes_upper(NativeCall& call) { return bytes_case(call, true); }
Value bytes_lower(NativeCall& call) { return bytes_case(call, false); }

Task<Value> bytes_join(NativeCall call) {
  Values items;
  const Value from = call.args[1];
  const bool taken = co_await call.py.collect(from, &items);
  if (!taken) co_return nullptr;
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ByteString* const part = as<ByteString>(items[i]);
    if (!part) {
      co_return call.py.raise(
          "TypeError", fmt::format("sequence item {}: expected bytes, {} found",
                                   i, Interpreter::type_name(items[i])));
    }
    if (i > 0) out += self_of(call).text;
    out += part->text;
  }
  co_return call.py.bytes(std::move(out));
}

Value bytes_count(NativeCall& call) {
  const ByteString* const part = bytes_argument(call, 1);
  if (!part || part->text.empty()) return part ? call.py.integer(0) : nullptr;
  std::int64_t count = 0;
  const std::string& text = self_of(call).text;
  for (std::size_t at = text.find(part->text); at != text.npos;
       at = text.find(part->text, at + part->text.size())) {
    ++count;
  }
  return call.py.integer(count);
}

Value bytes_hex(NativeCall& call) {
  std::string out;
  for (const char c : self_of(call).text) {
    out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return call.py.str(out);
}

Value bytearray_append(NativeCall& call) {
  const auto byte = call.py.index(call.args[1]);
  if (!byte) return nullptr;
  if (*byte < 0 || *byte > 255) {
    return call.py.raise("ValueError", "byte must be in range(0, 256)");
  }
  self_of(call).text += static_cast<char>(*byte);
  return call.py.none;
}
Value bytearray_extend(NativeCall& call) {
  const ByteString* const more = bytes_argument(call, 1);
  if (!more) return nullptr;
  self_of(call).text += more->text;
  return call.py.none;
}

constexpr NativeRow kBytes[] = {
    {"__new__", 1, 4, nullptr, bytes_new, true},
    {"decode", 1, 3, bytes_decode, nullptr, true},
    {"find", 2, 3, bytes_find},
    {"rfind", 2, 2, bytes_rfind},
    {"index", 2, 3, bytes_index},
    {"startswith", 2, 2, bytes_startswith},
    {"endswith", 2, 2, bytes_endswith},
    {"replace", 3, 3, bytes_replace},
    {"split", 1, 3, bytes_split, nullptr, true},
    {"strip", 1, 2, bytes_strip},
    {"lstrip", 1, 2, bytes_lstrip},
    {"rstrip", 1, 2, bytes_rstrip},
    {"upper", 1, 1, bytes_upper},
    {"lower", 1, 1, bytes_lower},
    {"join", 2, 2, nullptr, bytes_join},
    {"count", 2, 2, bytes_count},
};
constexpr NativeRow kByteArray[] = {
    {"append", 2, 2, bytearray_append},
    {"extend", 2, 2, bytearray_extend},
    {"hex", 1, 1, bytes_hex},
};

}  // namespace

void add_bytes_methods(Interpreter& py) {
  py.add_functions(*py.types.bytes, kBytes);
  py.add_functions(*py.types.bytearray, kBytes);
  py.add_functions(*py.types.bytearray, kByteArray);
}

}  // namespace drydock::userland::python
