// types_str.cc — str: searching, splitting, joining, formatting, encoding.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/format.h"
#include "sim/userland/python/sequence.h"
#include "sim/userland/python/tables.h"
#include "sim/userland/python/text_tools.h"

namespace drydock::userland::python {

namespace {

const Str& self_of(const NativeCall& call) { return *as<Str>(call.args[0]); }

/// The i-th argument as a text; null: raised.
const Str* text_argument(NativeCall& call, std::size_t i) {
  const Str* const text = as<Str>(call.arg(i));
  if (!text) {
    call.py.raise("TypeError",
                  fmt::format("Can't convert '{}' object to str implicitly",
                              call.arg(i) ? Interpreter::type_name(call.arg(i))
                                          : "NoneType"));
  }
  return text;
}

Value str_new(NativeCall& call) {
  Interpreter& py = call.py;
  Type* const type = as<Type>(call.args[0]);
  std::string text;
  const Value from = call.take(1, "object");
  const Value encoding = call.take(2, "encoding");
  const Value errors = call.take(3, "errors");
  if (!call.no_more_keywords()) return nullptr;
  const ByteString* const bytes = as<ByteString>(from);
  if (from && (encoding || errors)) {
    if (!bytes) {
      return py.raise("TypeError", "decoding str is not supported");
    }
    const Str* const name = as<Str>(encoding);
    const Str* const how = as<Str>(errors);
    return decode_bytes(py, bytes->text, name ? name->text : "utf-8",
                        how ? how->text : "strict");
  }
  if (from) {
    const auto words = py.str_of(from);
    if (!words) return nullptr;
    text = *words;
  }
  if (type == py.types.str.get()) return py.str(text);
  return py.heap.make<Str>(type, text);
}

/// The part of the text that optional start and end arguments mean, in bytes.
bool window(NativeCall& call, std::size_t first, std::size_t* from,
            std::size_t* to) {
  const Str& text = self_of(call);
  const Slice slice(call.py.types.slice.get(),
                    call.arg(first) ? call.arg(first) : call.py.none,
                    call.arg(first + 1) ? call.arg(first + 1) : call.py.none,
                    call.py.none);
  const auto span = span_of(call.py, slice, text.length());
  if (!span) return false;
  *from = byte_offset(text, span->start);
  *to = byte_offset(text, span->start + span->count);
  return true;
}

Value found_at(NativeCall& call, bool from_right, bool must) {
  const Str* const part = text_argument(call, 1);
  std::size_t from = 0, to = 0;
  if (!part || !window(call, 2, &from, &to)) return nullptr;
  const Str& text = self_of(call);
  const std::string_view inside =
      std::string_view(text.text).substr(from, to - from);
  const std::size_t at =
      from_right ? inside.rfind(part->text) : inside.find(part->text);
  if (at != inside.npos) {
    return call.py.integer(character_of(text, from + at));
  }
  if (must) return call.py.raise("ValueError", "substring not found");
  return call.py.integer(-1);
}
Value str_find(NativeCall& call) { return found_at(call, false, false); }
Value str_rfind(NativeCall& call) { return found_at(call, true, false); }
Value str_index(NativeCall& call) { return found_at(call, false, true); }
Value str_rindex(NativeCall& call) { return found_at(call, true, true); }

Value str_count(NativeCall& call) {
  const Str* const part = text_argument(call, 1);
  std::size_t from = 0, to = 0;
  if (!part || !window(call, 2, &from, &to)) return nullptr;
  const std::string_view inside =
      std::string_view(self_of(call).text).substr(from, to - from);
  if (part->text.empty()) return call.py.integer(self_of(call).length() + 1);
  std::int64_t count = 0;
  for (std::size_t at = inside.find(part->text); at != inside.npos;
       at = inside.find(part->text, at + part->text.size())) {
    ++count;
  }
  return call.py.integer(count);
}

Value affix(NativeCall& call, bool start) {
  std::size_t from = 0, to = 0;
  if (!window(call, 2, &from, &to)) return nullptr;
  const std::string_view inside =
      std::string_view(self_of(call).text).substr(from, to - from);
  const Tuple* const several = as<Tuple>(call.args[1]);
  const Values choices = several ? several->items : Values{call.args[1]};
  for (const Value& choice : choices) {
    const Str* const part = as<Str>(choice);
    if (!part) {
      return call.py.raise(
          "TypeError",
          fmt::format("{} first arg must be str or a tuple of str, not {}",
                      call.name, Interpreter::type_name(choice)));
    }
    if (start ? inside.starts_with(part->text) : inside.ends_with(part->text)) {
      return call.py.yes;
    }
  }
  return call.py.no;
}
Value str_startswith(NativeCall& call) { return affix(call, true); }
Value str_endswith(NativeCall& call) { return affix(call, false); }

Value str_replace(NativeCall& call) {
  const Str* const from = text_argument(call, 1);
  const Str* const to = from ? text_argument(call, 2) : nullptr;
  if (!to) return nullptr;
  std::int64_t most = -1;
  if (call.count() > 3) {
    const auto given = call.py.index(call.args[3]);
    if (!given) return nullptr;
    most = *given;
  }
  return call.py.str(replaced(self_of(call).text, from->text, to->text, most));
}

/// Which characters to strip: those of the argument, or blanks.
std::optional<std::string> strip_set(NativeCall& call) {
  const Value given = call.arg(1);
  if (!given || given == call.py.none) return " \t\n\r\f\v";
  const Str* const text = text_argument(call, 1);
  if (!text) return std::nullopt;
  return text->text;
}
Value stripped(NativeCall& call, bool left, bool right) {
  const auto set = strip_set(call);
  if (!set) return nullptr;
  return call.py.str(strip(self_of(call).text, *set, left, right));
}
Value str_strip(NativeCall& call) { return stripped(call, true, true); }
Value str_lstrip(NativeCall& call) { return stripped(call, true, false); }
Value str_rstrip(NativeCall& call) { return stripped(call, false, true); }

Value str_split_any(NativeCall& call, bool right) {
  const Value separator = call.take(1, "sep");
  const Value most_value = call.take(2, "maxsplit");
  if (!call.no_more_keywords()) return nullptr;
  std::int64_t most = -1;
  if (most_value) {
    const auto given = call.py.index(most_value);
    if (!given) return nullptr;
    most = *given;
  }
  const bool blanks = !separator || separator == call.py.none;
  const Str* const by = as<Str>(separator);
  if (!blanks && !by) {
    return call.py.raise("TypeError",
                         fmt::format("Can't convert '{}' object to str "
                                     "implicitly",
                                     Interpreter::type_name(separator)));
  }
  if (by && by->text.empty()) {
    return call.py.raise("ValueError", "empty separator");
  }
  const Strings parts =
      split_text(self_of(call).text, by ? by->text : "", most, right);
  Values items;
  for (const std::string& part : parts) items.push_back(call.py.str(part));
  return call.py.list(std::move(items));
}
Value str_split(NativeCall& call) { return str_split_any(call, false); }
Value str_rsplit(NativeCall& call) { return str_split_any(call, true); }

Value str_splitlines(NativeCall& call) {
  const Value keep_value = call.take(1, "keepends");
  const bool keep = keep_value && call.py.truth(keep_value) == 1;
  Values lines;
  const std::string& text = self_of(call).text;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find_first_of("\r\n\v\f", at), text.size());
    std::size_t next = std::min(end + 1, text.size());
    if (next < text.size() && text[end] == '\r' && text[next] == '\n') ++next;
    if (keep) end = next;
    lines.push_back(call.py.str(text.substr(at, end - at)));
    at = next;
  }
  return call.py.list(std::move(lines));
}

Value partition_any(NativeCall& call, bool right) {
  const Str* const by = text_argument(call, 1);
  if (!by) return nullptr;
  if (by->text.empty()) {
    return call.py.raise("ValueError", "empty separator");
  }
  const std::string& text = self_of(call).text;
  const std::size_t at = right ? text.rfind(by->text) : text.find(by->text);
  const Value empty = call.py.str("");
  if (at == text.npos) {
    const Value whole = call.py.str(text);
    return right ? call.py.tuple({empty, empty, whole})
                 : call.py.tuple({whole, empty, empty});
  }
  return call.py.tuple({call.py.str(text.substr(0, at)), call.args[1],
                        call.py.str(text.substr(at + by->text.size()))});
}
Value str_partition(NativeCall& call) { return partition_any(call, false); }
Value str_rpartition(NativeCall& call) { return partition_any(call, true); }

Task<Value> str_join(NativeCall call) {
  Interpreter& py = call.py;
  Values items;
  const Value from = call.args[1];
  if (!py.special(from, "__iter__") && !sequence_items(from) &&
      from->type->layout == Layout::plain) {
    co_return py.raise("TypeError", "can only join an iterable");
  }
  const bool taken = co_await py.collect(from, &items);
  if (!taken) co_return nullptr;
  const std::string& glue = self_of(call).text;
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Str* const part = as<Str>(items[i]);
    if (!part) {
      co_return py.raise("TypeError",
                         fmt::format("sequence item {}: expected str "
                                     "instance, {} found",
                                     i, Interpreter::type_name(items[i])));
    }
    if (i > 0) out += glue;
    out += part->text;
    if (py.heap.full(static_cast<std::int64_t>(out.size()))) {
      co_return py.out_of_memory();
    }
  }
  co_return py.str(out);
}

Task<Value> str_format(NativeCall call) {
  Arguments rest;
  rest.positional.assign(call.args.begin() + 1, call.args.end());
  rest.keywords = call.given.keywords;
  const std::string format = self_of(call).text;
  co_return co_await brace_format(call.py, format, std::move(rest));
}

Task<Value> str_format_map(NativeCall call) {
  Arguments rest;
  const Dict* const dict = as<Dict>(call.args[1]);
  if (!dict) co_return call.py.raise("TypeError", "format_map() needs a dict");
  for (const Table::Entry& entry : dict->table.entries()) {
    if (!entry.key || !as<Str>(entry.key)) continue;
    rest.keywords.emplace_back(Ref<Str>(as<Str>(entry.key)), entry.value);
  }
  const std::string format = self_of(call).text;
  co_return co_await brace_format(call.py, format, std::move(rest));
}

Value str_encode(NativeCall& call) {
  const Value name = call.take(1, "encoding");
  const Value how = call.take(2, "errors");
  if (!call.no_more_keywords()) return nullptr;
  const Str* const encoding = as<Str>(name);
  const Str* const errors = as<Str>(how);
  return encode_text(call.py, self_of(call).text,
                     encoding ? encoding->text : "utf-8",
                     errors ? errors->text : "strict");
}

Value padded(NativeCall& call, bool left, bool right) {
  const auto width = call.py.index(call.args[1]);
  if (!width) return nullptr;
  const Str* const fill = as<Str>(call.arg(2));
  if (call.count() > 2 && (!fill || fill->length() != 1)) {
    return call.py.raise(
        "TypeError", "The fill character must be exactly one character long");
  }
  const std::int64_t lack = *width - self_of(call).length();
  if (lack <= 0) return call.args[0];
  if (call.py.heap.full(lack)) return call.py.out_of_memory();
  const std::string with = fill ? fill->text : " ";
  const auto times = [&](std::int64_t n) {
    std::string out;
    for (std::int64_t i = 0; i < n; ++i) out += with;
    return out;
  };
  const std::int64_t before = left && right ? lack / 2 + (lack & *width & 1)
                              : left        ? lack
                                            : 0;
  return call.py.str(times(before) + self_of(call).text + times(lack - before));
}
Value str_ljust(NativeCall& call) { return padded(call, false, true); }
Value str_rjust(NativeCall& call) { return padded(call, true, false); }
Value str_center(NativeCall& call) { return padded(call, true, true); }

Value str_zfill(NativeCall& call) {
  const auto width = call.py.index(call.args[1]);
  if (!width) return nullptr;
  std::string text = self_of(call).text;
  const std::int64_t lack = *width - self_of(call).length();
  if (lack <= 0) return call.args[0];
  if (call.py.heap.full(lack)) return call.py.out_of_memory();
  const bool sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  text.insert(sign ? 1 : 0, std::string(static_cast<std::size_t>(lack), '0'));
  return call.py.str(text);
}

Value str_expandtabs(NativeCall& call) {
  const Value given = call.take(1, "tabsize");
  const auto size =
      given ? call.py.index(given) : std::optional<std::int64_t>(8);
  if (!size) return nullptr;
  std::string out;
  std::int64_t column = 0;
  for (const char c : self_of(call).text) {
    if (c == '\t') {
      const std::int64_t fill = *size > 0 ? *size - column % *size : 0;
      out.append(static_cast<std::size_t>(fill), ' ');
      column += fill;
    } else {
      out += c;
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  return call.py.str(out);
}

Value str_mod(NativeCall& call) {
  return percent_format(call.py, self_of(call).text, call.args[1], false);
}

constexpr NativeRow kStr[] = {
    {"__new__", 1, 4, str_new, nullptr, true},
    {"__mod__", 2, 2, str_mod},
    {"find", 2, 4, str_find},
    {"rfind", 2, 4, str_rfind},
    {"index", 2, 4, str_index},
    {"rindex", 2, 4, str_rindex},
    {"count", 2, 4, str_count},
    {"startswith", 2, 4, str_startswith},
    {"endswith", 2, 4, str_endswith},
    {"replace", 3, 4, str_replace},
    {"strip", 1, 2, str_strip},
    {"lstrip", 1, 2, str_lstrip},
    {"rstrip", 1, 2, str_rstrip},
    {"split", 1, 3, str_split, nullptr, true},
    {"rsplit", 1, 3, str_rsplit, nullptr, true},
    {"splitlines", 1, 2, str_splitlines, nullptr, true},
    {"partition", 2, 2, str_partition},
    {"rpartition", 2, 2, str_rpartition},
    {"join", 2, 2, nullptr, str_join},
    {"format", 1, -1, nullptr, str_format, true},
    {"format_map", 2, 2, nullptr, str_format_map},
    {"encode", 1, 3, str_encode, nullptr, true},
    {"ljust", 2, 3, str_ljust},
    {"rjust", 2, 3, str_rjust},
    {"center", 2, 3, str_center},
    {"zfill", 2, 2, str_zfill},
    {"expandtabs", 1, 2, str_expandtabs, nullptr, true},
};

}  // namespace

void add_str_methods(Interpreter& py) { py.add_functions(*py.types.str, kStr); }

}  // namespace drydock::userland::python
