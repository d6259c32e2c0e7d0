// text.cc — splitting, quoting, matching.

#include "sim/base/text.h"

#include <charconv>
#include <cstddef>

#include <fmt/format.h>

namespace drydock {

namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";

char upper_of(char c) {
  return 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
char lower_of(char c) {
  return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The length of the UTF-8 sequence at the front; 0 when it is not one.
std::size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  return length;
}

std::string escaped(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\a':
      return "\\a";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\v':
      return "\\v";
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte >= 0x7f) return fmt::format("\\x{:02x}", byte);
  return std::string(1, c);
}

/// Matches one [...] class at the front of `pattern`, which it consumes.
std::optional<bool> match_class(std::string_view& pattern, char c) {
  pattern.remove_prefix(1);
  const bool negated = !pattern.empty() && pattern.front() == '^';
  if (negated) pattern.remove_prefix(1);
  bool hit = false;
  for (bool first = true;; first = false) {
    if (pattern.empty()) return std::nullopt;
    if (pattern.front() == ']' && !first) break;
    const auto take = [&pattern] {
      if (pattern.front() == '\\' && pattern.size() > 1) {
        pattern.remove_prefix(1);
      }
      const char taken = pattern.front();
      pattern.remove_prefix(1);
      return taken;
    };
    const char low = take();
    char high = low;
    if (pattern.size() > 1 && pattern.front() == '-') {
      pattern.remove_prefix(1);
      high = take();
    }
    hit = hit || (low <= c && c <= high);
  }
  pattern.remove_prefix(1);
  return hit != negated;
}

}  // namespace

List split(std::string_view text, char separator) {
  List pieces;
  pieces.reserve(
      static_cast<std::size_t>(1 + std::ranges::count(text, separator)));
  for (;;) {
    const std::size_t end = text.find(separator);
    pieces.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

List split_blanks(std::string_view text) {
  List words;
  for (;;) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = text.find_first_of(kBlanks);
    words.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end);
  }
}

std::string join(const List& pieces, std::string_view glue) {
  std::string text;
  for (const std::string& piece : pieces) {
    if (&piece != &pieces.front()) text += glue;
    text += piece;
  }
  return text;
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = text.find_last_not_of(kBlanks);
  return text.substr(begin, end - begin + 1);
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = upper_of(c);
  return result;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower_of(c);
  return result;
}

std::string replace_all(std::string_view text, std::string_view from,
                        std::string_view to) {
  std::string result;
  for (;;) {
    const std::size_t at = text.find(from);
    result += text.substr(0, at);
    if (at == std::string_view::npos || from.empty()) return result;
    result += to;
    text.remove_prefix(at + from.size());
  }
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') {
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::string go_quote(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length > 1) {
      quoted += text.substr(0, length);
      text.remove_prefix(length);
    } else {
      quoted += escaped(text.front());
      text.remove_prefix(1);
    }
  }
  return quoted + "\"";
}

bool matches(std::string_view pattern, std::string_view text) {
  while (!pattern.empty()) {
    const char wanted = pattern.front();
    if (wanted == '*') {
      pattern.remove_prefix(1);
      for (;;) {
        if (matches(pattern, text)) return true;
        if (text.empty() || text.front() == '/') return false;
        text.remove_prefix(1);
      }
    }
    if (text.empty()) return false;
    if (wanted == '[') {
      const std::optional<bool> hit = match_class(pattern, text.front());
      if (!hit || !*hit) return false;
    } else {
      if (wanted == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
      const bool any = wanted == '?' && text.front() != '/';
      if (!any && pattern.front() != text.front()) return false;
      pattern.remove_prefix(1);
    }
    text.remove_prefix(1);
  }
  return text.empty();
}

}  // namespace drydock
