// text_tools.cc — splitting and stripping; UTF-8, ASCII and Latin-1.

#include "sim/userland/python/text_tools.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/python/lexer.h"

namespace drydock::userland::python {

namespace {

constexpr std::string_view kBlanks = " \t\n\r\f\v";

/// Where a valid UTF-8 character ends; 0: it is none.
std::size_t valid_length(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = utf8_length(text[at]);
  if (at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[at + i]) >> 6) != 2) return 0;
  }
  return length;
}

std::string normal(const std::string& encoding) {
  std::string name;
  for (const char c : lower(encoding)) {
    if (c != '-' && c != '_') name += c;
  }
  if (name == "utf8" || name == "u8") return "utf-8";
  if (name == "ascii" || name == "usascii") return "ascii";
  if (name == "latin1" || name == "iso88591") return "latin-1";
  return "";
}

}  // namespace

std::string replaced(std::string_view text, std::string_view from,
                     std::string_view to, std::int64_t most) {
  std::string out;
  std::size_t at = 0;
  if (from.empty()) {
    // Between all characters, and at both ends.
    for (std::int64_t n = 0; most < 0 || n < most; ++n) {
      out += to;
      if (at >= text.size()) return out;
      const std::size_t length = utf8_length(text[at]);
      out += text.substr(at, length);
      at += length;
    }
    return out + std::string(text.substr(at));
  }
  for (std::int64_t n = 0; most < 0 || n < most; ++n) {
    const std::size_t next = text.find(from, at);
    if (next == text.npos) break;
    out += text.substr(at, next - at);
    out += to;
    at = next + from.size();
  }
  return out + std::string(text.substr(at));
}

std::string strip(std::string_view text, std::string_view set, bool left,
                  bool right) {
  const auto has = [&](std::string_view one) {
    for (std::size_t at = 0; at < set.size(); at += utf8_length(set[at])) {
      if (set.substr(at, utf8_length(set[at])) == one) return true;
    }
    return false;
  };
  while (left && !text.empty()) {
    const std::size_t length = utf8_length(text[0]);
    if (!has(text.substr(0, length))) break;
    text.remove_prefix(std::min(length, text.size()));
  }
  while (right && !text.empty()) {
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) >> 6) == 2) --at;
    if (!has(text.substr(at))) break;
    text = text.substr(0, at);
  }
  return std::string(text);
}

Strings split_text(std::string_view text, std::string_view by,
                   std::int64_t most, bool from_right) {
  Strings parts;
  const auto more = [&] {
    return most < 0 || static_cast<std::int64_t>(parts.size()) < most;
  };
  if (from_right) {
    for (;;) {
      if (by.empty()) {
        const std::size_t end = text.find_last_not_of(kBlanks);
        text = text.substr(0, end == text.npos ? 0 : end + 1);
        if (text.empty()) break;
      }
      const std::size_t at = !more()      ? text.npos
                             : by.empty() ? text.find_last_of(kBlanks)
                                          : text.rfind(by);
      if (at == text.npos) {
        parts.emplace_back(text);
        break;
      }
      parts.emplace_back(text.substr(at + std::max<std::size_t>(1, by.size())));
      text = text.substr(0, at);
    }
    std::reverse(parts.begin(), parts.end());
    if (by.empty() && !parts.empty()) {
      parts[0] = parts[0].substr(
          std::min(parts[0].find_first_not_of(kBlanks), parts[0].size()));
    }
    return parts;
  }
  for (;;) {
    if (by.empty()) {
      text.remove_prefix(
          std::min(text.find_first_not_of(kBlanks), text.size()));
      if (text.empty()) break;
    }
    const std::size_t at = !more()      ? text.npos
                           : by.empty() ? text.find_first_of(kBlanks)
                                        : text.find(by);
    if (at == text.npos) {
      if (by.empty()) {
        text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
      }
      parts.emplace_back(text);
      break;
    }
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + std::max<std::size_t>(1, by.size()));
  }
  return parts;
}

Value encode_text(Interpreter& py, const std::string& text,
                  const std::string& encoding, const std::string& errors) {
  const std::string name = normal(encoding);
  if (name == "utf-8") return py.bytes(text);
  if (name.empty()) {
    return py.raise("LookupError",
                    fmt::format("unknown encoding: {}", encoding));
  }
  const std::uint32_t limit = name == "ascii" ? 0x80 : 0x100;
  std::string out;
  std::int64_t position = 0;
  for (std::size_t at = 0; at < text.size(); ++position) {
    const std::size_t length = utf8_length(text[at]);
    const auto first = static_cast<unsigned char>(text[at]);
    std::uint32_t code = first;
    if (length == 2) {
      code = (first & 0x1fU) << 6 |
             (static_cast<unsigned char>(text[at + 1]) & 0x3fU);
    } else if (length > 2) {
      code = 0xffff;
    }
    if (code < limit) {
      out += static_cast<char>(code);
    } else if (errors == "replace") {
      out += '?';
    } else if (errors != "ignore") {
      return py.raise("UnicodeEncodeError",
                      fmt::format("'{}' codec can't encode character in "
                                  "position {}: ordinal not in range({})",
                                  name, position, limit));
    }
    at += length;
  }
  return py.bytes(out);
}

Value decode_bytes(Interpreter& py, const std::string& bytes,
                   const std::string& encoding, const std::string& errors) {
  const std::string name = normal(encoding);
  if (name.empty()) {
    return py.raise("LookupError",
                    fmt::format("unknown encoding: {}", encoding));
  }
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    std::size_t length = 1;
    if (name == "utf-8") length = valid_length(bytes, at);
    if (name == "ascii" && byte >= 0x80) length = 0;
    if (name == "latin-1") {
      out += utf8_of(byte);
    } else if (length > 0) {
      out += bytes.substr(at, length);
    } else if (errors == "replace") {
      out += "\xef\xbf\xbd";
    } else if (errors != "ignore") {
      return py.raise(
          "UnicodeDecodeError",
          name == "ascii"
              ? fmt::format("'ascii' codec can't decode byte 0x{:02x} in "
                            "position {}: ordinal not in range(128)",
                            byte, at)
              : fmt::format(
                    "'utf-8' codec can't decode byte 0x{:02x} in "
                    "position {}: invalid {} byte",
                    byte, at,
                    byte < 0xc2 || byte > 0xf4 ? "start" : "continuation"));
    }
    at += std::max<std::size_t>(1, length);
  }
  return py.str(out);
}

}  // namespace drydock::userland::python
