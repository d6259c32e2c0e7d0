// pattern.cc — a small backtracking matcher with a budget.

#include "sim/engine/pattern.h"

#include <cstddef>
#include <functional>

namespace drydock::engine {

namespace {

using Next = std::function<bool(std::size_t)>;

class Matcher {
 public:
  Matcher(std::string_view pattern, std::string_view text)
      : pattern_(pattern), text_(text) {}

  bool search() {
    for (std::size_t at = 0; at <= text_.size(); ++at) {
      if (alternatives(0, pattern_.size(), at,
                       [](std::size_t) { return true; })) {
        return true;
      }
      if (spent_) return false;
    }
    return false;
  }

 private:
  static constexpr int kBudget = 200'000;
  static constexpr int kDepth = 400;

  /// pattern[from, to) split at its top-level bars.
  bool alternatives(std::size_t from, std::size_t to, std::size_t at,
                    const Next& next) {
    std::size_t start = from;
    for (std::size_t here = from; here < to; here = after_atom(here, to)) {
      if (pattern_[here] != '|') continue;
      if (sequence(start, here, at, next)) return true;
      start = here + 1;
    }
    return sequence(start, to, at, next);
  }

  /// Where the atom (or bar) that begins here ends; `to` if it is broken.
  std::size_t after_atom(std::size_t here, std::size_t to) const {
    const char c = pattern_[here];
    if (c == '\\') return here + 2 <= to ? here + 2 : to;
    if (c == '[') {
      std::size_t end = here + 1;
      if (end < to && pattern_[end] == '^') ++end;
      if (end < to && pattern_[end] == ']') ++end;
      while (end < to && pattern_[end] != ']') ++end;
      return end < to ? end + 1 : to;
    }
    if (c != '(') return here + 1;
    std::size_t end = here + 1;
    while (end < to && pattern_[end] != ')') end = after_atom(end, to);
    return end < to ? end + 1 : to;
  }

  bool sequence(std::size_t from, std::size_t to, std::size_t at,
                const Next& next) {
    if (++used_ > kBudget || depth_ > kDepth) {
      spent_ = true;
      return false;
    }
    if (from >= to) return next(at);
    const std::size_t end = after_atom(from, to);
    const char operation = end < to ? pattern_[end] : '\0';
    const bool repeats =
        operation == '*' || operation == '+' || operation == '?';
    ++depth_;
    const bool found = repeats ? repeat(from, end, to, operation, at, next)
                               : atom(from, end, at, [&](std::size_t on) {
                                   return sequence(end, to, on, next);
                                 });
    --depth_;
    return found;
  }

  /// Greedy: as often as it goes, then fewer.
  bool repeat(std::size_t from, std::size_t end, std::size_t to, char operation,
              std::size_t at, const Next& next) {
    const auto rest = [&](std::size_t on) {
      return sequence(end + 1, to, on, next);
    };
    const auto again = [&](std::size_t on) {
      if (operation == '?') return rest(on);
      if (on == at) return false;  // It matched nothing: no use repeating.
      return operation == '+' && at == on
                 ? false
                 : repeat(from, end, to, '*', on, next);
    };
    if (++used_ > kBudget || depth_ > kDepth) {
      spent_ = true;
      return false;
    }
    ++depth_;
    const bool more = atom(from, end, at, again);
    --depth_;
    return more || (operation != '+' && rest(at));
  }

  bool atom(std::size_t from, std::size_t end, std::size_t at,
            const Next& next) {
    const char c = pattern_[from];
    if (c == '^') return at == 0 && next(at);
    if (c == '$') return at == text_.size() && next(at);
    if (c == '(') {
      return pattern_[end - 1] == ')' &&
             alternatives(from + 1, end - 1, at, next);
    }
    if (at >= text_.size()) return false;
    const char present = text_[at];
    if (c == '[') return in_class(from, end, present) && next(at + 1);
    if (c == '\\') return escaped(from, end, present) && next(at + 1);
    return (c == '.' || c == present) && next(at + 1);
  }

  bool escaped(std::size_t from, std::size_t end, char present) const {
    if (end - from < 2) return false;
    const char c = pattern_[from + 1];
    const bool digit = '0' <= present && present <= '9';
    const bool word = digit || present == '_' ||
                      ('a' <= present && present <= 'z') ||
                      ('A' <= present && present <= 'Z');
    if (c == 'd') return digit;
    if (c == 'w') return word;
    return c == present;
  }

  bool in_class(std::size_t from, std::size_t end, char present) const {
    if (pattern_[end - 1] != ']' || end - from < 3) return false;
    std::size_t at = from + 1;
    const bool negated = pattern_[at] == '^';
    if (negated) ++at;
    bool inside = false;
    while (at + 1 < end) {
      const char low = pattern_[at];
      const bool range = at + 3 < end && pattern_[at + 1] == '-';
      const char high = range ? pattern_[at + 2] : low;
      inside = inside || (low <= present && present <= high);
      at += range ? 3 : 1;
    }
    return inside != negated;
  }

  std::string_view pattern_, text_;
  int used_ = 0, depth_ = 0;
  bool spent_ = false;
};

}  // namespace

bool pattern_found(std::string_view pattern, std::string_view text) {
  return Matcher(pattern, text).search();
}

}  // namespace drydock::engine
