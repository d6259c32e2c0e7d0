// literals.cc — constants as Go's source writes them.

#include <charconv>
#include <cstdlib>

#include "sim/cli/template/functions.h"

namespace drydock::cli::tmpl {

namespace {

std::optional<std::int64_t> digits(std::string_view text, int base) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc{} || stop != end || value < 0) {
    return std::nullopt;
  }
  return value;
}

/// One escape behind its backslash; moves past it.
std::optional<std::string> escape(std::string_view& text, char quote) {
  const char letter = text.front();
  text.remove_prefix(1);
  switch (letter) {
    case 'a':
      return "\a";
    case 'b':
      return "\b";
    case 'f':
      return "\f";
    case 'n':
      return "\n";
    case 'r':
      return "\r";
    case 't':
      return "\t";
    case 'v':
      return "\v";
    case '\\':
      return "\\";
    default:
      break;
  }
  if (letter == quote) return std::string(1, quote);
  const std::size_t length = letter == 'x'   ? 2
                             : letter == 'u' ? 4
                             : letter == 'U' ? 8
                                             : 0;
  if (length > 0) {
    if (text.size() < length) return std::nullopt;
    const auto code = digits(text.substr(0, length), 16);
    text.remove_prefix(length);
    if (!code) return std::nullopt;
    if (letter == 'x') return std::string(1, static_cast<char>(*code));
    return utf8(*code);
  }
  if (letter < '0' || letter > '7' || text.size() < 2) return std::nullopt;
  const std::string octal = letter + std::string(text.substr(0, 2));
  text.remove_prefix(2);
  const auto code = digits(octal, 8);
  if (!code || *code > 255) return std::nullopt;
  return std::string(1, static_cast<char>(*code));
}

}  // namespace

std::string utf8(std::int64_t rune) {
  if (rune < 0 || rune > 0x10ffff) rune = 0xfffd;
  const auto part = [](std::int64_t bits) { return static_cast<char>(bits); };
  std::string text;
  if (rune < 0x80) {
    text += part(rune);
  } else if (rune < 0x800) {
    text += part(0xc0 | rune >> 6);
    text += part(0x80 | (rune & 0x3f));
  } else if (rune < 0x10000) {
    text += part(0xe0 | rune >> 12);
    text += part(0x80 | (rune >> 6 & 0x3f));
    text += part(0x80 | (rune & 0x3f));
  } else {
    text += part(0xf0 | rune >> 18);
    text += part(0x80 | (rune >> 12 & 0x3f));
    text += part(0x80 | (rune >> 6 & 0x3f));
    text += part(0x80 | (rune & 0x3f));
  }
  return text;
}

std::optional<std::string> unquote(std::string_view literal) {
  if (literal.size() < 2) return std::nullopt;
  const char quote = literal.front();
  if (literal.back() != quote) return std::nullopt;
  literal = literal.substr(1, literal.size() - 2);
  if (quote == '`') return std::string(literal);
  std::string text;
  while (!literal.empty()) {
    const char c = literal.front();
    literal.remove_prefix(1);
    if (c != '\\') {
      text += c;
      continue;
    }
    if (literal.empty()) return std::nullopt;
    const std::optional<std::string> piece = escape(literal, quote);
    if (!piece) return std::nullopt;
    text += *piece;
  }
  return text;
}

std::optional<std::int64_t> single_rune(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const unsigned lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                                           : 4;
  if (text.size() != length) return std::nullopt;
  if (length == 1) return lead;
  std::int64_t rune = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    rune = rune << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  }
  return rune;
}

std::optional<Value> number_value(std::string_view literal) {
  const bool negative = literal.starts_with('-');
  if (negative || literal.starts_with('+')) literal.remove_prefix(1);
  std::string plain;
  for (const char c : literal) {
    if (c != '_') plain += c;
  }
  const std::string prefix = plain.substr(0, 2);
  int base = 10;
  if (prefix == "0x" || prefix == "0X") base = 16;
  if (prefix == "0b" || prefix == "0B") base = 2;
  if (prefix == "0o" || prefix == "0O") base = 8;
  const bool prefixed = base != 10;
  const bool old_octal =
      !prefixed && plain.size() > 1 && plain[0] == '0' &&
      plain.find_first_not_of("01234567") == std::string::npos;
  const auto whole =
      digits(prefixed ? plain.substr(2) : plain, old_octal ? 8 : base);
  if (whole) return Value(negative ? -*whole : *whole);
  if (prefixed ||
      plain.find_first_not_of("0123456789.eE+-") != std::string::npos) {
    return std::nullopt;
  }
  double real = 0;
  const char* const end = plain.data() + plain.size();
  const auto [stop, error] = std::from_chars(plain.data(), end, real);
  if (error != std::errc{} || stop != end) return std::nullopt;
  if (negative) real = -real;
  // 1e3 is an integer too, and Go takes it for one where that fits.
  const bool is_whole =
      plain.find('.') == std::string::npos && real >= -9e15 && real <= 9e15 &&
      real == static_cast<double>(static_cast<std::int64_t>(real));
  if (is_whole) return Value(static_cast<std::int64_t>(real));
  return Value(real);
}

}  // namespace drydock::cli::tmpl
