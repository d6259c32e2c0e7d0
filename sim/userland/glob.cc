// glob.cc — fnmatch(3), with one step back for '*' instead of recursion.

#include "sim/userland/glob.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace drydock::userland {

namespace {

bool is_lower(char c) { return 'a' <= c && c <= 'z'; }
bool is_upper(char c) { return 'A' <= c && c <= 'Z'; }
bool is_digit(char c) { return '0' <= c && c <= '9'; }
bool is_alpha(char c) { return is_lower(c) || is_upper(c); }
bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_space(char c) { return c == ' ' || ('\t' <= c && c <= '\r'); }
bool is_graph(char c) { return '!' <= c && c <= '~'; }
bool is_print(char c) { return is_graph(c) || c == ' '; }
bool is_punct(char c) { return is_graph(c) && !is_alnum(c); }
bool is_cntrl(char c) { return (0 <= c && c < 0x20) || c == 0x7f; }
bool is_xdigit(char c) {
  return is_digit(c) || ('a' <= c && c <= 'f') || ('A' <= c && c <= 'F');
}

bool in_class(std::string_view name, char c) {
  // clang-format off
  static constexpr std::array<std::pair<std::string_view, bool (*)(char)>, 12>
      kClasses = {{
          {"alnum", is_alnum}, {"alpha", is_alpha}, {"blank", is_blank},
          {"cntrl", is_cntrl}, {"digit", is_digit}, {"graph", is_graph},
          {"lower", is_lower}, {"print", is_print}, {"punct", is_punct},
          {"space", is_space}, {"upper", is_upper}, {"xdigit", is_xdigit},
      }};
  // clang-format on
  for (const auto& [known, test] : kClasses) {
    if (known == name) return test(c);
  }
  return false;
}

char fold(char c, GlobRules rules) {
  return rules.ignore_case && is_upper(c) ? static_cast<char>(c + 32) : c;
}

// Where a bracket expression that begins at `open` ends: the ']' or npos.
std::size_t bracket_end(std::string_view pattern, std::size_t open) {
  std::size_t at = open + 1;
  if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) ++at;
  bool first = true;
  for (; at < pattern.size(); ++at, first = false) {
    if (pattern[at] == ']' && !first) return at;
    if (pattern.substr(at, 2) == "[:") {
      const std::size_t close = pattern.find(":]", at + 2);
      if (close == pattern.npos) return pattern.npos;
      at = close + 1;
    } else if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      ++at;
    }
  }
  return pattern.npos;
}

// `set` is what stands between '[' and ']'.
bool in_bracket(std::string_view set, char c, GlobRules rules) {
  const bool negated = !set.empty() && (set[0] == '!' || set[0] == '^');
  if (negated) set.remove_prefix(1);
  bool found = false;
  for (std::size_t at = 0; at < set.size(); ++at) {
    if (set.substr(at, 2) == "[:") {
      const std::size_t close = set.find(":]", at + 2);
      const bool hit = in_class(set.substr(at + 2, close - at - 2), c);
      const bool other = rules.ignore_case && is_alpha(c) &&
                         in_class(set.substr(at + 2, close - at - 2),
                                  static_cast<char>(c ^ 32));
      found = found || hit || other;
      at = close + 1;
      continue;
    }
    if (set[at] == '\\' && at + 1 < set.size()) ++at;
    const char low = fold(set[at], rules);
    char high = low;
    if (at + 2 < set.size() && set[at + 1] == '-') {
      high = fold(set[at + 2], rules);
      at += 2;
    }
    found = found || (low <= fold(c, rules) && fold(c, rules) <= high);
  }
  return found != negated;
}

// One element of the pattern other than '*' against one character; the next
// position in the pattern, or npos when it does not match.
std::size_t match_one(std::string_view pattern, std::size_t at, char c,
                      bool guarded, GlobRules rules) {
  if (pattern[at] == '?') return guarded ? pattern.npos : at + 1;
  if (pattern[at] == '[') {
    const std::size_t end = bracket_end(pattern, at);
    if (end != pattern.npos) {
      const std::string_view set = pattern.substr(at + 1, end - at - 1);
      return !guarded && in_bracket(set, c, rules) ? end + 1 : pattern.npos;
    }
  }
  if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
  return fold(pattern[at], rules) == fold(c, rules) ? at + 1 : pattern.npos;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text,
                  GlobRules rules) {
  std::size_t p = 0, t = 0;
  std::size_t star = pattern.npos, star_text = 0;
  // A character that only itself in the pattern may match.
  const auto guarded = [&](std::size_t at) {
    if (rules.path_name && text[at] == '/') return true;
    const bool leads = at == 0 || (rules.path_name && text[at - 1] == '/');
    return rules.leading_dot && leads && text[at] == '.';
  };
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
      continue;
    }
    const std::size_t next =
        p < pattern.size() ? match_one(pattern, p, text[t], guarded(t), rules)
                           : pattern.npos;
    if (next != pattern.npos) {
      p = next;
      ++t;
      continue;
    }
    if (star == pattern.npos || guarded(star_text)) return false;
    p = star + 1;
    t = ++star_text;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace drydock::userland
