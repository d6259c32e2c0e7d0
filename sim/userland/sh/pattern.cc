// pattern.cc — matching by sets of positions.

#include "sim/userland/sh/pattern.h"

#include <algorithm>
#include <array>

#include "sim/base/text.h"

namespace drydock::userland::sh {

namespace {

using Set = std::bitset<256>;

std::size_t index_of(char c) { return static_cast<unsigned char>(c); }

void add_range(Set& set, int low, int high) {
  for (int c = low; c <= high; ++c) set.set(static_cast<std::size_t>(c));
}

/// The members of [:name:] in the C locale; false when there is no such class.
bool add_class(Set& set, std::string_view name) {
  struct Row {
    std::string_view name, ranges;  // Pairs of low and high.
  };
  static constexpr std::array kClasses = {
      Row{"alpha", "azAZ"},
      Row{"digit", "09"},
      Row{"alnum", "azAZ09"},
      Row{"upper", "AZ"},
      Row{"lower", "az"},
      Row{"space", "\t\r  "},
      Row{"blank", "  \t\t"},
      Row{"punct", "!/:@[`{~"},
      Row{"print", " ~"},
      Row{"graph", "!~"},
      Row{"cntrl", "\x01\x1f\x7f\x7f"},
      Row{"xdigit", "09afAF"},
      Row{"word", "azAZ09__"},
  };
  for (const Row& row : kClasses) {
    if (row.name != name) continue;
    for (std::size_t i = 0; i + 1 < row.ranges.size(); i += 2) {
      add_range(set, row.ranges[i], row.ranges[i + 1]);
    }
    return true;
  }
  return false;
}

void fold(Set& set) {
  for (std::size_t c = 'a'; c <= 'z'; ++c) {
    const std::size_t capital = c - 'a' + 'A';
    const bool member = set[c] || set[capital];
    set[c] = set[capital] = member;
  }
}

}  // namespace

Pattern::Pattern(std::string_view text, Options options) : options_(options) {
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '[' && read_set(text, at)) continue;
    if (options.extended && at + 1 < text.size() && text[at + 1] == '(' &&
        std::string_view("?*+@!").find(c) != std::string_view::npos &&
        read_group(text, at)) {
      continue;
    }
    Item item;
    if (c == '*') {
      item.kind = Item::Kind::star;
    } else if (c == '?') {
      item.kind = Item::Kind::any;
    } else {
      if (c == '\\' && at + 1 < text.size()) ++at;
      item.letter = text[at];
    }
    ++at;
    const bool again = item.kind == Item::Kind::star && !items_.empty() &&
                       items_.back().kind == Item::Kind::star;
    if (!again) items_.push_back(std::move(item));
  }
}

/// Reads [...] at `at`; false when it is no set and '[' stands for itself.
bool Pattern::read_set(std::string_view text, std::size_t& at) {
  std::size_t i = at + 1;
  Item item;
  item.kind = Item::Kind::set;
  const bool negated = i < text.size() && (text[i] == '!' || text[i] == '^');
  if (negated) ++i;
  for (bool first = true;; first = false) {
    if (i >= text.size()) return false;
    if (text[i] == ']' && !first) break;
    if (text[i] == '[' && i + 1 < text.size() && text[i + 1] == ':') {
      const std::size_t end = text.find(":]", i + 2);
      if (end != std::string_view::npos &&
          add_class(item.members, text.substr(i + 2, end - i - 2))) {
        i = end + 2;
        continue;
      }
    }
    const auto take = [&]() -> char {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      return text[i++];
    };
    const char low = take();
    if (i + 1 < text.size() && text[i] == '-' && text[i + 1] != ']') {
      ++i;
      const char high = take();
      add_range(item.members, static_cast<int>(index_of(low)),
                static_cast<int>(index_of(high)));
    } else {
      item.members.set(index_of(low));
    }
  }
  if (options_.ignore_case) fold(item.members);
  if (negated) item.members.flip();
  at = i + 1;
  items_.push_back(std::move(item));
  return true;
}

/// Reads X(a|b) at `at`.
bool Pattern::read_group(std::string_view text, std::size_t& at) {
  Item item;
  item.kind = Item::Kind::group;
  item.letter = text[at];
  int open = 1;
  std::size_t begin = at + 2;
  for (std::size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
      continue;
    }
    if (c == '(') ++open;
    if (c == ')') --open;
    if (open > 1 || (c != '|' && open > 0)) continue;
    if (open == 1 && c != '|') continue;
    item.choices.push_back(Pattern(text.substr(begin, i - begin), options_));
    begin = i + 1;
    if (open == 0) {
      at = i + 1;
      items_.push_back(std::move(item));
      has_groups_ = true;
      return true;
    }
  }
  return false;
}

bool Pattern::admits(const Item& item, char c) const {
  if (item.kind == Item::Kind::any) return true;
  if (item.kind == Item::Kind::set) return item.members[index_of(c)];
  if (item.letter == c) return true;
  return options_.ignore_case && lower(std::string_view(&item.letter, 1)) ==
                                     lower(std::string_view(&c, 1));
}

bool Pattern::matches(std::string_view text) const {
  if (has_groups_) {
    const Ends all = ends(text);
    return !all.empty() && all.back() == text.size();
  }
  // The usual walk: on a mismatch, let the last star take one more.
  std::size_t i = 0, t = 0, star = items_.size(), resume = 0;
  while (t < text.size()) {
    if (i < items_.size() && items_[i].kind == Item::Kind::star) {
      star = i++;
      resume = t;
    } else if (i < items_.size() && admits(items_[i], text[t])) {
      ++i;
      ++t;
    } else if (star < items_.size()) {
      i = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (i < items_.size() && items_[i].kind == Item::Kind::star) ++i;
  return i == items_.size();
}

Pattern::Ends Pattern::ends(std::string_view text) const {
  if (has_groups_) return ends_with_groups(text);
  Ends result;
  std::vector<char> now(items_.size() + 1, 0), next(items_.size() + 1, 0);
  now[0] = 1;
  for (std::size_t t = 0;; ++t) {
    bool alive = false;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      alive = alive || now[i] != 0;
      if (now[i] != 0 && items_[i].kind == Item::Kind::star) now[i + 1] = 1;
    }
    if (now[items_.size()] != 0) result.push_back(t);
    if (!alive || t == text.size()) return result;
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (now[i] == 0) continue;
      if (items_[i].kind == Item::Kind::star) {
        next[i] = 1;
      } else if (admits(items_[i], text[t])) {
        next[i + 1] = 1;
      }
    }
    std::swap(now, next);
  }
}

Pattern::Ends Pattern::ends_with_groups(std::string_view text) const {
  std::vector<char> now(text.size() + 1, 0);
  now[0] = 1;
  for (const Item& item : items_) {
    std::vector<char> next(text.size() + 1, 0);
    bool starred = false;
    for (std::size_t t = 0; t <= text.size(); ++t) {
      if (item.kind == Item::Kind::star) {
        starred = starred || now[t] != 0;
        if (starred) next[t] = 1;
        continue;
      }
      if (now[t] == 0) continue;
      if (item.kind == Item::Kind::group) {
        for (const std::size_t end : group_ends(item, text.substr(t))) {
          next[t + end] = 1;
        }
      } else if (t < text.size() && admits(item, text[t])) {
        next[t + 1] = 1;
      }
    }
    now = std::move(next);
  }
  Ends result;
  for (std::size_t t = 0; t <= text.size(); ++t) {
    if (now[t] != 0) result.push_back(t);
  }
  return result;
}

Pattern::Ends Pattern::group_ends(const Item& item,
                                  std::string_view text) const {
  std::vector<char> reached(text.size() + 1, 0);
  const auto once = [&](std::size_t from) {
    for (const Pattern& choice : item.choices) {
      for (const std::size_t end : choice.ends(text.substr(from))) {
        reached[from + end] = 1;
      }
    }
  };
  once(0);
  if (item.letter == '*' || item.letter == '+') {
    for (std::size_t t = 1; t <= text.size(); ++t) {
      if (reached[t] != 0) once(t);
    }
  }
  if (item.letter == '?' || item.letter == '*') reached[0] = 1;
  Ends result;
  const char wanted = item.letter == '!' ? 0 : 1;
  for (std::size_t t = 0; t <= text.size(); ++t) {
    if (reached[t] == wanted) result.push_back(t);
  }
  return result;
}

std::optional<std::size_t> Pattern::prefix(std::string_view text,
                                           bool longest) const {
  if (const std::optional<std::string> plain = literal()) {
    if (!text.starts_with(*plain)) return std::nullopt;
    return plain->size();
  }
  const Ends all = ends(text);
  if (all.empty()) return std::nullopt;
  return longest ? all.back() : all.front();
}

std::optional<std::size_t> Pattern::suffix(std::string_view text,
                                           bool longest) const {
  if (const std::optional<std::string> plain = literal()) {
    if (!text.ends_with(*plain)) return std::nullopt;
    return plain->size();
  }
  if (has_groups_) {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      const std::size_t length = longest ? text.size() - i : i;
      if (matches(text.substr(text.size() - length))) return length;
    }
    return std::nullopt;
  }
  // Backwards, a suffix is a prefix.
  Pattern mirrored;
  mirrored.options_ = options_;
  mirrored.items_.assign(items_.rbegin(), items_.rend());
  const std::string backwards(text.rbegin(), text.rend());
  return mirrored.prefix(backwards, longest);
}

std::optional<std::string> Pattern::literal() const {
  std::string text;
  if (options_.ignore_case) return std::nullopt;
  for (const Item& item : items_) {
    if (item.kind != Item::Kind::literal) return std::nullopt;
    text += item.letter;
  }
  return text;
}

bool Pattern::begins_with_period() const {
  if (items_.empty()) return false;
  const Item& first = items_.front();
  if (first.kind == Item::Kind::literal) return first.letter == '.';
  if (first.kind != Item::Kind::group) return false;
  return std::ranges::any_of(first.choices, &Pattern::begins_with_period);
}

std::string escaped_pattern(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\*?[]!-^()|+@").find(c) != std::string_view::npos) {
      escaped += '\\';
    }
    escaped += c;
  }
  return escaped;
}

}  // namespace drydock::userland::sh
