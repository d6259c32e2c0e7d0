// screen.cc — the few control codes that matter on a line.

#include "sim/scenario/screen.h"

#include <algorithm>

#include "sim/base/text.h"

namespace drydock::scenario {

namespace {

/// One escape sequence: ESC [ ... letter, ESC ] ... BEL, or ESC x.
struct Escape {
  char letter = 0;  // Of the first kind.
  std::size_t number = 0;
  std::size_t end = 0;  // Behind it.
};

Escape escape_at(std::string_view text, std::size_t at) {
  Escape escape;
  if (++at < text.size() && text[at] == '[') {
    const std::size_t from = ++at;
    while (at < text.size() && !(text[at] >= '@' && text[at] <= '~')) ++at;
    const auto number = parse_int(text.substr(from, at - from));
    if (number && *number > 0) {
      escape.number = static_cast<std::size_t>(*number);
    }
    if (at < text.size()) escape.letter = text[at];
  } else if (at < text.size() && text[at] == ']') {
    while (++at < text.size() && text[at] != '\a') {
    }
  }
  escape.end = at + 1;
  return escape;
}

/// A line, and where the next letter goes.
struct Line {
  std::string text;
  std::size_t column = 0;

  void put(char c) {
    if (column >= text.size()) text.resize(column + 1, ' ');
    text[column++] = c;
  }
  /// What line editors use: to the right, to the left, and away with the rest.
  void obey(const Escape& escape) {
    constexpr std::size_t kWidest = 4096;
    const std::size_t steps = std::max<std::size_t>(escape.number, 1);
    if (escape.letter == 'C') column = std::min(column + steps, kWidest);
    if (escape.letter == 'D') column -= std::min(column, steps);
    if (escape.letter == 'K' && escape.number == 0 && column < text.size()) {
      text.resize(column);
    }
  }
};

std::string rendered(std::string_view raw) {
  Line line;
  for (std::size_t at = 0; at < raw.size();) {
    const char c = raw[at];
    if (c == '\x1b') {
      const Escape escape = escape_at(raw, at);
      line.obey(escape);
      at = escape.end;
      continue;
    }
    ++at;
    if (c == '\r') {
      line.column = 0;
    } else if (c == '\b') {
      if (line.column > 0) --line.column;
    } else if (c != '\a') {
      line.put(c);
    }
  }
  return line.text;
}

}  // namespace

std::vector<std::string> screen_lines(std::string_view output) {
  std::vector<std::string> lines;
  for (const std::string& raw : split(output, '\n')) {
    std::string_view line = raw;
    while (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(rendered(line));
  }
  return lines;
}

}  // namespace drydock::scenario
