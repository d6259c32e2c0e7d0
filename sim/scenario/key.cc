// key.cc — reading and writing keys.

#include "sim/scenario/key.h"

#include "sim/base/text.h"

namespace drydock::scenario {

namespace {

constexpr std::string_view kAfter = " after ";
constexpr std::string_view kQuoted = "^'";

std::optional<Nanoseconds> parse_span(std::string_view text) {
  const bool milliseconds = text.ends_with("ms");
  if (!text.ends_with('s')) return std::nullopt;
  text.remove_suffix(milliseconds ? 2 : 1);
  const std::optional<std::int64_t> count = parse_int(text);
  if (!count || *count < 0) return std::nullopt;
  return *count * (milliseconds ? kMillisecond : kSecond);
}

/// The bytes that "^P^Q^'abc'" makes; nothing if it is not all keys.
std::optional<std::string> bytes_of(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    if (text.starts_with(kQuoted)) {
      const std::size_t end = text.find('\'', kQuoted.size());
      if (end == std::string_view::npos) return std::nullopt;
      bytes += text.substr(kQuoted.size(), end - kQuoted.size());
      text.remove_prefix(end + 1);
      continue;
    }
    if (text.front() != '^' || text.size() < 2) return std::nullopt;
    const char letter = text[1];
    if (letter != '?' && (letter < '@' || letter > '_')) return std::nullopt;
    bytes += letter == '?' ? '\x7f' : static_cast<char>(letter - '@');
    text.remove_prefix(2);
  }
  return bytes;
}

}  // namespace

std::optional<Key> parse_key(std::string_view line) {
  if (!line.starts_with('^')) return std::nullopt;
  while (line.ends_with(' ')) line.remove_suffix(1);
  Key key;
  const std::size_t after = line.rfind(kAfter);
  if (after != std::string_view::npos) {
    const auto span = parse_span(line.substr(after + kAfter.size()));
    if (span) {
      key.after = *span;
      key.waits = true;
      line = line.substr(0, after);
    }
  }
  const std::optional<std::string> bytes = bytes_of(line);
  if (!bytes || bytes->empty()) return std::nullopt;
  key.bytes = *bytes;
  key.shown = line;
  return key;
}

std::string key_text(std::string_view bytes) {
  std::string text;
  bool quoted = false;
  for (const char c : bytes) {
    const bool plain = (c >= ' ' || c < 0) && c != '\x7f' && c != '\'';
    if (plain != quoted) text += quoted ? "'" : "^'";
    quoted = plain;
    if (plain) {
      text += c;
    } else if (c == '\x7f') {
      text += "^?";
    } else if (c != '\'') {
      text += '^';
      text += static_cast<char>(c + '@');
    }
  }
  if (quoted) text += '\'';
  return text;
}

}  // namespace drydock::scenario
