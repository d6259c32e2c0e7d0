// printing.cc — package fmt: verbs, flags and Go's layouts.

#include "sim/cli/template/printing.h"

#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "sim/base/table.h"
#include "sim/cli/format.h"
#include "sim/cli/template/functions.h"

namespace drydock::cli::tmpl {

namespace {

using Kind = Value::Kind;

/// A verb with its flags: %-10.3s
struct Verb {
  char letter = 'v';
  bool minus = false, plus = false, sharp = false, space = false, zero = false;
  int width = -1, precision = -1;
};

constexpr int kWidthMax = 100'000;

std::string padded(std::string text, const Verb& verb, bool number = false) {
  const std::size_t length = character_count(text);
  if (verb.width < 0 || length >= static_cast<std::size_t>(verb.width)) {
    return text;
  }
  const std::size_t missing = static_cast<std::size_t>(verb.width) - length;
  if (verb.minus) return text + std::string(missing, ' ');
  if (!verb.zero || !number) return std::string(missing, ' ') + text;
  const std::size_t sign =
      !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  return text.substr(0, sign) + std::string(missing, '0') + text.substr(sign);
}

std::string shortest(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  const double size = std::fabs(value);
  // %v of a float turns to an exponent from 1e21 on, %g's shortest digits.
  if (size != 0 && (size < 1e-4 || size >= 1e21)) {
    return fmt::format("{:e}", value).find('.') == std::string::npos
               ? fmt::format("{}", value)
               : fmt::format("{}", value);
  }
  std::string text = fmt::format("{}", value);
  if (text.find('e') != std::string::npos) text = fmt::format("{:.0f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string digits(std::uint64_t size, char letter) {
  switch (letter) {
    case 'b':
      return fmt::format("{:b}", size);
    case 'o':
      return fmt::format("{:o}", size);
    case 'x':
      return fmt::format("{:x}", size);
    case 'X':
      return fmt::format("{:X}", size);
    default:
      return fmt::format("{}", size);
  }
}

std::string with_sign(std::int64_t number, const Verb& verb) {
  const std::uint64_t size = number < 0
                                 ? ~static_cast<std::uint64_t>(number) + 1
                                 : static_cast<std::uint64_t>(number);
  std::string text = digits(size, verb.letter);
  if (verb.precision >= 0 &&
      text.size() < static_cast<std::size_t>(verb.precision)) {
    text.insert(0, static_cast<std::size_t>(verb.precision) - text.size(), '0');
  }
  if (verb.sharp && verb.letter == 'x') text = "0x" + text;
  if (verb.sharp && verb.letter == 'X') text = "0X" + text;
  if (verb.sharp && verb.letter == 'o') text = "0" + text;
  if (number < 0) return "-" + text;
  if (verb.plus) return "+" + text;
  return verb.space ? " " + text : text;
}

std::string bad_verb(const Value* value, const Verb& verb) {
  if (value == nullptr ||
      (value->kind() == Kind::nil && !value->is_pointer())) {
    return fmt::format("%!{}(<nil>)", verb.letter);
  }
  return fmt::format("%!{}({}={})", verb.letter, type_name(value),
                     printed(value));
}

std::string integer(const Value& value, const Verb& verb) {
  switch (verb.letter) {
    case 'v':
    case 'd':
    case 'b':
    case 'o':
    case 'x':
    case 'X': {
      Verb decimal = verb;
      if (verb.letter == 'v') {
        decimal.letter = 'd';
        decimal.plus = false;  // %+v names fields, it shows no sign.
      }
      return padded(with_sign(value.number(), decimal), verb,
                    verb.precision < 0);
    }
    case 'c':
      return padded(utf8(value.number()), verb);
    case 'q':
      return padded("'" + utf8(value.number()) + "'", verb);
    case 'U':
      return padded(fmt::format("U+{:04X}", value.number()), verb);
    default:
      return bad_verb(&value, verb);
  }
}

std::string real(const Value& value, const Verb& verb) {
  const double number = value.real();
  std::string text;
  switch (verb.letter) {
    case 'v':
      text = shortest(number);
      break;
    case 'g':
    case 'G':
      text = verb.precision < 0 ? shortest(number)
                                : general(number, verb.precision);
      break;
    case 'e':
    case 'E':
      text = fmt::format("{:.{}e}", number,
                         verb.precision < 0 ? 6 : verb.precision);
      break;
    case 'f':
    case 'F':
      text = fixed(number, verb.precision < 0 ? 6 : verb.precision);
      break;
    default:
      return bad_verb(&value, verb);
  }
  if (verb.plus && number >= 0) text = "+" + text;
  if (verb.space && number >= 0) text = " " + text;
  return padded(std::move(text), verb, true);
}

std::string hex_of(std::string_view text, bool upper_case) {
  std::string hex;
  for (const char c : text) {
    const unsigned byte = static_cast<unsigned char>(c);
    hex +=
        upper_case ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
  }
  return hex;
}

std::string string_of(const Value& value, const std::string& text,
                      const Verb& verb) {
  const std::string cut =
      verb.precision < 0
          ? text
          : cut_characters(text, static_cast<std::size_t>(verb.precision));
  switch (verb.letter) {
    case 'v':
    case 's':
      return padded(verb.sharp ? go_quote(cut) : cut, verb);
    case 'q':
      if (verb.sharp && cut.find('`') == std::string::npos) {
        return padded("`" + cut + "`", verb);
      }
      return padded(go_quote(cut), verb);
    case 'x':
    case 'X':
      return padded(hex_of(cut, verb.letter == 'X'), verb);
    default:
      return bad_verb(&value, verb);
  }
}

std::string formatted(const Value* value, const Verb& verb, int depth);

std::string entries(const Value& value, const Verb& verb, int depth) {
  const bool is_map = value.kind() == Kind::map;
  std::string text = is_map ? "map[" : "{";
  bool first = true;
  for (const Field& field : value.fields()) {
    if (field.omit == Omit::always) continue;
    if (!first) text += " ";
    first = false;
    if (is_map) {
      text += string_of(Value(field.name), field.name, verb) + ":";
    } else if (verb.plus) {
      text += std::string(field.go()) + ":";
    }
    text += formatted(&field.value, verb, depth + 1);
  }
  return text + (is_map ? "]" : "}");
}

/// Addresses are the machine's; ours is the same in every run.
constexpr std::string_view kAddress = "0xc000010000";

std::string formatted(const Value* value, const Verb& verb, int depth) {
  constexpr int kDepthMax = 100;
  if (value == nullptr || depth > kDepthMax) return padded("<nil>", verb);
  const bool composite = value->kind() == Kind::structure ||
                         value->kind() == Kind::slice ||
                         value->kind() == Kind::map;
  if (value->is_pointer() && value->kind() != Kind::nil && depth > 0) {
    return std::string(kAddress);
  }
  switch (value->kind()) {
    case Kind::nil:
      if (verb.letter == 'v' || verb.letter == 's') {
        return padded(verb.letter == 's' ? "%!s(<nil>)" : "<nil>", verb);
      }
      return bad_verb(value, verb);
    case Kind::boolean:
      if (verb.letter != 'v' && verb.letter != 't')
        return bad_verb(value, verb);
      return padded(value->truth() ? "true" : "false", verb);
    case Kind::integer:
      return integer(*value, verb);
    case Kind::real:
      return real(*value, verb);
    case Kind::string:
      return string_of(*value, value->text(), verb);
    case Kind::time:
      return string_of(*value, go_time_exactly(value->time()), verb);
    case Kind::slice: {
      std::string text = value->is_wrapped() ? "{[" : "[";
      for (const Value& item : value->items()) {
        if (&item != &value->items().front()) text += " ";
        text += formatted(&item, verb, depth + 1);
      }
      return text + (value->is_wrapped() ? "]}" : "]");
    }
    case Kind::map:
    case Kind::structure:
      break;
  }
  const bool points = composite && value->is_pointer();
  return (points ? "&" : "") + entries(*value, verb, depth);
}

/// Reads %-10.3s off the front of a format, behind its '%'.
class Format {
 public:
  Format(std::string_view text, const std::vector<const Value*>& arguments)
      : text_(text), arguments_(arguments) {}

  std::string run() {
    std::string result;
    while (!text_.empty()) {
      const std::size_t percent = text_.find('%');
      result += text_.substr(0, percent);
      if (percent == std::string_view::npos) break;
      text_.remove_prefix(percent + 1);
      result += conversion();
    }
    if (!reordered_ && next_ < arguments_.size()) result += extra();
    return result;
  }

 private:
  std::string extra() const {
    std::string text = "%!(EXTRA ";
    for (std::size_t i = next_; i < arguments_.size(); ++i) {
      if (i > next_) text += ", ";
      const Value* const value = arguments_[i];
      const bool nothing = value == nullptr || value->kind() == Kind::nil;
      text += nothing ? "<nil>" : type_name(value) + "=" + printed(value);
    }
    return text + ")";
  }

  bool take(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  void flags(Verb& verb) {
    for (;;) {
      if (take('-')) {
        verb.minus = true;
        verb.zero = false;
      } else if (take('+')) {
        verb.plus = true;
      } else if (take('#')) {
        verb.sharp = true;
      } else if (take(' ')) {
        verb.space = true;
      } else if (take('0')) {
        verb.zero = !verb.minus;
      } else {
        return;
      }
    }
  }

  /// "[3]": the next argument is the third.
  void argument_index() {
    if (text_.empty() || text_.front() != '[') return;
    const std::size_t close = text_.find(']');
    if (close == std::string_view::npos) return;
    const std::optional<std::int64_t> index =
        parse_int(text_.substr(1, close - 1));
    reordered_ = true;
    bad_index_ = !index || *index < 1 ||
                 *index > static_cast<std::int64_t>(arguments_.size());
    if (!bad_index_) next_ = static_cast<std::size_t>(*index - 1);
    text_.remove_prefix(close + 1);
  }

  int number() {
    if (take('*')) {
      if (next_ >= arguments_.size()) return -1;
      const Value* const value = arguments_[next_++];
      if (value == nullptr || value->kind() != Kind::integer ||
          value->number() > kWidthMax || value->number() < -kWidthMax) {
        return -1;
      }
      return static_cast<int>(value->number());
    }
    int value = -1;
    while (!text_.empty() && '0' <= text_.front() && text_.front() <= '9') {
      value = (value < 0 ? 0 : value * 10) + (text_.front() - '0');
      if (value > kWidthMax) value = kWidthMax;
      text_.remove_prefix(1);
    }
    return value;
  }

  std::string conversion() {
    Verb verb;
    bad_index_ = false;
    flags(verb);
    argument_index();
    verb.width = number();
    if (verb.width < -1) {
      verb.minus = true;
      verb.zero = false;
      verb.width = -verb.width;
    }
    if (take('.')) {
      argument_index();
      verb.precision = number();
      if (verb.precision < 0) verb.precision = 0;
    }
    argument_index();
    if (text_.empty()) return "%!(NOVERB)";
    verb.letter = text_.front();
    text_.remove_prefix(1);
    if (verb.letter == '%') return "%";
    if (bad_index_) return fmt::format("%!{}(BADINDEX)", verb.letter);
    if (next_ >= arguments_.size()) {
      return fmt::format("%!{}(MISSING)", verb.letter);
    }
    const Value* const value = arguments_[next_++];
    if (verb.letter == 'T') return padded(type_name(value), verb);
    if (value == nullptr && verb.letter != 'v') return bad_verb(value, verb);
    return formatted(value, verb, 0);
  }

  std::string_view text_;
  const std::vector<const Value*>& arguments_;
  std::size_t next_ = 0;
  bool reordered_ = false, bad_index_ = false;
};

bool is_string(const Value* value) {
  return value != nullptr && value->kind() == Kind::string;
}

bool all_strings(const std::vector<Value>& items) {
  for (const Value& item : items) {
    if (item.kind() != Kind::string) return false;
  }
  return true;
}

}  // namespace

std::string type_name(const Value* value) {
  if (value == nullptr) return "<nil>";
  const std::string pointer = value->is_pointer() ? "*" : "";
  switch (value->kind()) {
    case Kind::nil:
      return "<nil>";
    case Kind::boolean:
      return pointer + "bool";
    case Kind::integer:
      return pointer + "int";
    case Kind::real:
      return pointer + "float64";
    case Kind::string:
      return pointer + "string";
    case Kind::time:
      return pointer + "time.Time";
    case Kind::slice:
      return pointer +
             (all_strings(value->items()) ? "[]string" : "[]interface {}");
    case Kind::map: {
      for (const Field& entry : value->fields()) {
        if (entry.value.kind() != Kind::string) {
          return pointer + "map[string]interface {}";
        }
      }
      return pointer + "map[string]string";
    }
    case Kind::structure:
      break;
  }
  return pointer + value->text();
}

std::string printed(const Value* value) { return formatted(value, {}, 0); }

std::string sprint(const std::vector<const Value*>& arguments) {
  std::string text;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0 && !is_string(arguments[i]) && !is_string(arguments[i - 1])) {
      text += " ";
    }
    text += printed(arguments[i]);
  }
  return text;
}

std::string sprintln(const std::vector<const Value*>& arguments) {
  std::string text;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) text += " ";
    text += printed(arguments[i]);
  }
  return text + "\n";
}

std::string sprintf(std::string_view format,
                    const std::vector<const Value*>& arguments) {
  return Format(format, arguments).run();
}

}  // namespace drydock::cli::tmpl
