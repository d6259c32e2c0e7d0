// format_percent.cc — format % values, as printf has it.

#include <fmt/format.h>

#include <cmath>

#include "sim/userland/python/format.h"
#include "sim/userland/python/format_spec.h"
#include "sim/userland/python/lexer.h"

namespace drydock::userland::python {

namespace {

class Percent {
 public:
  Percent(Interpreter& py, const std::string& format, const Value& values)
      : py_(py), format_(format), values_(values) {}

  std::optional<std::string> run() {
    std::string out;
    while (at_ < format_.size()) {
      const std::size_t next = format_.find('%', at_);
      out += format_.substr(at_, next - at_);
      if (next == format_.npos) break;
      at_ = next + 1;
      if (at_ >= format_.size()) {
        py_.raise("ValueError", "incomplete format");
        return std::nullopt;
      }
      const auto text = one();
      if (!text) return std::nullopt;
      out += *text;
    }
    const Tuple* const tuple = as<Tuple>(values_);
    const bool all = tuple ? used_ == tuple->items.size()
                           : used_ > 0 || as<Dict>(values_) != nullptr;
    if (all || named_ || (!tuple && has_items())) return out;
    py_.raise("TypeError",
              "not all arguments converted during string formatting");
    return std::nullopt;
  }

 private:
  char peek() const { return at_ < format_.size() ? format_[at_] : '\0'; }

  bool has_items() const {
    return as<List>(values_) != nullptr ||
           (!values_->type->built_in && py_.special(values_, "__getitem__"));
  }

  Value argument() {
    const Tuple* const tuple = as<Tuple>(values_);
    const std::size_t count = tuple ? tuple->items.size() : 1;
    if (used_ >= count) {
      return py_.raise("TypeError", "not enough arguments for format string");
    }
    ++used_;
    return tuple ? tuple->items[used_ - 1] : values_;
  }

  Value named() {
    const std::size_t end = format_.find(')', at_);
    if (end == format_.npos) {
      return py_.raise("ValueError", "incomplete format key");
    }
    const std::string key = format_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    named_ = true;
    if (!as<Dict>(values_) && values_->type->built_in) {
      return py_.raise("TypeError", "format requires a mapping");
    }
    const auto found = py_.run_now(py_.subscript(values_, py_.str(key)));
    return found ? *found : Value();
  }

  bool number(std::int64_t* out) {
    if (peek() == '*') {
      ++at_;
      const Value value = argument();
      if (!value) return false;
      const Int* const n = as<Int>(value);
      if (!n) {
        py_.raise("TypeError", "* wants int");
        return false;
      }
      *out = n->number;
      return true;
    }
    if (peek() < '0' || peek() > '9') return true;
    *out = 0;
    while (peek() >= '0' && peek() <= '9' && *out < kWidthMax) {
      *out = *out * 10 + (format_[at_++] - '0');
    }
    return true;
  }

  std::optional<std::string> one() {
    Value value;
    if (peek() == '(') {
      value = named();
      if (!value) return std::nullopt;
    }
    FormatSpec spec;
    bool left = false, zero = false;
    for (;; ++at_) {
      if (peek() == '-') {
        left = true;
      } else if (peek() == '0') {
        zero = true;
      } else if (peek() == '#') {
        spec.alternate = true;
      } else if (peek() == '+' || (peek() == ' ' && spec.sign != '+')) {
        spec.sign = peek();
      } else {
        break;
      }
    }
    if (!number(&spec.width)) return std::nullopt;
    if (spec.width < 0) spec.width = -spec.width, left = true;
    if (peek() == '.') {
      ++at_;
      spec.precision = 0;
      if (!number(&spec.precision)) return std::nullopt;
    }
    while (peek() == 'l' || peek() == 'h' || peek() == 'L') ++at_;
    const char type = peek();
    ++at_;
    if (type == '%') return "%";
    if (!value) value = argument();
    if (!value) return std::nullopt;
    spec.align = left ? '<' : '>';
    return converted(value, type, spec, zero && !left);
  }

  std::optional<std::string> converted(const Value& value, char type,
                                       FormatSpec spec, bool zero) {
    switch (type) {
      case 's':
      case 'r':
      case 'a': {
        const auto text = type == 's' ? py_.str_of(value) : py_.repr(value);
        if (!text) return std::nullopt;
        return format_text(py_, *text, spec, "str");
      }
      case 'c': {
        const Int* const code = as<Int>(value);
        if (code) {
          return padded(spec, "",
                        utf8_of(static_cast<std::uint32_t>(code->number)), '>');
        }
        const Str* const text = as<Str>(value);
        if (text && text->length() == 1) {
          return padded(spec, "", text->text, '>');
        }
        py_.raise("TypeError", "%c requires int or char");
        return std::nullopt;
      }
      case 'd':
      case 'i':
      case 'u':
      case 'x':
      case 'X':
      case 'o':
        return integer(value, type, spec, zero);
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        return real(value, type, spec, zero);
      default:
        py_.raise("ValueError",
                  fmt::format("unsupported format character '{}' (0x{:x}) at "
                              "index {}",
                              type, static_cast<int>(type), at_ - 1));
        return std::nullopt;
    }
  }

  std::optional<std::string> integer(const Value& value, char type,
                                     FormatSpec spec, bool zero) {
    const Int* const exact = as<Int>(value);
    const Real* const real_value = as<Real>(value);
    if (!exact && !(real_value && (type == 'd' || type == 'i'))) {
      py_.raise("TypeError",
                fmt::format("%{} format: a number is required, not {}", type,
                            Interpreter::type_name(value)));
      return std::nullopt;
    }
    const std::int64_t number =
        exact ? exact->number : static_cast<std::int64_t>(real_value->number);
    spec.type = type == 'i' || type == 'u' ? 'd' : type;
    if (zero && spec.precision < 0) spec.fill = "0", spec.align = '=';
    if (spec.precision > 0) {
      // printf's precision of integers: at least so many digits.
      FormatSpec digits;
      digits.type = spec.type;
      digits.fill = "0";
      digits.align = '=';
      digits.width = spec.precision + (number < 0 ? 1 : 0);
      const auto body = format_int(py_, number, digits);
      return padded(spec, "", *body, '>');
    }
    return format_int(py_, number, spec);
  }

  std::optional<std::string> real(const Value& value, char type,
                                  FormatSpec spec, bool zero) {
    const Int* const whole = as<Int>(value);
    const Real* const exact = as<Real>(value);
    if (!whole && !exact) {
      py_.raise("TypeError", fmt::format("a float is required"));
      return std::nullopt;
    }
    const double number =
        exact ? exact->number : static_cast<double>(whole->number);
    if (zero) spec.fill = "0", spec.align = '=';
    return padded(spec, sign_of(spec, std::signbit(number)),
                  real_body(number, type, spec.precision, spec.alternate), '>');
  }

  Interpreter& py_;
  const std::string& format_;
  const Value& values_;
  std::size_t at_ = 0, used_ = 0;
  bool named_ = false;
};

}  // namespace

Value percent_format(Interpreter& py, const std::string& format,
                     const Value& values, bool bytes) {
  const auto text = Percent(py, format, values).run();
  if (!text) return nullptr;
  return bytes ? py.bytes(*text) : py.str(*text);
}

}  // namespace drydock::userland::python
