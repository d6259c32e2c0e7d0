// datum.cc — values as text, in order, and from one type to another.

#include "sim/userland/services/postgres/datum.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/base/text.h"

namespace drydock::userland::postgres {

namespace {

struct TypeRow {
  std::string_view name;
  SqlType type;
};
// clang-format off
constexpr std::array kNames = {
    TypeRow{"bigint", SqlType::bigint},       TypeRow{"bigserial", SqlType::bigint},
    TypeRow{"bool", SqlType::boolean},        TypeRow{"boolean", SqlType::boolean},
    TypeRow{"char", SqlType::varchar},        TypeRow{"character", SqlType::varchar},
    TypeRow{"character varying", SqlType::varchar}, TypeRow{"date", SqlType::date},
    TypeRow{"decimal", SqlType::numeric},     TypeRow{"int", SqlType::integer},
    TypeRow{"int2", SqlType::smallint},       TypeRow{"int4", SqlType::integer},
    TypeRow{"int8", SqlType::bigint},         TypeRow{"integer", SqlType::integer},
    TypeRow{"numeric", SqlType::numeric},     TypeRow{"serial", SqlType::integer},
    TypeRow{"smallint", SqlType::smallint},   TypeRow{"text", SqlType::text},
    TypeRow{"timestamp", SqlType::timestamp}, TypeRow{"varchar", SqlType::varchar},
};
// clang-format on

std::int64_t power_of_ten(int n) {
  std::int64_t power = 1;
  while (n-- > 0) power *= 10;
  return power;
}

Error bad_input(SqlType type, const std::string& text) {
  return Error{
      fmt::format("invalid input syntax for {}: \"{}\"", name_of(type), text)};
}

Result<Datum> from_text(const std::string& given, SqlType to) {
  const std::string text(trim(given));
  Datum out;
  out.type = to;
  out.null = false;
  out.text = given;
  if (to == SqlType::boolean) {
    static const List kYes = {"t", "true", "y", "yes", "on", "1"};
    static const List kNo = {"f", "false", "n", "no", "off", "0"};
    const std::string word = lower(text);
    const bool yes = std::ranges::find(kYes, word) != kYes.end();
    if (!yes && std::ranges::find(kNo, word) == kNo.end()) {
      return bad_input(to, given);
    }
    return Datum::of_boolean(yes);
  }
  if (is_integer(to)) {
    const auto number = parse_int(text);
    if (!number) return bad_input(to, given);
    return convert(Datum::of(*number, SqlType::bigint), to);
  }
  if (to == SqlType::numeric || to == SqlType::real) {
    const auto number = parse_numeric(text);
    if (!number) return bad_input(to, given);
    return *number;
  }
  if (to == SqlType::timestamp || to == SqlType::date) {
    std::string iso = replace_all(text, " ", "T");
    if (iso.find('T') == iso.npos) iso += "T00:00:00";
    const auto time = parse_rfc3339(iso + "Z");
    if (!time) return bad_input(to, given);
    out.text.clear();
    out.number = time->since_epoch;
    if (to == SqlType::date) {
      out.number -= out.number % (86400 * kSecond);
    }
  }
  return out;
}

}  // namespace

std::string_view name_of(SqlType type) {
  switch (type) {
    case SqlType::boolean:
      return "boolean";
    case SqlType::smallint:
      return "smallint";
    case SqlType::integer:
      return "integer";
    case SqlType::bigint:
      return "bigint";
    case SqlType::numeric:
      return "numeric";
    case SqlType::real:
      return "double precision";
    case SqlType::text:
      return "text";
    case SqlType::varchar:
      return "character varying";
    case SqlType::timestamp:
      return "timestamp without time zone";
    case SqlType::date:
      return "date";
    case SqlType::unknown:
      break;
  }
  return "unknown";
}

std::optional<SqlType> type_named(std::string_view name) {
  for (const TypeRow& row : kNames) {
    if (row.name == name) return row.type;
  }
  return std::nullopt;
}

bool is_integer(SqlType type) {
  return type == SqlType::smallint || type == SqlType::integer ||
         type == SqlType::bigint;
}

bool is_number(SqlType type) {
  return is_integer(type) || type == SqlType::numeric || type == SqlType::real;
}

Datum Datum::of(std::int64_t n, SqlType type) {
  Datum out;
  out.type = type;
  out.null = false;
  out.number = n;
  return out;
}

Datum Datum::of_text(std::string text, SqlType type) {
  Datum out;
  out.type = type;
  out.null = false;
  out.text = std::move(text);
  return out;
}

Datum Datum::of_boolean(bool truth) {
  return of(truth ? 1 : 0, SqlType::boolean);
}

std::string Datum::shown() const {
  if (null) return "";
  if (type == SqlType::boolean) return number ? "t" : "f";
  if (type == SqlType::timestamp) {
    std::string stamp = format_time(Time{number}, "%Y-%m-%d %H:%M:%S");
    const std::int64_t micros = number % kSecond / 1000;
    if (micros == 0) return stamp;
    stamp += fmt::format(".{:06}", micros);
    while (stamp.back() == '0') stamp.pop_back();
    return stamp;
  }
  if (type == SqlType::date) return format_time(Time{number}, "%Y-%m-%d");
  if (!is_number(type)) return text;
  if (scale == 0) return fmt::format("{}", number);
  const std::int64_t power = power_of_ten(scale);
  const std::int64_t whole = number / power, rest = number % power;
  return fmt::format("{}{}.{:0{}}", number < 0 ? "-" : "",
                     whole < 0 ? -whole : whole, rest < 0 ? -rest : rest,
                     scale);
}

std::optional<Datum> parse_numeric(std::string_view text) {
  Datum out;
  out.type = SqlType::numeric;
  out.null = false;
  const std::size_t dot = text.find('.');
  std::string digits(text);
  if (dot != text.npos) {
    digits.erase(dot, 1);
    out.scale = static_cast<int>(text.size() - dot - 1);
  }
  const auto number = parse_int(digits);
  if (!number || out.scale > 17) return std::nullopt;
  out.number = *number;
  return out;
}

int compare(const Datum& a, const Datum& b) {
  if (is_number(a.type) && is_number(b.type)) {
    using Wide = __int128;
    const Wide x = Wide{a.number} * power_of_ten(b.scale);
    const Wide y = Wide{b.number} * power_of_ten(a.scale);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const bool timed = a.type == SqlType::boolean ||
                     a.type == SqlType::timestamp || a.type == SqlType::date;
  if (timed) return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
  const int order = a.text.compare(b.text);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

Result<Datum> convert(const Datum& value, SqlType to) {
  if (value.type == to || to == SqlType::unknown) return value;
  if (value.null) {
    Datum null;
    null.type = to;
    return null;
  }
  const bool to_text = to == SqlType::text || to == SqlType::varchar;
  if (to_text) return Datum::of_text(value.shown(), to);
  const bool from_string = value.type == SqlType::unknown ||
                           value.type == SqlType::text ||
                           value.type == SqlType::varchar;
  if (from_string) return from_text(value.text, to);
  Datum out = value;
  out.type = to;
  if (is_integer(to) && is_number(value.type)) {
    const std::int64_t power = power_of_ten(value.scale);
    const std::int64_t half = value.number < 0 ? -power / 2 : power / 2;
    out.number = value.scale ? (value.number + half) / power : value.number;
    out.scale = 0;
    const std::int64_t most = to == SqlType::smallint  ? INT16_MAX
                              : to == SqlType::integer ? INT32_MAX
                                                       : INT64_MAX;
    if (out.number > most || out.number < -most - 1) {
      return Error{fmt::format("{} out of range", name_of(to))};
    }
    return out;
  }
  if (is_number(to) && is_number(value.type)) return out;
  const bool clock = value.type == SqlType::timestamp && to == SqlType::date;
  if (clock) {
    out.number -= out.number % (86400 * kSecond);
    return out;
  }
  if (value.type == SqlType::date && to == SqlType::timestamp) return out;
  return Error{fmt::format("cannot cast type {} to {}", name_of(value.type),
                           name_of(to))};
}

}  // namespace drydock::userland::postgres
