// sed_text.cc — characters that sed writes in other ways.

#include "sim/userland/text/sed_text.h"

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::userland {

namespace {

/// The value of \xHH \oNNN \dNNN behind the letter at `*at`; moves behind it.
std::optional<char> numeric_escape(std::string_view text, std::size_t* at) {
  const char letter = text[*at];
  const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : 10;
  const std::size_t digits_max = letter == 'x' ? 2 : 3;
  constexpr std::string_view kDigits = "0123456789abcdef";
  int value = 0;
  std::size_t count = 0;
  while (count < digits_max && *at + 1 + count < text.size()) {
    char c = text[*at + 1 + count];
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c + 32);
    const std::size_t digit = kDigits.find(c);
    if (digit == kDigits.npos || digit >= static_cast<std::size_t>(base)) break;
    value = value * base + static_cast<int>(digit);
    ++count;
  }
  if (count == 0) return std::nullopt;
  *at += count + 1;
  return static_cast<char>(value & 255);
}

/// \a \f \v \t \r, \cX and numbers; `*at` is at the letter.  Nullopt: none.
std::optional<char> character_escape(std::string_view text, std::size_t* at) {
  constexpr std::string_view kNames = "afvtr";
  constexpr std::string_view kValues = "\a\f\v\t\r";
  const char c = text[*at];
  const std::size_t named = kNames.find(c);
  if (named != kNames.npos) {
    ++*at;
    return kValues[named];
  }
  if (c == 'c' && *at + 1 < text.size()) {
    const char control = upper(text.substr(*at + 1, 1))[0];
    *at += 2;
    return static_cast<char>(control ^ 0x40);
  }
  if (c == 'x' || c == 'o' || c == 'd') return numeric_escape(text, at);
  return std::nullopt;
}

/// Applies \U \L \u \l while text is put together.
class CaseWriter {
 public:
  void change(SedPiece::Case to) {
    using enum SedPiece::Case;
    if (to == upper_next || to == lower_next) next_ = to;
    if (to == upper || to == lower) all_ = to;
    if (to == end) all_ = next_ = keep;
  }

  void add(std::string_view text) {
    using enum SedPiece::Case;
    if (text.empty()) return;
    std::string piece(text);
    if (all_ == upper) piece = drydock::upper(text);
    if (all_ == lower) piece = drydock::lower(text);
    const std::string first = piece.substr(0, 1);
    if (next_ == upper_next) piece[0] = drydock::upper(first)[0];
    if (next_ == lower_next) piece[0] = drydock::lower(first)[0];
    next_ = keep;
    out_ += piece;
  }

  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  SedPiece::Case all_ = SedPiece::Case::keep, next_ = SedPiece::Case::keep;
};

SedPiece::Case case_of(char letter) {
  using enum SedPiece::Case;
  switch (letter) {
    case 'U':
      return upper;
    case 'L':
      return lower;
    case 'u':
      return upper_next;
    case 'l':
      return lower_next;
    case 'E':
      return end;
    default:
      return keep;
  }
}

}  // namespace

std::string sed_regex_text(std::string_view pattern) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] == '[') {  // Escapes in brackets, but for the common ones.
      out += pattern[at++];
      if (at < pattern.size() && pattern[at] == '^') out += pattern[at++];
      if (at < pattern.size() && pattern[at] == ']') out += pattern[at++];
      while (at < pattern.size() && pattern[at] != ']') {
        const bool named = pattern.substr(at).starts_with("[:");
        const std::size_t end = named ? pattern.find(":]", at) : pattern.npos;
        if (named && end != pattern.npos) {
          out += pattern.substr(at, end + 2 - at);
          at = end + 2;
          continue;
        }
        std::size_t letter = at + 1;
        if (pattern[at] == '\\' && letter < pattern.size()) {
          if (pattern[letter] == 'n') {
            out += '\n';
            at += 2;
            continue;
          }
          if (pattern[letter] == ']') {
            out += pattern[at++];
            continue;
          }
          if (const auto c = character_escape(pattern, &letter)) {
            out += *c;
            at = letter;
            continue;
          }
        }
        out += pattern[at++];
      }
      continue;
    }
    if (pattern[at] != '\\' || at + 1 >= pattern.size()) {
      out += pattern[at++];
      continue;
    }
    std::size_t letter = at + 1;
    const std::optional<char> c = character_escape(pattern, &letter);
    if (!c) {
      out += pattern.substr(at, 2);
      at += 2;
      continue;
    }
    if (std::string_view("*.[\\]^$/+?(){}|").find(*c) !=
        std::string_view::npos) {
      out += '\\';
    }
    out += *c;
    at = letter;
  }
  return out;
}

std::vector<SedPiece> sed_replacement(std::string_view text) {
  std::vector<SedPiece> pieces(1);
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '&') {
      pieces.back().group = 0;
      pieces.emplace_back();
      ++at;
      continue;
    }
    if (c != '\\' || at + 1 >= text.size()) {
      pieces.back().text += c;
      ++at;
      continue;
    }
    const char next = text[at + 1];
    std::size_t letter = at + 1;
    at += 2;
    if (next >= '0' && next <= '9') {
      pieces.back().group = next - '0';
      pieces.emplace_back();
    } else if (case_of(next) != SedPiece::Case::keep) {
      pieces.emplace_back();
      pieces.back().change = case_of(next);
    } else if (next == 'n') {
      pieces.back().text += '\n';
    } else if (const auto named = character_escape(text, &letter)) {
      pieces.back().text += *named;
      at = letter;
    } else {
      pieces.back().text += next;
    }
  }
  return pieces;
}

std::string sed_expand(const std::vector<SedPiece>& pieces,
                       std::string_view text, const RegexMatch& match) {
  CaseWriter out;
  for (const SedPiece& piece : pieces) {
    out.change(piece.change);
    out.add(piece.text);
    if (piece.group < 0) continue;
    const auto group = static_cast<std::size_t>(piece.group);
    if (group >= match.size() || !match[group].matched()) continue;
    const auto begin = static_cast<std::size_t>(match[group].begin);
    const auto end = static_cast<std::size_t>(match[group].end);
    out.add(text.substr(begin, end - begin));
  }
  return out.take();
}

std::optional<std::string> sed_y_text(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      out += text[at++];
      continue;
    }
    std::size_t letter = at + 1;
    const char next = text[letter];
    at += 2;
    if (next == '\\') {
      out += '\\';
    } else if (next == 'n') {
      out += '\n';
    } else if (const auto c = character_escape(text, &letter)) {
      out += *c;
      at = letter;
    } else {
      out += '\\';
      out += next;
    }
  }
  return out;
}

std::string sed_unambiguous(std::string_view line, int width) {
  constexpr std::string_view kNames = "\\abfnrtv";
  constexpr std::string_view kValues = "\\\a\b\f\n\r\t\v";
  std::string out;
  std::size_t column = 0;
  for (const char c : line) {
    std::string shown(1, c);
    const std::size_t named = kValues.find(c);
    if (named != kValues.npos) {
      shown = std::string("\\") + kNames[named];
    } else if (c < ' ' || c == 127) {
      shown = fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    }
    if (width > 1 &&
        column + shown.size() > static_cast<std::size_t>(width) - 1) {
      out += "\\\n";
      column = 0;
    }
    out += shown;
    column += shown.size();
  }
  return out + "$\n";
}

}  // namespace drydock::userland
