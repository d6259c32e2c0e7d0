// keys.cc — commands on keys of any type, and on whole databases.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

namespace {

/// EXPIRE and its kin: the moment, from a base and in a unit.
void expire_at(Call& call, std::int64_t base, std::int64_t unit) {
  const std::optional<std::int64_t> number = parse_strict_int(call.arg(2));
  if (!number) return refuse_integer(call.out);
  Entry* const entry = call.find(call.arg(1));
  if (!entry) return put_integer(call.out, 0);
  const std::int64_t when = base + *number * unit;
  if (when <= call.server.now_ms()) {
    call.server.erase(call.client.database, call.arg(1));
  } else {
    entry->expires = when;
  }
  call.touch(call.arg(1));
  put_integer(call.out, 1);
}

void time_to_live(Call& call, bool milliseconds) {
  const Entry* const entry = call.find(call.arg(1));
  if (!entry) return put_integer(call.out, -2);
  if (!entry->expires) return put_integer(call.out, -1);
  const std::int64_t left =
      std::max<std::int64_t>(*entry->expires - call.server.now_ms(), 0);
  put_integer(call.out, milliseconds ? left : (left + 500) / 1000);
}

/// The number of a database that was typed.
std::optional<int> database_of(const Bytes& text) {
  const std::optional<std::int64_t> number = parse_strict_int(text);
  if (!number || *number < 0 || *number >= kDatabases) return std::nullopt;
  return static_cast<int>(*number);
}

bool rename_key(Call& call, bool only_if_absent) {
  const Bytes from = call.arg(1), to = call.arg(2);
  if (from == to) {
    put_error(call.out, "ERR source and destination objects are the same");
    return false;
  }
  Entry* const entry = call.find(from);
  if (!entry) {
    put_error(call.out, "ERR no such key");
    return false;
  }
  if (only_if_absent && call.find(to)) {
    put_integer(call.out, 0);
    return false;
  }
  Entry moved = std::move(*entry);
  call.server.erase(call.client.database, from);
  call.keys()[to] = std::move(moved);
  call.touch(from);
  call.touch(to);
  return true;
}

std::string_view encoding_of(const Value& value) {
  constexpr std::size_t kSmall = 512;
  if (const auto* const text = std::get_if<StringValue>(&value)) {
    if (parse_strict_int(*text)) return "int";
    return text->size() <= 39 ? "embstr" : "raw";
  }
  if (const auto* const set = std::get_if<SetValue>(&value)) {
    const bool integers = std::ranges::all_of(*set, [](const Bytes& each) {
      return parse_strict_int(each).has_value();
    });
    return integers && set->size() <= kSmall ? "intset" : "hashtable";
  }
  const std::size_t size = std::visit(
      [](const auto& each) { return static_cast<std::size_t>(each.size()); },
      value);
  if (std::holds_alternative<ListValue>(value)) {
    return size <= kSmall ? "ziplist" : "linkedlist";
  }
  const bool sorted = std::holds_alternative<SortedSetValue>(value);
  if (size <= (sorted ? kSmall / 4 : kSmall)) return "ziplist";
  return sorted ? "skiplist" : "hashtable";
}

}  // namespace

void del_command(Call& call) {
  std::int64_t count = 0;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    if (!call.find(call.arg(i))) continue;
    call.server.erase(call.client.database, call.arg(i));
    call.touch(call.arg(i));
    ++count;
  }
  put_integer(call.out, count);
}

void exists_command(Call& call) {
  std::int64_t count = 0;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    if (call.find(call.arg(i))) ++count;
  }
  put_integer(call.out, count);
}

void expire_command(Call& call) { expire_at(call, call.server.now_ms(), 1000); }
void pexpire_command(Call& call) { expire_at(call, call.server.now_ms(), 1); }
void expireat_command(Call& call) { expire_at(call, 0, 1000); }
void pexpireat_command(Call& call) { expire_at(call, 0, 1); }
void ttl_command(Call& call) { time_to_live(call, false); }
void pttl_command(Call& call) { time_to_live(call, true); }

void persist_command(Call& call) {
  Entry* const entry = call.find(call.arg(1));
  if (!entry || !entry->expires) return put_integer(call.out, 0);
  entry->expires.reset();
  call.touch(call.arg(1));
  put_integer(call.out, 1);
}

void type_command(Call& call) {
  const Entry* const entry = call.find(call.arg(1));
  put_status(call.out, entry ? type_name(entry->value) : "none");
}

void keys_command(Call& call) {
  call.server.expire_all(call.client.database);
  List found;
  for (const auto& [key, entry] : call.keys()) {
    if (glob_match(call.arg(1), key)) found.push_back(key);
  }
  put_array(call.out, found.size());
  for (const Bytes& key : found) put_bulk(call.out, key);
}

void answer_scan(Call& call, std::size_t first_argument,
                 const std::vector<List>& rows) {
  const std::optional<std::int64_t> cursor =
      parse_strict_int(call.arg(first_argument));
  if (!cursor || *cursor < 0) return put_error(call.out, "ERR invalid cursor");
  std::size_t count = 10;
  Bytes pattern = "*";
  for (std::size_t i = first_argument + 1; i < call.argv.size(); i += 2) {
    if (i + 1 >= call.argv.size()) return refuse_syntax(call.out);
    if (call.is(i, "match")) {
      pattern = call.arg(i + 1);
    } else if (call.is(i, "count")) {
      const std::optional<std::int64_t> typed =
          parse_strict_int(call.arg(i + 1));
      if (!typed) return refuse_integer(call.out);
      if (*typed < 1) return refuse_syntax(call.out);
      count = static_cast<std::size_t>(*typed);
    } else {
      return refuse_syntax(call.out);
    }
  }
  const auto first = static_cast<std::size_t>(*cursor);
  const std::size_t last = std::min(rows.size(), first + count);
  List found;
  for (std::size_t i = first; i < last; ++i) {
    if (!glob_match(pattern, rows[i].front())) continue;
    found.insert(found.end(), rows[i].begin(), rows[i].end());
  }
  put_array(call.out, 2);
  put_bulk(call.out, last < rows.size() ? std::to_string(last) : "0");
  put_array(call.out, found.size());
  for (const Bytes& each : found) put_bulk(call.out, each);
}

void scan_command(Call& call) {
  call.server.expire_all(call.client.database);
  std::vector<List> rows;
  for (const auto& [key, entry] : call.keys()) rows.push_back({key});
  answer_scan(call, 1, rows);
}

void randomkey_command(Call& call) {
  call.server.expire_all(call.client.database);
  if (call.keys().empty()) return put_nil(call.out);
  const std::uint64_t steps = call.server.self.random() % call.keys().size();
  auto at = call.keys().begin();
  std::advance(at, static_cast<std::ptrdiff_t>(steps));
  put_bulk(call.out, at->first);
}

void rename_command(Call& call) {
  if (rename_key(call, false)) put_status(call.out, "OK");
}
void renamenx_command(Call& call) {
  if (rename_key(call, true)) put_integer(call.out, 1);
}

void move_command(Call& call) {
  const std::optional<int> target = database_of(call.arg(2));
  if (!target) return put_error(call.out, "ERR index out of range");
  if (*target == call.client.database) {
    return put_error(call.out,
                     "ERR source and destination objects are the same");
  }
  Entry* const entry = call.find(call.arg(1));
  if (!entry || call.server.find(*target, call.arg(1))) {
    return put_integer(call.out, 0);
  }
  Entry moved = std::move(*entry);
  call.server.erase(call.client.database, call.arg(1));
  call.server.databases[static_cast<std::size_t>(*target)][call.arg(1)] =
      std::move(moved);
  call.touch(call.arg(1));
  call.server.touch(*target, call.arg(1));
  put_integer(call.out, 1);
}

void select_command(Call& call) {
  if (!parse_strict_int(call.arg(1))) {
    return put_error(call.out, "ERR invalid DB index");
  }
  const std::optional<int> target = database_of(call.arg(1));
  if (!target) return put_error(call.out, "ERR invalid DB index");
  call.client.database = *target;
  put_status(call.out, "OK");
}

void dbsize_command(Call& call) {
  call.server.expire_all(call.client.database);
  put_integer(call.out, static_cast<std::int64_t>(call.keys().size()));
}

void flushdb_command(Call& call) {
  List keys;
  for (const auto& [key, entry] : call.keys()) keys.push_back(key);
  call.keys().clear();
  for (const Bytes& key : keys) call.touch(key);
  ++call.server.dirty;
  put_status(call.out, "OK");
}

void flushall_command(Call& call) {
  for (int number = 0; number < kDatabases; ++number) {
    Database& database =
        call.server.databases[static_cast<std::size_t>(number)];
    List keys;
    for (const auto& [key, entry] : database) keys.push_back(key);
    database.clear();
    for (const Bytes& key : keys) call.server.touch(number, key);
  }
  ++call.server.dirty;
  put_status(call.out, "OK");
}

void object_command(Call& call) {
  const bool known = call.argv.size() == 3 &&
                     (call.is(1, "encoding") || call.is(1, "refcount") ||
                      call.is(1, "idletime"));
  if (!known) {
    return put_error(
        call.out, "ERR Syntax error. Try OBJECT (refcount|encoding|idletime)");
  }
  const Entry* const entry = call.find(call.arg(2));
  if (!entry) return put_nil(call.out);
  if (call.is(1, "encoding")) {
    return put_bulk(call.out, encoding_of(entry->value));
  }
  if (call.is(1, "refcount")) return put_integer(call.out, 1);
  put_error(call.out, "ERR drydock: 'object idletime' is not modelled");
}

}  // namespace drydock::userland::redis
