// sql.h — the SQL that is modelled, as a tree.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/userland/services/postgres/datum.h"

namespace drydock::userland::postgres {

/// What the server answers instead of rows.
struct SqlError {
  std::string code = "42601";  // SQLSTATE: a syntax error.
  std::string message;
  std::int64_t position = 0;  // Of the character, from 1; 0: none.
};
template <typename T>
using SqlResult = Result<T, SqlError>;

enum class ExprKind { literal, column, unary, binary, call, in, is_null, cast };

struct SqlExpr;
using SqlExprRef = std::shared_ptr<const SqlExpr>;

struct SqlExpr {
  ExprKind kind = ExprKind::literal;
  std::string op;     // "+", "and", "like"; a function's name.
  std::string table;  // Of a column, when it is named.
  Datum value;
  bool negated = false, star = false, distinct = false;  // count(*)
  SqlType type = SqlType::unknown;                       // Of a cast.
  std::vector<SqlExprRef> arguments;
  std::int64_t position = 0;
};

struct SqlColumn {
  std::string name;
  SqlType type = SqlType::text;
  std::string shown_type;  // "character varying(20)"
  std::int64_t limit = 0;  // Of varchar(n).
  int scale = -1;          // Of numeric(p, s).
  bool not_null = false, unique = false, primary = false, serial = false;
  SqlExprRef standard;
  std::string standard_text;
};

struct SelectItem {
  SqlExprRef expr;  // Null: *.
  std::string name;
  std::string table;  // Of "t.*".
};

struct FromItem {
  std::string table, alias;
  SqlExprRef on;  // Null: the first, or a cross join.
  bool left = false;
  std::int64_t position = 0;
};

struct OrderItem {
  SqlExprRef expr;
  bool down = false;
};

enum class SqlKind {
  empty,
  select,
  insert,
  update,
  remove,
  create_table,
  drop_table,
  truncate,
  create_database,
  drop_database,
  create_role,
  drop_role,
  alter_role,
  begin,
  commit,
  rollback,
  show,
};

struct Statement {
  SqlKind kind = SqlKind::empty;
  std::string name, tag;      // "CREATE TABLE"
  std::int64_t position = 0;  // Of the name, where it is looked up.
  bool if_exists = false;
  std::vector<SqlColumn> columns;
  std::vector<std::string> names;  // Of the columns of INSERT.
  std::vector<std::vector<SqlExprRef>> rows;
  std::vector<std::pair<std::string, SqlExprRef>> assignments;
  std::vector<SelectItem> items;  // Of RETURNING, too.
  std::vector<FromItem> from;
  SqlExprRef where, having;
  std::vector<SqlExprRef> group_by;
  std::vector<OrderItem> order;
  std::optional<std::int64_t> limit, offset;
  bool distinct = false;
  std::optional<std::string> password, owner;
  bool superuser = false;
};

/// One or more statements, parted by ';'.
SqlResult<std::vector<Statement>> parse_sql(std::string_view text);

/// Where the next statement of a script ends: behind its ';', or npos.
std::size_t end_of_statement(std::string_view text);

}  // namespace drydock::userland::postgres
