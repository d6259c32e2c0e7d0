// format.cc — repr of numbers and strings; the mini-language of format().

#include "sim/userland/python/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/userland/python/format_spec.h"
#include "sim/userland/python/lexer.h"
#include "sim/userland/python/sequence.h"

namespace drydock::userland::python {

std::string real_repr(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == text.npos) text += ".0";
  return text;
}

namespace {

std::uint32_t decode(std::string_view text, std::size_t at,
                     std::size_t length) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (length == 1) return first;
  std::uint32_t c = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length && at + i < text.size(); ++i) {
    c = c << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
  }
  return c;
}

bool printable(std::uint32_t c) {
  if (c < 0x20 || c == 0x7f) return false;
  return !(c >= 0x80 && c < 0xa1) && c != 0xad &&
         !(c >= 0x2028 && c <= 0x202e) && !(c >= 0xd800 && c < 0xf900) &&
         !(c >= 0x200b && c <= 0x200f);
}

std::string escaped(std::uint32_t c) {
  if (c < 0x100) return fmt::format("\\x{:02x}", c);
  return c < 0x10000 ? fmt::format("\\u{:04x}", c)
                     : fmt::format("\\U{:08x}", c);
}

}  // namespace

std::string text_repr(std::string_view text) {
  const bool single = text.find('\'') != text.npos;
  const bool both = single && text.find('"') != text.npos;
  const char quote = single && !both ? '"' : '\'';
  std::string out(1, quote);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text[at]);
    const char c = text[at];
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\\' || c == quote) {
      out += '\\';
      out += c;
    } else {
      const std::uint32_t code = decode(text, at, length);
      out += printable(code) ? std::string(text.substr(at, length))
                             : escaped(code);
    }
    at += length;
  }
  return out + quote;
}

std::string bytes_repr(std::string_view bytes) {
  const bool single = bytes.find('\'') != bytes.npos;
  const bool both = single && bytes.find('"') != bytes.npos;
  const char quote = single && !both ? '"' : '\'';
  std::string out = "b";
  out += quote;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\\' || c == quote) {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + quote;
}

namespace {

bool parse_spec(Interpreter& py, const std::string& text, FormatSpec* spec) {
  std::size_t at = 0;
  const auto peek = [&] { return at < text.size() ? text[at] : '\0'; };
  const auto aligns = [](char c) {
    return c == '<' || c == '>' || c == '^' || c == '=';
  };
  const std::size_t first = text.empty() ? 0 : utf8_length(text[0]);
  if (text.size() > first && aligns(text[first])) {
    spec->fill = text.substr(0, first);
    spec->align = text[first];
    at = first + 1;
  } else if (aligns(peek())) {
    spec->align = text[at++];
  }
  if (peek() == '+' || peek() == '-' || peek() == ' ') spec->sign = text[at++];
  if (peek() == '#') spec->alternate = true, ++at;
  if (peek() == '0') {
    if (!spec->align) spec->fill = "0", spec->align = '=';
    ++at;
  }
  const auto number = [&](std::int64_t* out) {
    *out = 0;
    while (peek() >= '0' && peek() <= '9' && *out < kWidthMax) {
      *out = *out * 10 + (text[at++] - '0');
    }
  };
  number(&spec->width);
  if (peek() == ',') spec->thousands = true, ++at;
  if (peek() == '.') {
    ++at;
    if (peek() < '0' || peek() > '9') {
      py.raise("ValueError", "Format specifier missing precision");
      return false;
    }
    number(&spec->precision);
  }
  if (at < text.size()) spec->type = text[at++];
  if (at == text.size() && spec->width < kWidthMax) return true;
  py.raise("ValueError", "Invalid conversion specification");
  return false;
}

std::string grouped(std::string digits) {
  const std::size_t end = digits.find_first_not_of("0123456789");
  std::size_t at = end == digits.npos ? digits.size() : end;
  while (at > 3) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::int64_t characters_in(std::string_view text) {
  std::int64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) >> 6) != 2;
  return count;
}

}  // namespace

std::string padded(const FormatSpec& spec, const std::string& sign,
                   std::string body, char standard) {
  const std::int64_t lack =
      spec.width - characters_in(sign) - characters_in(body);
  if (lack <= 0) return sign + body;
  const char align = spec.align ? spec.align : standard;
  const auto fill = [&](std::int64_t n) {
    std::string out;
    for (std::int64_t i = 0; i < n; ++i) out += spec.fill;
    return out;
  };
  if (align == '<') return sign + body + fill(lack);
  if (align == '=') return sign + fill(lack) + body;
  if (align == '^') {
    return fill(lack / 2) + sign + body + fill(lack - lack / 2);
  }
  return fill(lack) + sign + body;
}

std::string sign_of(const FormatSpec& spec, bool negative) {
  if (negative) return "-";
  return spec.sign == '-' ? "" : std::string(1, spec.sign);
}

std::string real_body(double number, char type, std::int64_t precision,
                      bool alternate) {
  const double x = std::abs(number);
  if (std::isinf(x)) return std::isupper(type) ? "INF" : "inf";
  if (std::isnan(x)) return std::isupper(type) ? "NAN" : "nan";
  const int digits = static_cast<int>(precision < 0 ? 6 : precision);
  switch (type) {
    case 'f':
    case 'F':
      return fmt::format("{:.{}f}", x, digits);
    case 'e':
    case 'E':
    case 'g':
    case 'G':
      return fmt::format(
          fmt::runtime(
              fmt::format("{{:{}.{}{}}}", alternate ? "#" : "", digits, type)),
          x);
    case '%':
      return fmt::format("{:.{}f}%", x * 100, digits);
    default:
      break;
  }
  if (precision < 0) return real_repr(x);
  std::string text = fmt::format("{:.{}g}", x, std::max(1, digits));
  if (text.find_first_of(".e") == text.npos) text += ".0";
  return text;
}

std::optional<std::string> format_int(Interpreter& py, std::int64_t number,
                                      const FormatSpec& spec) {
  const bool negative = number < 0;
  const std::uint64_t n = negative ? 0 - static_cast<std::uint64_t>(number)
                                   : static_cast<std::uint64_t>(number);
  std::string body, prefix;
  switch (spec.type) {
    case 0:
    case 'd':
    case 'n':
      body = fmt::format("{}", n);
      break;
    case 'x':
      body = fmt::format("{:x}", n), prefix = "0x";
      break;
    case 'X':
      body = fmt::format("{:X}", n), prefix = "0X";
      break;
    case 'o':
      body = fmt::format("{:o}", n), prefix = "0o";
      break;
    case 'b':
      body = fmt::format("{:b}", n), prefix = "0b";
      break;
    case 'c':
      return padded(spec, "", utf8_of(static_cast<std::uint32_t>(n)), '<');
    case 's':
      py.raise("ValueError",
               "Unknown format code 's' for object of type 'int'");
      return std::nullopt;
    default:
      body = real_body(static_cast<double>(n), spec.type, spec.precision,
                       spec.alternate);
      break;
  }
  if (spec.thousands) body = grouped(body);
  return padded(spec, sign_of(spec, negative) + (spec.alternate ? prefix : ""),
                body, '>');
}

std::optional<std::string> format_text(Interpreter& py, std::string text,
                                       const FormatSpec& spec,
                                       std::string type) {
  if (spec.type && spec.type != 's') {
    py.raise("ValueError",
             fmt::format("Unknown format code '{}' for object of type '{}'",
                         spec.type, type));
    return std::nullopt;
  }
  if (spec.align == '=') {
    py.raise("ValueError",
             "'=' alignment not allowed in string format specifier");
    return std::nullopt;
  }
  if (spec.precision >= 0 && characters_in(text) > spec.precision) {
    std::size_t at = 0;
    for (std::int64_t i = 0; i < spec.precision; ++i) {
      at += utf8_length(text[at]);
    }
    text.resize(at);
  }
  return padded(spec, "", std::move(text), '<');
}

std::optional<std::string> format_value(Interpreter& py, const Value& value,
                                        const std::string& text) {
  if (const Value own = py.special(value, "__format__")) {
    if (own->type->layout == Layout::function) {
      Arguments given;
      given.positional = {value, py.str(text)};
      const Value result = py.call_now(own, std::move(given));
      if (!result) return std::nullopt;
      return py.str_of(result);
    }
  }
  if (text.empty()) return py.str_of(value);
  FormatSpec spec;
  if (!parse_spec(py, text, &spec)) return std::nullopt;
  if (const Real* const real = as<Real>(value)) {
    const bool negative = std::signbit(real->number);
    std::string body =
        real_body(real->number, spec.type, spec.precision, spec.alternate);
    if (spec.thousands) body = grouped(body);
    return padded(spec, sign_of(spec, negative), body, '>');
  }
  const Int* const number = as<Int>(value);
  if (number && !(value->type == py.types.boolean && !spec.type)) {
    return format_int(py, number->number, spec);
  }
  if (!as<Str>(value) && !number) {
    py.raise("TypeError",
             "non-empty format string passed to object.__format__");
    return std::nullopt;
  }
  const auto words = py.str_of(value);
  if (!words) return std::nullopt;
  return format_text(py, *words, spec, Interpreter::type_name(value));
}

}  // namespace drydock::userland::python
