// datum.h — one value of a row, and the types that columns can have.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/time.h"

namespace drydock::userland::postgres {

enum class SqlType : std::uint8_t {
  unknown,  // A literal in quotes, before anybody needs it.
  boolean,
  smallint,
  integer,
  bigint,
  numeric,
  real,
  text,
  varchar,
  timestamp,
  date,
};

/// "integer", "character varying".
std::string_view name_of(SqlType type);
/// The type of that name ("int4", "varchar", "serial"); nullopt: none.
std::optional<SqlType> type_named(std::string_view name);
bool is_number(SqlType type);
/// Integers are right-aligned, as all numbers, in psql's tables.
bool is_integer(SqlType type);

/// NULL, or a value.  Numbers that have a scale are kept as
/// number / 10^scale.
struct Datum {
  SqlType type = SqlType::unknown;
  bool null = true;
  std::int64_t number = 0;
  int scale = 0;
  std::string text;

  static Datum of(std::int64_t n, SqlType type = SqlType::integer);
  static Datum of_text(std::string text, SqlType type = SqlType::text);
  static Datum of_boolean(bool truth);

  /// As the server sends it: "t", "12.50", "2015-10-12 08:00:00".
  std::string shown() const;
};

/// -1, 0, 1; neither is null.
int compare(const Datum& a, const Datum& b);

/// The value as another type: 22P02 "invalid input syntax for integer: \"x\"".
Result<Datum> convert(const Datum& value, SqlType to);

/// "12.50" as a numeric.
std::optional<Datum> parse_numeric(std::string_view text);

}  // namespace drydock::userland::postgres
