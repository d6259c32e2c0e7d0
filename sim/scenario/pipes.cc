// pipes.cc — quoting words, and bytes as lines that survive a page.

#include "sim/scenario/pipes.h"

#include <fmt/format.h>

namespace drydock::scenario {

namespace {

constexpr std::string_view kInput = "< ";
constexpr std::string_view kNoNewline = "\\c";

int hex_value(char c) {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  return 0;
}

}  // namespace

List split_words(std::string_view line) {
  List words;
  std::string word;
  bool open = false;
  char quote = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    const bool escapes = c == '\\' && quote != '\'' && at + 1 < line.size();
    if (escapes) {
      word += line[++at];
      open = true;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      open = true;
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && c == ' ') {
      if (open) words.push_back(std::exchange(word, {}));
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push_back(word);
  return words;
}

std::string quoted_word(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@"
      "%";
  const bool plain =
      !word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos;
  if (plain) return std::string(word);
  return "'" + replace_all(word, "'", "'\\''") + "'";
}

List input_lines(std::string_view bytes) {
  List lines;
  std::string line(kInput);
  bool open = false;
  for (const char c : bytes) {
    open = c != '\n';
    if (!open) {
      lines.push_back(std::exchange(line, std::string(kInput)));
    } else if (c == '\\') {
      line += "\\\\";
    } else if (c < ' ' || c == '\x7f') {
      line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      line += c;
    }
  }
  if (open) lines.push_back(line + std::string(kNoNewline));
  return lines;
}

std::string input_of(const List& lines) {
  std::string bytes;
  for (const std::string& line : lines) {
    std::string_view rest(line);
    rest.remove_prefix(std::min(kInput.size(), rest.size()));
    bool ends = true;
    while (!rest.empty()) {
      if (rest == kNoNewline) {
        ends = false;
        break;
      }
      if (rest.starts_with("\\x") && rest.size() >= 4) {
        bytes +=
            static_cast<char>(hex_value(rest[2]) * 16 + hex_value(rest[3]));
        rest.remove_prefix(4);
        continue;
      }
      if (rest.starts_with("\\\\")) rest.remove_prefix(1);
      bytes += rest.front();
      rest.remove_prefix(1);
    }
    if (ends) bytes += '\n';
  }
  return bytes;
}

bool is_input(std::string_view line) {
  return line.starts_with(kInput) || line == "<";
}

}  // namespace drydock::scenario
