// screen.cc — the few control codes that matter: on a line, and for progress
// bars that are drawn over each other.

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
    if (escape.letter == 'K' && escape.number == 2) text.clear();
  }
};

/// What has been written so far, and in which line the next letter goes.
class Screen {
 public:
  void put(char c) {
    if (c == '\n') {
      if (++row_ == lines_.size()) lines_.emplace_back();
      line().column = 0;
    } else if (c == '\r') {
      line().column = 0;
    } else if (c == '\b') {
      if (line().column > 0) --line().column;
    } else if (c != '\a') {
      line().put(c);
    }
  }

  void obey(const Escape& escape) {
    const std::size_t steps = std::max<std::size_t>(escape.number, 1);
    const std::size_t column = line().column;
    if (escape.letter == 'A') row_ -= std::min(row_, steps);
    if (escape.letter == 'B') {
      row_ = std::min(row_ + steps, lines_.size() - 1);
    }
    line().column = column;
    line().obey(escape);
  }

  std::vector<std::string> text() const {
    std::vector<std::string> text;
    for (const Line& line : lines_) text.push_back(line.text);
    return text;
  }

 private:
  Line& line() { return lines_[row_]; }

  std::vector<Line> lines_ = std::vector<Line>(1);
  std::size_t row_ = 0;
};

}  // namespace

std::vector<std::string> screen_lines(std::string_view output) {
  Screen screen;
  for (std::size_t at = 0; at < output.size();) {
    if (output[at] == '\x1b') {
      const Escape escape = escape_at(output, at);
      screen.obey(escape);
      at = escape.end;
    } else {
      screen.put(output[at++]);
    }
  }
  return screen.text();
}

}  // namespace drydock::scenario
