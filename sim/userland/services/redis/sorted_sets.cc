// sorted_sets.cc — commands on sorted sets.

#include <algorithm>
#include <cmath>

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

namespace {

using Row = SortedSetValue::Row;

/// "1.5", "(1.5", "-inf": an end of a range of scores.
struct Bound {
  double score = 0;
  bool excluded = false;
};

std::optional<Bound> bound_of(std::string_view text) {
  Bound bound;
  bound.excluded = text.starts_with('(');
  if (bound.excluded) text.remove_prefix(1);
  const std::optional<double> score = parse_double(text);
  if (!score) return std::nullopt;
  bound.score = *score;
  return bound;
}

struct ScoreRange {
  Bound low, high;
  bool has(double score) const {
    const bool above = low.excluded ? score > low.score : score >= low.score;
    const bool below = high.excluded ? score < high.score : score <= high.score;
    return above && below;
  }
};

std::optional<ScoreRange> range_of(Call& call, std::size_t low,
                                   std::size_t high) {
  const std::optional<Bound> from = bound_of(call.arg(low));
  const std::optional<Bound> to = bound_of(call.arg(high));
  if (from && to) return ScoreRange{*from, *to};
  put_error(call.out, "ERR min or max is not a float");
  return std::nullopt;
}

std::vector<Row> rows_of(const SortedSetValue* set, bool reversed) {
  std::vector<Row> rows;
  if (set) rows.assign(set->rows().begin(), set->rows().end());
  if (reversed) std::reverse(rows.begin(), rows.end());
  return rows;
}

void put_rows(Bytes& out, const std::vector<Row>& rows, bool with_scores) {
  put_array(out, rows.size() * (with_scores ? 2 : 1));
  for (const auto& [score, member] : rows) {
    put_bulk(out, member);
    if (with_scores) put_bulk(out, text_of_double(score));
  }
}

/// [first, last) that two indices mean.
bool slice_of(Call& call, std::size_t size, std::size_t* first,
              std::size_t* last) {
  std::optional<std::int64_t> from = parse_strict_int(call.arg(2));
  std::optional<std::int64_t> to = parse_strict_int(call.arg(3));
  if (!from || !to) {
    refuse_integer(call.out);
    return false;
  }
  const auto count = static_cast<std::int64_t>(size);
  if (*from < 0) from = std::max<std::int64_t>(*from + count, 0);
  if (*to < 0) to = *to + count;
  *to = std::min(*to, count - 1);
  const bool empty = *from > *to || *from >= count;
  *first = empty ? 0 : static_cast<std::size_t>(*from);
  *last = empty ? 0 : static_cast<std::size_t>(*to + 1);
  return true;
}

void range_by_rank(Call& call, bool reversed) {
  const bool with_scores = call.argv.size() == 5 && call.is(4, "withscores");
  if (call.argv.size() > 4 && !with_scores) return refuse_syntax(call.out);
  bool wrong = false;
  const auto* const set = typed<SortedSetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::vector<Row> rows = rows_of(set, reversed);
  std::size_t first = 0, last = 0;
  if (!slice_of(call, rows.size(), &first, &last)) return;
  put_rows(call.out,
           std::vector<Row>(rows.begin() + static_cast<std::ptrdiff_t>(first),
                            rows.begin() + static_cast<std::ptrdiff_t>(last)),
           with_scores);
}

void range_by_score(Call& call, bool reversed) {
  const auto range = range_of(call, reversed ? 3 : 2, reversed ? 2 : 3);
  if (!range) return;
  bool with_scores = false;
  std::int64_t skip = 0, most = -1;
  for (std::size_t i = 4; i < call.argv.size(); ++i) {
    if (call.is(i, "withscores")) {
      with_scores = true;
    } else if (call.is(i, "limit") && i + 2 < call.argv.size()) {
      const auto offset = parse_strict_int(call.arg(i + 1));
      const auto count = parse_strict_int(call.arg(i + 2));
      if (!offset || !count) return refuse_integer(call.out);
      skip = *offset;
      most = *count;
      i += 2;
    } else {
      return refuse_syntax(call.out);
    }
  }
  bool wrong = false;
  const auto* const set = typed<SortedSetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::vector<Row> found;
  for (Row& row : rows_of(set, reversed)) {
    if (!range->has(row.first)) continue;
    if (skip-- > 0) continue;
    if (most >= 0 && static_cast<std::int64_t>(found.size()) >= most) break;
    found.push_back(std::move(row));
  }
  put_rows(call.out, found, with_scores);
}

void rank(Call& call, bool reversed) {
  bool wrong = false;
  const auto* const set = typed<SortedSetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  const std::vector<Row> rows = rows_of(set, reversed);
  const auto found = std::ranges::find(rows, call.arg(2), &Row::second);
  if (found == rows.end()) return put_nil(call.out);
  put_integer(call.out, found - rows.begin());
}

void remove_rows(Call& call, SortedSetValue* set,
                 const std::vector<Row>& rows) {
  for (const Row& row : rows) set->erase(row.second);
  drop_if_empty(call, call.arg(1));
  if (!rows.empty()) call.touch(call.arg(1));
  put_integer(call.out, static_cast<std::int64_t>(rows.size()));
}

}  // namespace

void zadd_command(Call& call) {
  if (call.argv.size() % 2 != 0) return refuse_syntax(call.out);
  std::vector<double> scores;
  for (std::size_t i = 2; i < call.argv.size(); i += 2) {
    const std::optional<double> score = parse_double(call.arg(i));
    if (!score) return put_error(call.out, "ERR value is not a valid float");
    scores.push_back(*score);
  }
  auto* const set = made<SortedSetValue>(call, call.arg(1));
  if (!set) return;
  std::int64_t added = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (set->set(call.arg(3 + 2 * i), scores[i])) ++added;
  }
  call.touch(call.arg(1));
  put_integer(call.out, added);
}

void zincrby_command(Call& call) {
  const std::optional<double> amount = parse_double(call.arg(2));
  if (!amount) return put_error(call.out, "ERR value is not a valid float");
  auto* const set = made<SortedSetValue>(call, call.arg(1));
  if (!set) return;
  const double sum = set->score(call.arg(3)).value_or(0) + *amount;
  if (std::isnan(sum)) {
    drop_if_empty(call, call.arg(1));
    return put_error(call.out, "ERR resulting score is not a number (NaN)");
  }
  set->set(call.arg(3), sum);
  call.touch(call.arg(1));
  put_bulk(call.out, text_of_double(sum));
}

void zrem_command(Call& call) {
  bool wrong = false;
  auto* const set = typed<SortedSetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::int64_t removed = 0;
  for (std::size_t i = 2; set && i < call.argv.size(); ++i) {
    if (set->erase(call.arg(i))) ++removed;
  }
  drop_if_empty(call, call.arg(1));
  if (removed > 0) call.touch(call.arg(1));
  put_integer(call.out, removed);
}

void zcard_command(Call& call) {
  bool wrong = false;
  const auto* const set = typed<SortedSetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  put_integer(call.out, set ? static_cast<std::int64_t>(set->size()) : 0);
}

void zscore_command(Call& call) {
  bool wrong = false;
  const auto* const set = typed<SortedSetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  const auto score = set ? set->score(call.arg(2)) : std::nullopt;
  if (!score) return put_nil(call.out);
  put_bulk(call.out, text_of_double(*score));
}

void zcount_command(Call& call) {
  const auto range = range_of(call, 2, 3);
  if (!range) return;
  bool wrong = false;
  const auto* const set = typed<SortedSetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::int64_t count = 0;
  for (const Row& row : rows_of(set, false)) {
    count += range->has(row.first) ? 1 : 0;
  }
  put_integer(call.out, count);
}

void zrange_command(Call& call) { range_by_rank(call, false); }
void zrevrange_command(Call& call) { range_by_rank(call, true); }
void zrangebyscore_command(Call& call) { range_by_score(call, false); }
void zrevrangebyscore_command(Call& call) { range_by_score(call, true); }
void zrank_command(Call& call) { rank(call, false); }
void zrevrank_command(Call& call) { rank(call, true); }

void zremrangebyrank_command(Call& call) {
  bool wrong = false;
  auto* const set = typed<SortedSetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  const std::vector<Row> rows = rows_of(set, false);
  std::size_t first = 0, last = 0;
  if (!slice_of(call, rows.size(), &first, &last)) return;
  remove_rows(
      call, set,
      std::vector<Row>(rows.begin() + static_cast<std::ptrdiff_t>(first),
                       rows.begin() + static_cast<std::ptrdiff_t>(last)));
}

void zremrangebyscore_command(Call& call) {
  const auto range = range_of(call, 2, 3);
  if (!range) return;
  bool wrong = false;
  auto* const set = typed<SortedSetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::vector<Row> rows = rows_of(set, false);
  std::erase_if(rows, [&](const Row& row) { return !range->has(row.first); });
  remove_rows(call, set, rows);
}

void zscan_command(Call& call) {
  bool wrong = false;
  const auto* const set = typed<SortedSetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::vector<List> rows;
  for (const auto& [score, member] : rows_of(set, false)) {
    rows.push_back({member, text_of_double(score)});
  }
  answer_scan(call, 2, rows);
}

}  // namespace drydock::userland::redis
