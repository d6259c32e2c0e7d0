// hashes.cc — commands on hashes.

#include <limits>

#include <fmt/format.h>

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

namespace {

void put_bulk_or_nil(Bytes& out, const Bytes* text) {
  if (text) {
    put_bulk(out, *text);
  } else {
    put_nil(out);
  }
}

void tell_all(Call& call, bool fields, bool values) {
  bool wrong = false;
  const HashValue* const hash = typed<HashValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  const std::size_t each = (fields ? 1U : 0U) + (values ? 1U : 0U);
  put_array(call.out, hash ? hash->size() * each : 0);
  if (!hash) return;
  for (const auto& [field, value] : hash->rows()) {
    if (fields) put_bulk(call.out, field);
    if (values) put_bulk(call.out, value);
  }
}

}  // namespace

void hset_command(Call& call) {
  HashValue* const hash = made<HashValue>(call, call.arg(1));
  if (!hash) return;
  put_integer(call.out, hash->set(call.arg(2), call.arg(3)) ? 1 : 0);
  call.touch(call.arg(1));
}

void hsetnx_command(Call& call) {
  HashValue* const hash = made<HashValue>(call, call.arg(1));
  if (!hash) return;
  if (hash->find(call.arg(2))) return put_integer(call.out, 0);
  hash->set(call.arg(2), call.arg(3));
  put_integer(call.out, 1);
  call.touch(call.arg(1));
}

void hmset_command(Call& call) {
  if (call.argv.size() % 2 != 0) {
    return put_error(call.out, "ERR wrong number of arguments for HMSET");
  }
  HashValue* const hash = made<HashValue>(call, call.arg(1));
  if (!hash) return;
  for (std::size_t i = 2; i < call.argv.size(); i += 2) {
    hash->set(call.arg(i), call.arg(i + 1));
  }
  put_status(call.out, "OK");
  call.touch(call.arg(1));
}

void hget_command(Call& call) {
  bool wrong = false;
  const HashValue* const hash = typed<HashValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  put_bulk_or_nil(call.out, hash ? hash->find(call.arg(2)) : nullptr);
}

void hmget_command(Call& call) {
  bool wrong = false;
  const HashValue* const hash = typed<HashValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  put_array(call.out, call.argv.size() - 2);
  for (std::size_t i = 2; i < call.argv.size(); ++i) {
    put_bulk_or_nil(call.out, hash ? hash->find(call.arg(i)) : nullptr);
  }
}

void hdel_command(Call& call) {
  bool wrong = false;
  HashValue* const hash = typed<HashValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::int64_t removed = 0;
  for (std::size_t i = 2; hash && i < call.argv.size(); ++i) {
    if (hash->erase(call.arg(i))) ++removed;
  }
  drop_if_empty(call, call.arg(1));
  if (removed > 0) call.touch(call.arg(1));
  put_integer(call.out, removed);
}

void hexists_command(Call& call) {
  bool wrong = false;
  const HashValue* const hash = typed<HashValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  put_integer(call.out, hash && hash->find(call.arg(2)) ? 1 : 0);
}

void hlen_command(Call& call) {
  bool wrong = false;
  const HashValue* const hash = typed<HashValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  put_integer(call.out, hash ? static_cast<std::int64_t>(hash->size()) : 0);
}

void hgetall_command(Call& call) { tell_all(call, true, true); }
void hkeys_command(Call& call) { tell_all(call, true, false); }
void hvals_command(Call& call) { tell_all(call, false, true); }

void hincrby_command(Call& call) {
  const std::optional<std::int64_t> amount = parse_strict_int(call.arg(3));
  if (!amount) return refuse_integer(call.out);
  bool wrong = false;
  const HashValue* const present = typed<HashValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  const Bytes* const text = present ? present->find(call.arg(2)) : nullptr;
  const std::optional<std::int64_t> number =
      text ? parse_strict_int(*text) : std::int64_t{0};
  if (!number) {
    return put_error(call.out, "ERR hash value is not an integer");
  }
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const bool overflows = (*amount > 0 && *number > kMax - *amount) ||
                         (*amount < 0 && *number < kMin - *amount);
  if (overflows) {
    return put_error(call.out, "ERR increment or decrement would overflow");
  }
  made<HashValue>(call, call.arg(1))
      ->set(call.arg(2), std::to_string(*number + *amount));
  put_integer(call.out, *number + *amount);
  call.touch(call.arg(1));
}

void hincrbyfloat_command(Call& call) {
  const std::optional<double> amount = parse_double(call.arg(3));
  if (!amount) return put_error(call.out, "ERR value is not a valid float");
  bool wrong = false;
  const HashValue* const present = typed<HashValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  const Bytes* const text = present ? present->find(call.arg(2)) : nullptr;
  const std::optional<double> number = text ? parse_double(*text) : 0.0;
  if (!number) {
    return put_error(call.out, "ERR hash value is not a valid float");
  }
  const Bytes sum = fmt::format("{:.15g}", *number + *amount);
  made<HashValue>(call, call.arg(1))->set(call.arg(2), sum);
  put_bulk(call.out, sum);
  call.touch(call.arg(1));
}

void hscan_command(Call& call) {
  bool wrong = false;
  const HashValue* const hash = typed<HashValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::vector<List> rows;
  if (hash) {
    for (const auto& [field, value] : hash->rows()) {
      rows.push_back({field, value});
    }
  }
  answer_scan(call, 2, rows);
}

}  // namespace drydock::userland::redis
