// database.h — keys, values of five types, and when they expire.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/stream.h"
#include "sim/base/text.h"

namespace drydock::userland::redis {

/// Numbers by their value before all else by its bytes: the order in which a
/// set of integers is told by the real one, too.
struct MemberOrder {
  bool operator()(const Bytes& a, const Bytes& b) const;
};

using StringValue = Bytes;
using ListValue = std::deque<Bytes>;
using SetValue = std::set<Bytes, MemberOrder>;

/// Fields in the order in which they came, as a small hash has them.
class HashValue {
 public:
  using Row = std::pair<Bytes, Bytes>;
  const Bytes* find(const Bytes& field) const;
  bool set(const Bytes& field, Bytes value);  // True when it is new.
  bool erase(const Bytes& field);
  std::size_t size() const { return by_field_.size(); }
  std::vector<Row> rows() const;
  friend bool operator==(const HashValue& a, const HashValue& b) {
    return a.rows() == b.rows();
  }

 private:
  std::map<Bytes, std::uint64_t> by_field_;
  std::map<std::uint64_t, Row> by_age_;
  std::uint64_t next_ = 0;
};

/// Members with scores, ascending; equal scores by their bytes.
class SortedSetValue {
 public:
  using Row = std::pair<double, Bytes>;
  std::optional<double> score(const Bytes& member) const;
  bool set(const Bytes& member, double score);  // True when it is new.
  bool erase(const Bytes& member);
  std::size_t size() const { return by_member_.size(); }
  const std::set<Row>& rows() const { return by_score_; }
  friend bool operator==(const SortedSetValue& a, const SortedSetValue& b) {
    return a.by_score_ == b.by_score_;
  }

 private:
  std::map<Bytes, double> by_member_;
  std::set<Row> by_score_;
};

using Value =
    std::variant<StringValue, ListValue, SetValue, SortedSetValue, HashValue>;

/// "string", "list", "set", "zset", "hash": in the order of Value.
std::string_view type_name(const Value& value);
/// Whether it is a collection without members: then its key goes.
bool is_empty(const Value& value);

struct Entry {
  Value value;
  std::optional<std::int64_t> expires;  // Unix time in milliseconds.
  friend bool operator==(const Entry&, const Entry&) = default;
};

using Database = std::map<Bytes, Entry>;
inline constexpr int kDatabases = 16;
using Databases = std::vector<Database>;

/// stringmatchlen(): * ? [a-z^] \x, of any bytes.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace drydock::userland::redis
