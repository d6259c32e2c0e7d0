// format_braces.cc — str.format(): fields in braces.

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/text.h"
#include "sim/userland/python/format.h"

namespace drydock::userland::python {

namespace {

struct Field {
  std::string name, spec;
  char conversion = 0;
};

/// The field behind a '{'; nullopt: raised.  `at` ends behind its '}'.
std::optional<Field> parse_field(Interpreter& py, const std::string& format,
                                 std::size_t* at) {
  Field field;
  int depth = 1;
  const std::size_t start = *at;
  std::size_t end = start;
  for (; end < format.size() && depth > 0; ++end) {
    if (format[end] == '{') ++depth;
    if (format[end] == '}') --depth;
  }
  if (depth > 0) {
    py.raise("ValueError", start == format.size()
                               ? "Single '{' encountered in format string"
                               : "expected '}' before end of string");
    return std::nullopt;
  }
  *at = end;
  const std::string inside = format.substr(start, end - start - 1);
  const std::size_t stop = inside.find_first_of(":!");
  field.name = inside.substr(0, stop);
  if (stop == inside.npos) return field;
  std::size_t colon = stop;
  if (inside[stop] == '!') {
    field.conversion = stop + 1 < inside.size() ? inside[stop + 1] : '\0';
    colon = stop + 2;
    if (colon < inside.size() && inside[colon] != ':') {
      py.raise("ValueError", "expected ':' after conversion specifier");
      return std::nullopt;
    }
  }
  if (colon < inside.size()) field.spec = inside.substr(colon + 1);
  return field;
}

class Braces {
 public:
  Braces(Interpreter& py, Arguments& arguments)
      : py_(py), arguments_(arguments) {}

  Task<Value> format(std::string format, int depth) {
    std::string out;
    for (std::size_t at = 0; at < format.size();) {
      const char c = format[at++];
      const bool twice = at < format.size() && format[at] == c;
      if (c != '{' && c != '}') {
        out += c;
      } else if (twice) {
        out += c;
        ++at;
      } else if (c == '}') {
        co_return py_.raise("ValueError",
                            "Single '}' encountered in format string");
      } else {
        const std::optional<Field> field = parse_field(py_, format, &at);
        if (!field) co_return nullptr;
        const Value text = co_await one(*field, depth);
        if (!text) co_return nullptr;
        out += as<Str>(text)->text;
      }
    }
    co_return py_.str(out);
  }

 private:
  Task<Value> one(Field field, int depth) {
    const Value value = co_await look_up(field.name);
    if (!value) co_return nullptr;
    std::string spec = field.spec;
    if (spec.find('{') != spec.npos) {
      if (depth > 1) {
        co_return py_.raise("ValueError", "Max string recursion exceeded");
      }
      const Value inner = co_await format(spec, depth + 1);
      if (!inner) co_return nullptr;
      spec = as<Str>(inner)->text;
    }
    Value shown = value;
    if (field.conversion) {
      const auto text =
          field.conversion == 's' ? py_.str_of(value) : py_.repr(value);
      if (!text) co_return nullptr;
      shown = py_.str(*text);
    }
    const auto text = format_value(py_, shown, spec);
    co_return text ? py_.str(*text) : nullptr;
  }

  Value first(const std::string& name) {
    const auto number = parse_int(name);
    if (name.empty() || number) {
      const std::size_t i =
          number ? static_cast<std::size_t>(*number) : automatic_++;
      if (i < arguments_.positional.size()) return arguments_.positional[i];
      return py_.raise("IndexError", "tuple index out of range");
    }
    for (const auto& [key, value] : arguments_.keywords) {
      if (key->text == name) return value;
    }
    return py_.raise(
        py_.make_exception(*py_.exception_type("KeyError"), {py_.str(name)}));
  }

  Task<Value> look_up(std::string name) {
    std::size_t at = std::min(name.find_first_of(".["), name.size());
    Value value = first(name.substr(0, at));
    while (value && at < name.size()) {
      if (name[at] == '.') {
        const std::size_t end =
            std::min(name.find_first_of(".[", at + 1), name.size());
        const Ref<Str> id = py_.intern(name.substr(at + 1, end - at - 1));
        value = co_await py_.get_attribute(value, id);
        at = end;
        continue;
      }
      const std::size_t end = std::min(name.find(']', at), name.size());
      const std::string text = name.substr(at + 1, end - at - 1);
      const auto number = parse_int(text);
      const Value key = number ? py_.integer(*number) : py_.str(text);
      value = co_await py_.subscript(value, key);
      at = end + 1;
    }
    co_return value;
  }

  Interpreter& py_;
  Arguments& arguments_;
  std::size_t automatic_ = 0;
};

}  // namespace

Task<Value> brace_format(Interpreter& py, std::string format,
                         Arguments arguments) {
  Braces braces(py, arguments);
  co_return co_await braces.format(std::move(format), 1);
}

}  // namespace drydock::userland::python
