// screen.cc — the few control codes that matter on a line.

#include "sim/scenario/screen.h"

#include "sim/base/text.h"

namespace drydock::scenario {

namespace {

/// Past one escape sequence: ESC [ ... letter, ESC ] ... BEL, or ESC x.
std::size_t skip_escape(std::string_view text, std::size_t at) {
  if (++at >= text.size()) return at;
  if (text[at] == '[') {
    while (++at < text.size() && !(text[at] >= '@' && text[at] <= '~')) {
    }
  } else if (text[at] == ']') {
    while (++at < text.size() && text[at] != '\a') {
    }
  }
  return at + 1;
}

std::string rendered(std::string_view raw) {
  std::string line;
  std::size_t column = 0;
  for (std::size_t at = 0; at < raw.size();) {
    const char c = raw[at];
    if (c == '\x1b') {
      at = skip_escape(raw, at);
      continue;
    }
    ++at;
    if (c == '\r') {
      column = 0;
    } else if (c == '\b') {
      if (column > 0) --column;
    } else if (c != '\a') {
      if (column < line.size()) {
        line[column] = c;
      } else {
        line += c;
      }
      ++column;
    }
  }
  return line;
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
