// strings.cc — commands on strings.

#include <bit>
#include <limits>

#include <fmt/format.h>

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

namespace {

constexpr std::size_t kStringMax = std::size_t{512} << 20;

void put(Call& call, const Bytes& key, Bytes text,
         std::optional<std::int64_t> expires = std::nullopt) {
  Entry entry;
  entry.value = std::move(text);
  entry.expires = expires;
  call.keys()[key] = std::move(entry);
  call.touch(key);
}

/// When a span that was typed ends; nullopt when it was refused.
std::optional<std::int64_t> end_of(Call& call, const Bytes& text,
                                   std::int64_t unit, std::string_view name) {
  const std::optional<std::int64_t> span = parse_strict_int(text);
  if (!span) {
    refuse_integer(call.out);
    return std::nullopt;
  }
  if (*span <= 0) {
    put_error(call.out, fmt::format("ERR invalid expire time in {}", name));
    return std::nullopt;
  }
  return call.server.now_ms() + *span * unit;
}

/// What SET's words after the value ask for.
struct SetWishes {
  bool if_absent = false, if_present = false, bad = false, answered = false;
  std::optional<std::int64_t> expires;
};

SetWishes set_wishes(Call& call) {
  SetWishes wishes;
  for (std::size_t i = 3; i < call.argv.size() && !wishes.answered; ++i) {
    if (call.is(i, "nx") && !wishes.if_present) {
      wishes.if_absent = true;
    } else if (call.is(i, "xx") && !wishes.if_absent) {
      wishes.if_present = true;
    } else if ((call.is(i, "ex") || call.is(i, "px")) && !wishes.expires &&
               i + 1 < call.argv.size()) {
      const std::int64_t unit = call.is(i, "ex") ? 1000 : 1;
      wishes.expires = end_of(call, call.arg(++i), unit, "set");
      wishes.answered = !wishes.expires;
    } else {
      refuse_syntax(call.out);
      wishes.answered = true;
    }
  }
  return wishes;
}

void change_by(Call& call, std::int64_t amount) {
  const Bytes& key = call.arg(1);
  bool wrong = false;
  const Bytes* const text = typed<StringValue>(call, key, &wrong);
  if (wrong) return;
  const std::optional<std::int64_t> number =
      text ? parse_strict_int(*text) : std::int64_t{0};
  if (!number) return refuse_integer(call.out);
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const bool overflows = (amount > 0 && *number > kMax - amount) ||
                         (amount < 0 && *number < kMin - amount);
  if (overflows) {
    return put_error(call.out, "ERR increment or decrement would overflow");
  }
  const Entry* const entry = call.find(key);
  put(call, key, std::to_string(*number + amount),
      entry ? entry->expires : std::nullopt);
  put_integer(call.out, *number + amount);
}

void change_by_argument(Call& call, int sign) {
  const std::optional<std::int64_t> amount = parse_strict_int(call.arg(2));
  if (!amount) return refuse_integer(call.out);
  if (sign < 0 && *amount == std::numeric_limits<std::int64_t>::min()) {
    return put_error(call.out, "ERR decrement would overflow");
  }
  change_by(call, sign * *amount);
}

void set_expiring(Call& call, std::int64_t unit, std::string_view name) {
  const auto expires = end_of(call, call.arg(2), unit, name);
  if (!expires) return;
  put(call, call.arg(1), call.arg(3), expires);
  put_status(call.out, "OK");
}

/// [first, last] of a string or list of this size, as negative indices mean.
bool bounds(std::int64_t& first, std::int64_t& last, std::int64_t size) {
  if (first < 0) first += size;
  if (last < 0) last += size;
  first = std::max<std::int64_t>(first, 0);
  last = std::min(std::max<std::int64_t>(last, 0), size - 1);
  return size > 0 && first <= last;
}

/// A string grown to at least this size, to be changed in place.
Bytes* grown(Call& call, const Bytes& key, std::size_t size) {
  Bytes* const text = made<StringValue>(call, key);
  if (text && text->size() < size) text->resize(size, '\0');
  return text;
}

}  // namespace

void get_command(Call& call) {
  bool wrong = false;
  const Bytes* const text = typed<StringValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  ++(text ? call.server.hits : call.server.misses);
  if (!text) return put_nil(call.out);
  put_bulk(call.out, *text);
}

void set_command(Call& call) {
  const SetWishes wishes = set_wishes(call);
  if (wishes.answered) return;
  const bool present = call.find(call.arg(1)) != nullptr;
  const bool refused =
      (wishes.if_absent && present) || (wishes.if_present && !present);
  if (refused) return put_nil(call.out);
  put(call, call.arg(1), call.arg(2), wishes.expires);
  put_status(call.out, "OK");
}

void setnx_command(Call& call) {
  if (call.find(call.arg(1))) return put_integer(call.out, 0);
  put(call, call.arg(1), call.arg(2));
  put_integer(call.out, 1);
}

void setex_command(Call& call) { set_expiring(call, 1000, "setex"); }
void psetex_command(Call& call) { set_expiring(call, 1, "psetex"); }

void getset_command(Call& call) {
  bool wrong = false;
  const Bytes* const text = typed<StringValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  if (text) {
    put_bulk(call.out, *text);
  } else {
    put_nil(call.out);
  }
  put(call, call.arg(1), call.arg(2));
}

void append_command(Call& call) {
  Bytes* const text = made<StringValue>(call, call.arg(1));
  if (!text) return;
  if (text->size() + call.arg(2).size() > kStringMax) {
    return put_error(call.out,
                     "ERR string exceeds maximum allowed size (512MB)");
  }
  *text += call.arg(2);
  put_integer(call.out, static_cast<std::int64_t>(text->size()));
  call.touch(call.arg(1));
}

void strlen_command(Call& call) {
  bool wrong = false;
  const Bytes* const text = typed<StringValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  put_integer(call.out, text ? static_cast<std::int64_t>(text->size()) : 0);
}

void getrange_command(Call& call) {
  std::optional<std::int64_t> first = parse_strict_int(call.arg(2));
  std::optional<std::int64_t> last = parse_strict_int(call.arg(3));
  if (!first || !last) return refuse_integer(call.out);
  bool wrong = false;
  const Bytes* const text = typed<StringValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  const bool backwards = *first < 0 && *last < 0 && *first > *last;
  const auto size = text ? static_cast<std::int64_t>(text->size()) : 0;
  if (backwards || !bounds(*first, *last, size)) return put_bulk(call.out, "");
  put_bulk(call.out,
           text->substr(static_cast<std::size_t>(*first),
                        static_cast<std::size_t>(*last - *first) + 1));
}

void setrange_command(Call& call) {
  const std::optional<std::int64_t> offset = parse_strict_int(call.arg(2));
  if (!offset) return refuse_integer(call.out);
  if (*offset < 0) return put_error(call.out, "ERR offset is out of range");
  const Bytes& piece = call.arg(3);
  const std::size_t end = static_cast<std::size_t>(*offset) + piece.size();
  if (end > kStringMax) {
    return put_error(call.out,
                     "ERR string exceeds maximum allowed size (512MB)");
  }
  if (piece.empty()) return strlen_command(call);
  Bytes* const text = grown(call, call.arg(1), end);
  if (!text) return;
  text->replace(static_cast<std::size_t>(*offset), piece.size(), piece);
  put_integer(call.out, static_cast<std::int64_t>(text->size()));
  call.touch(call.arg(1));
}

void getbit_command(Call& call) {
  const std::optional<std::int64_t> at = parse_strict_int(call.arg(2));
  if (!at || *at < 0) {
    return put_error(call.out,
                     "ERR bit offset is not an integer or out of range");
  }
  bool wrong = false;
  const Bytes* const text = typed<StringValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  const auto byte = static_cast<std::size_t>(*at / 8);
  const bool set =
      text && byte < text->size() && ((*text)[byte] >> (7 - *at % 8) & 1) != 0;
  put_integer(call.out, set ? 1 : 0);
}

void setbit_command(Call& call) {
  const std::optional<std::int64_t> at = parse_strict_int(call.arg(2));
  const bool in_range =
      at && *at >= 0 && *at / 8 < static_cast<std::int64_t>(kStringMax);
  if (!in_range) {
    return put_error(call.out,
                     "ERR bit offset is not an integer or out of range");
  }
  if (call.arg(3) != "0" && call.arg(3) != "1") {
    return put_error(call.out, "ERR bit is not an integer or out of range");
  }
  const auto byte = static_cast<std::size_t>(*at / 8);
  Bytes* const text = grown(call, call.arg(1), byte + 1);
  if (!text) return;
  const int mask = 1 << (7 - *at % 8);
  const int before = static_cast<unsigned char>((*text)[byte]);
  const int after = call.arg(3) == "1" ? before | mask : before & ~mask;
  (*text)[byte] = static_cast<char>(after);
  put_integer(call.out, (before & mask) != 0 ? 1 : 0);
  call.touch(call.arg(1));
}

void bitcount_command(Call& call) {
  std::optional<std::int64_t> first = 0, last = -1;
  if (call.argv.size() == 4) {
    first = parse_strict_int(call.arg(2));
    last = parse_strict_int(call.arg(3));
    if (!first || !last) return refuse_integer(call.out);
  } else if (call.argv.size() != 2) {
    return refuse_syntax(call.out);
  }
  bool wrong = false;
  const Bytes* const text = typed<StringValue>(call, call.arg(1), &wrong);
  if (wrong) return;
  std::int64_t count = 0;
  const auto size = text ? static_cast<std::int64_t>(text->size()) : 0;
  if (bounds(*first, *last, size)) {
    for (std::int64_t i = *first; i <= *last; ++i) {
      const auto byte =
          static_cast<unsigned char>((*text)[static_cast<std::size_t>(i)]);
      count += std::popcount(byte);
    }
  }
  put_integer(call.out, count);
}

void incr_command(Call& call) { change_by(call, 1); }
void decr_command(Call& call) { change_by(call, -1); }
void incrby_command(Call& call) { change_by_argument(call, 1); }
void decrby_command(Call& call) { change_by_argument(call, -1); }

void incrbyfloat_command(Call& call) {
  const Bytes& key = call.arg(1);
  bool wrong = false;
  const Bytes* const text = typed<StringValue>(call, key, &wrong);
  if (wrong) return;
  const std::optional<double> number = text ? parse_double(*text) : 0.0;
  const std::optional<double> amount = parse_double(call.arg(2));
  if (!number || !amount) {
    return put_error(call.out, "ERR value is not a valid float");
  }
  const Bytes sum = fmt::format("{:.15g}", *number + *amount);
  const Entry* const entry = call.find(key);
  put(call, key, sum, entry ? entry->expires : std::nullopt);
  put_bulk(call.out, sum);
}

void mget_command(Call& call) {
  put_array(call.out, call.argv.size() - 1);
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const Entry* const entry = call.find(call.arg(i));
    const Bytes* const text =
        entry ? std::get_if<StringValue>(&entry->value) : nullptr;
    if (text) {
      put_bulk(call.out, *text);
    } else {
      put_nil(call.out);
    }
  }
}

void mset_command(Call& call) {
  if (call.argv.size() % 2 == 0) {
    return put_error(call.out, "ERR wrong number of arguments for MSET");
  }
  for (std::size_t i = 1; i < call.argv.size(); i += 2) {
    put(call, call.arg(i), call.arg(i + 1));
  }
  put_status(call.out, "OK");
}

void msetnx_command(Call& call) {
  if (call.argv.size() % 2 == 0) {
    return put_error(call.out, "ERR wrong number of arguments for MSET");
  }
  for (std::size_t i = 1; i < call.argv.size(); i += 2) {
    if (call.find(call.arg(i))) return put_integer(call.out, 0);
  }
  for (std::size_t i = 1; i < call.argv.size(); i += 2) {
    put(call, call.arg(i), call.arg(i + 1));
  }
  put_integer(call.out, 1);
}

}  // namespace drydock::userland::redis
