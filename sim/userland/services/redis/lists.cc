// lists.cc — commands on lists.

#include <algorithm>

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

namespace {

enum class End { left, right };

void push(Call& call, End end, bool only_if_present) {
  bool wrong = false;
  const ListValue* const present = typed<ListValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  if (only_if_present && !present) return put_integer(call.out, 0);
  ListValue& list = *made<ListValue>(call, call.arg(1));
  for (std::size_t i = 2; i < call.argv.size(); ++i) {
    if (end == End::left) {
      list.push_front(call.arg(i));
    } else {
      list.push_back(call.arg(i));
    }
  }
  put_integer(call.out, static_cast<std::int64_t>(list.size()));
  call.touch(call.arg(1));
}

Bytes take(ListValue& list, End end) {
  Bytes taken = end == End::left ? list.front() : list.back();
  if (end == End::left) {
    list.pop_front();
  } else {
    list.pop_back();
  }
  return taken;
}

void pop(Call& call, End end) {
  bool wrong = false;
  ListValue* const list = typed<ListValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  if (!list) return put_nil(call.out);
  put_bulk(call.out, take(*list, end));
  drop_if_empty(call, call.arg(1));
  call.touch(call.arg(1));
}

/// [first, last) of a list, as the two indices of a range mean it.
bool range_of(Call& call, std::size_t size, std::size_t* first,
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

/// The place that an index means; nullopt when it is outside.
std::optional<std::size_t> place_of(std::int64_t index, std::size_t size) {
  const auto count = static_cast<std::int64_t>(size);
  if (index < 0) index += count;
  if (index < 0 || index >= count) return std::nullopt;
  return static_cast<std::size_t>(index);
}

}  // namespace

void lpush_command(Call& call) { push(call, End::left, false); }
void rpush_command(Call& call) { push(call, End::right, false); }
void lpushx_command(Call& call) { push(call, End::left, true); }
void rpushx_command(Call& call) { push(call, End::right, true); }
void lpop_command(Call& call) { pop(call, End::left); }
void rpop_command(Call& call) { pop(call, End::right); }

void llen_command(Call& call) {
  bool wrong = false;
  const ListValue* const list = typed<ListValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  put_integer(call.out, list ? static_cast<std::int64_t>(list->size()) : 0);
}

void lindex_command(Call& call) {
  bool wrong = false;
  const ListValue* const list = typed<ListValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  const std::optional<std::int64_t> index = parse_strict_int(call.arg(2));
  if (!index) return refuse_integer(call.out);
  const auto place = list ? place_of(*index, list->size()) : std::nullopt;
  if (!place) return put_nil(call.out);
  put_bulk(call.out, (*list)[*place]);
}

void lset_command(Call& call) {
  bool wrong = false;
  ListValue* const list = typed<ListValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  if (!list) return put_error(call.out, "ERR no such key");
  const std::optional<std::int64_t> index = parse_strict_int(call.arg(2));
  if (!index) return refuse_integer(call.out);
  const auto place = place_of(*index, list->size());
  if (!place) return put_error(call.out, "ERR index out of range");
  (*list)[*place] = call.arg(3);
  put_status(call.out, "OK");
  call.touch(call.arg(1));
}

void lrange_command(Call& call) {
  bool wrong = false;
  const ListValue* const list = typed<ListValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::size_t first = 0, last = 0;
  if (!range_of(call, list ? list->size() : 0, &first, &last)) return;
  put_array(call.out, last - first);
  for (std::size_t i = first; i < last; ++i) put_bulk(call.out, (*list)[i]);
}

void ltrim_command(Call& call) {
  bool wrong = false;
  ListValue* const list = typed<ListValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::size_t first = 0, last = 0;
  if (!range_of(call, list ? list->size() : 0, &first, &last)) return;
  put_status(call.out, "OK");
  if (!list) return;
  *list = ListValue(list->begin() + static_cast<std::ptrdiff_t>(first),
                    list->begin() + static_cast<std::ptrdiff_t>(last));
  drop_if_empty(call, call.arg(1));
  call.touch(call.arg(1));
}

void lrem_command(Call& call) {
  const std::optional<std::int64_t> count = parse_strict_int(call.arg(2));
  if (!count) return refuse_integer(call.out);
  bool wrong = false;
  ListValue* const list = typed<ListValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  if (!list) return put_integer(call.out, 0);
  if (*count < 0) std::reverse(list->begin(), list->end());
  std::int64_t removed = 0;
  const std::int64_t most = *count < 0 ? -*count : *count;
  std::erase_if(*list, [&](const Bytes& each) {
    const bool goes = each == call.arg(3) && (most == 0 || removed < most);
    removed += goes ? 1 : 0;
    return goes;
  });
  if (*count < 0) std::reverse(list->begin(), list->end());
  drop_if_empty(call, call.arg(1));
  if (removed > 0) call.touch(call.arg(1));
  put_integer(call.out, removed);
}

void linsert_command(Call& call) {
  const bool before = call.is(2, "before");
  if (!before && !call.is(2, "after")) return refuse_syntax(call.out);
  bool wrong = false;
  ListValue* const list = typed<ListValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  if (!list) return put_integer(call.out, 0);
  auto pivot = std::find(list->begin(), list->end(), call.arg(3));
  if (pivot == list->end()) return put_integer(call.out, -1);
  list->insert(before ? pivot : pivot + 1, call.arg(4));
  put_integer(call.out, static_cast<std::int64_t>(list->size()));
  call.touch(call.arg(1));
}

void rpoplpush_command(Call& call) {
  bool wrong = false;
  ListValue* const from = typed<ListValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  if (!from) return put_nil(call.out);
  if (!made<ListValue>(call, call.arg(2))) return;
  const Bytes moved = take(*from, End::right);
  made<ListValue>(call, call.arg(2))->push_front(moved);
  drop_if_empty(call, call.arg(1));
  call.touch(call.arg(1));
  call.touch(call.arg(2));
  put_bulk(call.out, moved);
}

}  // namespace drydock::userland::redis
