// escapes.cc — decoding and encoding of quoted text.

#include "sim/userland/sh/escapes.h"

#include <algorithm>

#include <fmt/format.h>

namespace drydock::userland::sh {

namespace {

int digit_value(char c) {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  if ('A' <= c && c <= 'F') return c - 'A' + 10;
  return 99;
}

/// Reads up to `most` digits of `base` at `at`, which moves behind them.
std::uint32_t take_number(std::string_view text, std::size_t& at, int base,
                          int most) {
  std::uint32_t value = 0;
  for (int i = 0; i < most && at < text.size(); ++i, ++at) {
    const int digit = digit_value(text[at]);
    if (digit >= base) break;
    value = value * static_cast<std::uint32_t>(base) +
            static_cast<std::uint32_t>(digit);
  }
  return value;
}

constexpr std::string_view kLetters = "abefnrtvE\\'\"?";
constexpr std::string_view kMeanings = "\a\b\033\f\n\r\t\v\033\\'\"?";

bool is_plain(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
         ('0' <= c && c <= '9') ||
         std::string_view("_-+./:=@%,").find(c) != std::string_view::npos;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte >= 0x7f;
  });
}

std::string dollar_quoted(std::string_view text) {
  std::string quoted = "$'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const std::size_t letter = kMeanings.find(c);
    if (c == '?' || c == '"') {
      quoted += c;
    } else if (c == '\033') {
      quoted += "\\E";
    } else if (letter != std::string_view::npos) {
      quoted += '\\';
      quoted += kLetters[letter];
    } else if (byte < 0x20 || byte >= 0x7f) {
      quoted += fmt::format("\\{:03o}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

void append_character(std::string& text, std::uint32_t code, bool utf8) {
  const auto push = [&text](std::uint32_t byte) {
    text += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (code < 0x80) return push(code);
  if (!utf8) {
    text += code < 0x10000 ? fmt::format("\\u{:04X}", code)
                           : fmt::format("\\U{:08X}", code);
    return;
  }
  if (code < 0x800) {
    push(0xc0 | (code >> 6));
  } else if (code < 0x10000) {
    push(0xe0 | (code >> 12));
    push(0x80 | ((code >> 6) & 0x3f));
  } else {
    push(0xf0 | ((code >> 18) & 7));
    push(0x80 | ((code >> 12) & 0x3f));
    push(0x80 | ((code >> 6) & 0x3f));
  }
  push(0x80 | (code & 0x3f));
}

std::string decode_dollar_quotes(std::string_view raw) {
  std::string text;
  for (std::size_t at = 0; at < raw.size();) {
    const char c = raw[at++];
    if (c != '\\' || at == raw.size()) {
      text += c;
      continue;
    }
    const char escape = raw[at++];
    const std::size_t letter = kLetters.find(escape);
    if (letter != std::string_view::npos) {
      text += kMeanings[letter];
    } else if ('0' <= escape && escape <= '7') {
      --at;
      text += static_cast<char>(take_number(raw, at, 8, 3));
    } else if (escape == 'x') {
      text += static_cast<char>(take_number(raw, at, 16, 2));
    } else if (escape == 'u' || escape == 'U') {
      append_character(text, take_number(raw, at, 16, escape == 'u' ? 4 : 8),
                       false);
    } else if (escape == 'c' && at < raw.size()) {
      text += static_cast<char>(raw[at++] & 0x1f);
    } else {
      text += '\\';
      text += escape;
    }
  }
  return text.substr(0, text.find('\0'));
}

std::string single_quoted(std::string_view text) {
  std::string quoted = "'";
  bool doubled = false;  // Inside of "''".
  for (const char c : text) {
    if ((c == '\'') != doubled) {
      quoted += doubled ? "\"'" : "'\"";
      doubled = !doubled;
    }
    quoted += c;
  }
  if (doubled) return quoted + "\"";
  return quoted + "'";
}

std::string bash_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string double_quoted(std::string_view text) {
  if (has_control(text)) return dollar_quoted(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '$' || c == '`' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string backslash_quoted(std::string_view text) {
  if (text.empty()) return "''";
  if (has_control(text)) return dollar_quoted(text);
  std::string quoted;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool plain = c != ',' && is_plain(c);
    const bool special = (c == '~' || c == '#') ? i == 0 : !plain;
    if (special) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

std::string trace_quoted(std::string_view text) {
  if (text.empty()) return "''";
  if (has_control(text)) return dollar_quoted(text);
  const bool plain = std::ranges::all_of(text, is_plain);
  return plain ? std::string(text) : bash_quoted(text);
}

}  // namespace drydock::userland::sh
