// database.cc — what values can do.

#include "sim/userland/services/redis/database.h"

#include <array>

#include "sim/userland/services/redis/resp.h"

namespace drydock::userland::redis {

bool MemberOrder::operator()(const Bytes& a, const Bytes& b) const {
  const std::optional<std::int64_t> left = parse_strict_int(a);
  const std::optional<std::int64_t> right = parse_strict_int(b);
  if (left && right) return *left < *right;
  if (left || right) return left.has_value();
  return a < b;
}

const Bytes* HashValue::find(const Bytes& field) const {
  const auto found = by_field_.find(field);
  return found == by_field_.end() ? nullptr : &by_age_.at(found->second).second;
}

bool HashValue::set(const Bytes& field, Bytes value) {
  const auto [at, fresh] = by_field_.emplace(field, next_);
  if (fresh) ++next_;
  by_age_[at->second] = {field, std::move(value)};
  return fresh;
}

bool HashValue::erase(const Bytes& field) {
  const auto found = by_field_.find(field);
  if (found == by_field_.end()) return false;
  by_age_.erase(found->second);
  by_field_.erase(found);
  return true;
}

std::vector<HashValue::Row> HashValue::rows() const {
  std::vector<Row> rows;
  for (const auto& [age, row] : by_age_) rows.push_back(row);
  return rows;
}

std::optional<double> SortedSetValue::score(const Bytes& member) const {
  const auto found = by_member_.find(member);
  if (found == by_member_.end()) return std::nullopt;
  return found->second;
}

bool SortedSetValue::set(const Bytes& member, double score) {
  const auto [at, fresh] = by_member_.emplace(member, score);
  if (!fresh) by_score_.erase({at->second, member});
  at->second = score;
  by_score_.emplace(score, member);
  return fresh;
}

bool SortedSetValue::erase(const Bytes& member) {
  const auto found = by_member_.find(member);
  if (found == by_member_.end()) return false;
  by_score_.erase({found->second, member});
  by_member_.erase(found);
  return true;
}

std::string_view type_name(const Value& value) {
  static constexpr std::array<std::string_view, 5> kNames = {
      "string", "list", "set", "zset", "hash"};
  return kNames[value.index()];
}

bool is_empty(const Value& value) {
  if (std::holds_alternative<StringValue>(value)) return false;
  return std::visit([](const auto& each) { return each.size() == 0; }, value);
}

namespace {

/// [abc], [^a-c]: whether `c` is one; `pattern` moves behind the bracket.
bool in_class(std::string_view& pattern, char c) {
  pattern.remove_prefix(1);
  const bool negated = pattern.starts_with('^');
  if (negated) pattern.remove_prefix(1);
  bool found = false;
  while (!pattern.empty() && pattern[0] != ']') {
    if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
    if (pattern.size() > 2 && pattern[1] == '-') {
      const char low = std::min(pattern[0], pattern[2]);
      const char high = std::max(pattern[0], pattern[2]);
      found = found || (c >= low && c <= high);
      pattern.remove_prefix(3);
    } else {
      found = found || c == pattern[0];
      pattern.remove_prefix(1);
    }
  }
  if (!pattern.empty()) pattern.remove_prefix(1);
  return found != negated;
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
  // Where to go on when what follows the last star did not fit.
  std::string_view star_pattern, star_text;
  bool has_star = false;
  for (;;) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      star_pattern = pattern;
      star_text = text;
      has_star = true;
      continue;
    }
    if (text.empty() && pattern.empty()) return true;
    bool fits = false;
    std::string_view rest = pattern;
    if (!pattern.empty() && !text.empty()) {
      if (pattern[0] == '[') {
        fits = in_class(rest, text[0]);
      } else {
        if (pattern[0] == '\\' && pattern.size() > 1) rest.remove_prefix(1);
        fits = (rest[0] == '?' && rest.size() == pattern.size()) ||
               rest[0] == text[0];
        rest.remove_prefix(1);
      }
    }
    if (fits) {
      pattern = rest;
      text.remove_prefix(1);
      continue;
    }
    if (!has_star || star_text.empty()) return false;
    star_text.remove_prefix(1);
    text = star_text;
    pattern = star_pattern;
  }
}

}  // namespace drydock::userland::redis
