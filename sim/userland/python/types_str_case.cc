// types_str_case.cc — str: upper and lower case, and what kind of text it is.

#include <algorithm>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/sequence.h"
#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

const std::string& text_of(const NativeCall& call) {
  return as<Str>(call.args[0])->text;
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Bytes beyond ASCII: letters of some script.
bool is_letter(char c) {
  return is_upper(c) || is_lower(c) || static_cast<unsigned char>(c) >= 0x80;
}
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char up(char c) { return is_lower(c) ? static_cast<char>(c - 32) : c; }
char down(char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; }

Value mapped(NativeCall& call, char (*change)(char)) {
  std::string text = text_of(call);
  std::ranges::transform(text, text.begin(), change);
  return call.py.str(text);
}
Value str_upper(NativeCall& call) { return mapped(call, up); }
Value str_lower(NativeCall& call) { return mapped(call, down); }
Value str_swapcase(NativeCall& call) {
  return mapped(call, [](char c) { return is_upper(c) ? down(c) : up(c); });
}

Value str_capitalize(NativeCall& call) {
  std::string text = text_of(call);
  std::ranges::transform(text, text.begin(), down);
  if (!text.empty()) text[0] = up(text[0]);
  return call.py.str(text);
}

Value str_title(NativeCall& call) {
  std::string text = text_of(call);
  bool inside = false;
  for (char& c : text) {
    c = inside ? down(c) : up(c);
    inside = is_letter(c);
  }
  return call.py.str(text);
}

Value all_are(NativeCall& call, bool (*is)(char)) {
  const std::string& text = text_of(call);
  return call.py.boolean(!text.empty() && std::ranges::all_of(text, is));
}
Value str_isdigit(NativeCall& call) { return all_are(call, is_digit); }
Value str_isalpha(NativeCall& call) { return all_are(call, is_letter); }
Value str_isspace(NativeCall& call) { return all_are(call, is_blank); }
Value str_isalnum(NativeCall& call) {
  return all_are(call, [](char c) { return is_letter(c) || is_digit(c); });
}
Value str_isprintable(NativeCall& call) {
  const std::string& text = text_of(call);
  return call.py.boolean(std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  }));
}
Value str_isidentifier(NativeCall& call) {
  const std::string& text = text_of(call);
  const bool good = std::ranges::all_of(
      text, [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
  return call.py.boolean(!text.empty() && good && !is_digit(text[0]));
}
Value cased(NativeCall& call, bool (*wanted)(char), bool (*other)(char)) {
  const std::string& text = text_of(call);
  return call.py.boolean(std::ranges::any_of(text, wanted) &&
                         std::ranges::none_of(text, other));
}
Value str_isupper(NativeCall& call) { return cased(call, is_upper, is_lower); }
Value str_islower(NativeCall& call) { return cased(call, is_lower, is_upper); }
Value str_istitle(NativeCall& call) {
  bool inside = false, any = false;
  for (const char c : text_of(call)) {
    if ((is_upper(c) && inside) || (is_lower(c) && !inside)) {
      return call.py.no;
    }
    inside = is_letter(c);
    any = any || inside;
  }
  return call.py.boolean(any);
}

/// str.maketrans(from, to, delete): a dict of character codes.
Value str_maketrans(NativeCall& call) {
  Interpreter& py = call.py;
  const Ref<Dict> table = py.dict();
  const auto put = [&](std::int64_t code, Value value) {
    table->table.insert(py.integer(code), code, std::move(value));
  };
  if (const Dict* const given = as<Dict>(call.arg(0))) {
    for (const Table::Entry& entry : given->table.entries()) {
      if (!entry.key) continue;
      const Str* const text = as<Str>(entry.key);
      const Int* const code = as<Int>(entry.key);
      if (code) put(code->number, entry.value);
      if (text && text->length() == 1) {
        put(code_of(text->text), entry.value);
      }
    }
    return table;
  }
  const Str* const from = as<Str>(call.arg(0));
  const Str* const to = as<Str>(call.arg(1));
  if (!from || !to || from->length() != to->length()) {
    return py.raise("ValueError",
                    "the first two maketrans arguments must "
                    "have equal length");
  }
  for (std::int64_t i = 0; i < from->length(); ++i) {
    put(code_of(characters(*from, i, 1)), py.str(characters(*to, i, 1)));
  }
  if (const Str* const gone = as<Str>(call.arg(2))) {
    for (std::int64_t i = 0; i < gone->length(); ++i) {
      put(code_of(characters(*gone, i, 1)), py.none);
    }
  }
  return table;
}

Value str_translate(NativeCall& call) {
  Interpreter& py = call.py;
  const Dict* const table = as<Dict>(call.args[1]);
  if (!table) return py.refuse("translate() with something other than a dict");
  const Str& text = *as<Str>(call.args[0]);
  std::string out;
  for (std::size_t at = 0; at < text.text.size();) {
    const std::size_t length = utf8_length(text.text[at]);
    const std::string one = text.text.substr(at, length);
    at += length;
    const std::int64_t code = code_of(one);
    bool ok = true;
    const std::int64_t found =
        table->table.find(py, py.integer(code), code, &ok);
    if (found < 0) {
      out += one;
      continue;
    }
    const Value& to =
        table->table.entries()[static_cast<std::size_t>(found)].value;
    if (const Str* const words = as<Str>(to)) out += words->text;
    if (const Int* const number = as<Int>(to)) {
      out += utf8_of(static_cast<std::uint32_t>(number->number));
    }
  }
  return py.str(out);
}

constexpr NativeRow kCase[] = {
    {"upper", 1, 1, str_upper},
    {"lower", 1, 1, str_lower},
    {"casefold", 1, 1, str_lower},
    {"swapcase", 1, 1, str_swapcase},
    {"capitalize", 1, 1, str_capitalize},
    {"title", 1, 1, str_title},
    {"isdigit", 1, 1, str_isdigit},
    {"isdecimal", 1, 1, str_isdigit},
    {"isnumeric", 1, 1, str_isdigit},
    {"isalpha", 1, 1, str_isalpha},
    {"isalnum", 1, 1, str_isalnum},
    {"isspace", 1, 1, str_isspace},
    {"isprintable", 1, 1, str_isprintable},
    {"isidentifier", 1, 1, str_isidentifier},
    {"isupper", 1, 1, str_isupper},
    {"islower", 1, 1, str_islower},
    {"istitle", 1, 1, str_istitle},
    {"translate", 2, 2, str_translate},
};
constexpr NativeRow kMakeTrans[] = {{"maketrans", 1, 3, str_maketrans}};

}  // namespace

std::int64_t code_of(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  const std::size_t length = utf8_length(character[0]);
  if (length == 1) return first;
  std::int64_t code = first & (0x7f >> length);
  for (std::size_t i = 1; i < length && i < character.size(); ++i) {
    code = code << 6 | (static_cast<unsigned char>(character[i]) & 0x3f);
  }
  return code;
}

void add_str_tests(Interpreter& py) {
  py.add_functions(*py.types.str, kCase);
  const Ref<Wrapper> free = py.heap.make<Wrapper>(py.types.static_method.get(),
                                                  WrapperKind::static_method);
  free->get =
      py.heap.make<NativeFunction>(py.types.native.get(), kMakeTrans[0]);
  py.set(*py.types.str, "maketrans", free);
}

}  // namespace drydock::userland::python
