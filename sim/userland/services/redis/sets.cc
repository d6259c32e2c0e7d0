// sets.cc — commands on sets.

#include <algorithm>

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

namespace {

enum class Combine { intersect, unite, subtract };

void put_members(Bytes& out, const SetValue& set) {
  put_array(out, set.size());
  for (const Bytes& member : set) put_bulk(out, member);
}

/// Of the sets under the keys from argv[first] on; nullopt when one of them is
/// no set, which has been answered then.
std::optional<SetValue> combined(Call& call, std::size_t first, Combine how) {
  SetValue result;
  for (std::size_t i = first; i < call.argv.size(); ++i) {
    bool wrong = false;
    const SetValue* const set = typed<SetValue>(call, call.arg(i), &wrong);
    if (wrong) return std::nullopt;
    const SetValue none;
    const SetValue& other = set ? *set : none;
    if (i == first || how == Combine::unite) {
      result.insert(other.begin(), other.end());
      continue;
    }
    std::erase_if(result, [&](const Bytes& member) {
      return other.contains(member) == (how == Combine::subtract);
    });
  }
  return result;
}

void tell(Call& call, Combine how) {
  const std::optional<SetValue> set = combined(call, 1, how);
  if (set) put_members(call.out, *set);
}

void store(Call& call, Combine how) {
  std::optional<SetValue> set = combined(call, 2, how);
  if (!set) return;
  const auto size = static_cast<std::int64_t>(set->size());
  const bool had = call.find(call.arg(1)) != nullptr;
  call.server.erase(call.client.database, call.arg(1));
  if (size > 0) *made<SetValue>(call, call.arg(1)) = std::move(*set);
  if (size > 0 || had) call.touch(call.arg(1));
  put_integer(call.out, size);
}

const Bytes& any_of(Call& call, const SetValue& set) {
  auto at = set.begin();
  std::advance(
      at, static_cast<std::ptrdiff_t>(call.server.self.random() % set.size()));
  return *at;
}

}  // namespace

void sadd_command(Call& call) {
  SetValue* const set = made<SetValue>(call, call.arg(1));
  if (!set) return;
  std::int64_t added = 0;
  for (std::size_t i = 2; i < call.argv.size(); ++i) {
    if (set->insert(call.arg(i)).second) ++added;
  }
  if (added > 0) call.touch(call.arg(1));
  put_integer(call.out, added);
}

void srem_command(Call& call) {
  bool wrong = false;
  SetValue* const set = typed<SetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::int64_t removed = 0;
  for (std::size_t i = 2; set && i < call.argv.size(); ++i) {
    removed += static_cast<std::int64_t>(set->erase(call.arg(i)));
  }
  drop_if_empty(call, call.arg(1));
  if (removed > 0) call.touch(call.arg(1));
  put_integer(call.out, removed);
}

void sismember_command(Call& call) {
  bool wrong = false;
  const SetValue* const set = typed<SetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  put_integer(call.out, set && set->contains(call.arg(2)) ? 1 : 0);
}

void scard_command(Call& call) {
  bool wrong = false;
  const SetValue* const set = typed<SetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  put_integer(call.out, set ? static_cast<std::int64_t>(set->size()) : 0);
}

void smembers_command(Call& call) { tell(call, Combine::unite); }
void sinter_command(Call& call) { tell(call, Combine::intersect); }
void sunion_command(Call& call) { tell(call, Combine::unite); }
void sdiff_command(Call& call) { tell(call, Combine::subtract); }
void sinterstore_command(Call& call) { store(call, Combine::intersect); }
void sunionstore_command(Call& call) { store(call, Combine::unite); }
void sdiffstore_command(Call& call) { store(call, Combine::subtract); }

void smove_command(Call& call) {
  bool wrong = false;
  SetValue* const from = typed<SetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  if (!from) return put_integer(call.out, 0);
  static_cast<void>(typed<SetValue>(call, call.arg(2), &wrong));
  if (wrong) return;
  if (from->erase(call.arg(3)) == 0) return put_integer(call.out, 0);
  made<SetValue>(call, call.arg(2))->insert(call.arg(3));
  drop_if_empty(call, call.arg(1));
  call.touch(call.arg(1));
  call.touch(call.arg(2));
  put_integer(call.out, 1);
}

void spop_command(Call& call) {
  bool wrong = false;
  SetValue* const set = typed<SetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  if (!set) return put_nil(call.out);
  const Bytes member = any_of(call, *set);
  set->erase(member);
  drop_if_empty(call, call.arg(1));
  call.touch(call.arg(1));
  put_bulk(call.out, member);
}

void srandmember_command(Call& call) {
  if (call.argv.size() > 3) return refuse_syntax(call.out);
  bool wrong = false;
  const SetValue* const set = typed<SetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  if (call.argv.size() == 2) {
    if (!set) return put_nil(call.out);
    return put_bulk(call.out, any_of(call, *set));
  }
  const std::optional<std::int64_t> count = parse_strict_int(call.arg(2));
  if (!count) return refuse_integer(call.out);
  if (!set || *count == 0) return put_array(call.out, 0);
  if (*count < 0) {  // With repetitions.
    put_array(call.out, static_cast<std::size_t>(-*count));
    for (std::int64_t i = *count; i < 0; ++i) {
      put_bulk(call.out, any_of(call, *set));
    }
    return;
  }
  SetValue left = *set;
  const std::size_t wanted =
      std::min(static_cast<std::size_t>(*count), left.size());
  put_array(call.out, wanted);
  for (std::size_t i = 0; i < wanted; ++i) {
    const Bytes member = any_of(call, left);
    left.erase(member);
    put_bulk(call.out, member);
  }
}

void sscan_command(Call& call) {
  bool wrong = false;
  const SetValue* const set = typed<SetValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::vector<List> rows;
  if (set) {
    for (const Bytes& member : *set) rows.push_back({member});
  }
  answer_scan(call, 2, rows);
}

}  // namespace drydock::userland::redis
