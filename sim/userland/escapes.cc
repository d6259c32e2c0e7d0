// escapes.cc — backslash escapes as echo -e and printf %b read them.

#include "sim/userland/escapes.h"

namespace drydock::userland {

namespace {

int digit_of(char c, int base) {
  int value = 99;
  if ('0' <= c && c <= '9') value = c - '0';
  if ('a' <= c && c <= 'f') value = c - 'a' + 10;
  if ('A' <= c && c <= 'F') value = c - 'A' + 10;
  return value < base ? value : -1;
}

// Reads up to `most` digits at `at`; false when there is none.
bool read_number(std::string_view text, std::size_t& at, int base, int most,
                 std::string& out) {
  int value = 0;
  int count = 0;
  while (count < most && at < text.size() && digit_of(text[at], base) >= 0) {
    value = value * base + digit_of(text[at++], base);
    ++count;
  }
  if (count > 0) out += static_cast<char>(value & 0xff);
  return count > 0;
}

}  // namespace

Unescaped unescape(std::string_view text) {
  constexpr std::string_view kLetters = "\\abefnrtv";
  constexpr std::string_view kBytes = "\\\a\b\x1b\f\n\r\t\v";
  Unescaped out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out.text += text[i];
      continue;
    }
    const char c = text[++i];
    std::size_t at = i + 1;
    if (c == 'c') {
      out.stop = true;
      return out;
    }
    if (const std::size_t letter = kLetters.find(c); letter != kLetters.npos) {
      out.text += kBytes[letter];
    } else if (c == '0') {
      if (!read_number(text, at, 8, 3, out.text)) out.text += '\0';
      i = at - 1;
    } else if (c == 'x' && read_number(text, at, 16, 2, out.text)) {
      i = at - 1;
    } else {
      out.text += '\\';
      out.text += c;
    }
  }
  return out;
}

}  // namespace drydock::userland
