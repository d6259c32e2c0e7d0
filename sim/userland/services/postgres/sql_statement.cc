// sql_statement.cc — statements of SQL.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/base/text.h"
#include "sim/userland/services/postgres/sql_parser.h"

namespace drydock::userland::postgres {

bool SqlParser::at_word(std::string_view word) const {
  return token().kind == SqlToken::Kind::word && token().text == word;
}
bool SqlParser::at_sign(std::string_view sign) const {
  return token().kind == SqlToken::Kind::op && token().text == sign;
}
bool SqlParser::take_word(std::string_view word) {
  if (!at_word(word)) return false;
  ++at_;
  return true;
}
bool SqlParser::take_sign(std::string_view sign) {
  if (!at_sign(sign)) return false;
  ++at_;
  return true;
}
bool SqlParser::expect_word(std::string_view word) {
  if (!take_word(word)) fail();
  return !error_;
}
bool SqlParser::expect_sign(std::string_view sign) {
  if (!take_sign(sign)) fail();
  return !error_;
}

void SqlParser::fail() {
  if (error_) return;
  const bool end = token().kind == SqlToken::Kind::end;
  error_ = SqlError{
      "42601",
      end ? "syntax error at end of input"
          : fmt::format("syntax error at or near \"{}\"", token().shown),
      token().position};
  at_ = tokens_.size() - 1;
}

void SqlParser::refuse(std::string_view what) {
  if (error_) return;
  error_ = SqlError{
      "0A000", fmt::format("drydock: this SQL is not modelled: {}", what), 0};
  at_ = tokens_.size() - 1;
}

std::string SqlParser::name() {
  static constexpr std::array<std::string_view, 12> kReserved = {
      "select", "from", "where",  "order", "group", "limit",
      "table",  "into", "values", "on",    "join",  "as"};
  const bool reserved = token().kind == SqlToken::Kind::word &&
                        std::find(kReserved.begin(), kReserved.end(),
                                  token().text) != kReserved.end();
  if ((token().kind != SqlToken::Kind::word &&
       token().kind != SqlToken::Kind::quoted) ||
      reserved) {
    fail();
    return "";
  }
  return tokens_[at_++].text;
}

SqlResult<std::vector<Statement>> SqlParser::run() {
  std::vector<Statement> all;
  while (token().kind != SqlToken::Kind::end && !error_) {
    if (take_sign(";")) continue;
    all.push_back(statement());
    if (token().kind != SqlToken::Kind::end && !at_sign(";")) fail();
  }
  if (error_) return *error_;
  return all;
}

Statement SqlParser::statement() {
  Statement out;
  if (at_word("select")) return select();
  if (take_word("insert")) return insert();
  if (take_word("update")) return update();
  if (take_word("delete")) return remove();
  if (take_word("create")) return create();
  if (take_word("drop")) return drop();
  if (take_word("alter")) {
    if (take_word("user") || take_word("role")) {
      return create_role("ALTER ROLE", SqlKind::alter_role);
    }
    refuse("ALTER " + upper(token().text));
    return out;
  }
  if (take_word("truncate")) {
    take_word("table");
    out.kind = SqlKind::truncate;
    out.tag = "TRUNCATE TABLE";
    out.name = name();
    return out;
  }
  if (take_word("show")) {
    out.kind = SqlKind::show;
    out.tag = "SHOW";
    out.name = name();
    return out;
  }
  struct Row {
    std::string_view word;
    SqlKind kind;
    std::string_view tag;
  };
  static constexpr std::array kRows = {
      Row{"begin", SqlKind::begin, "BEGIN"},
      Row{"start", SqlKind::begin, "START TRANSACTION"},
      Row{"commit", SqlKind::commit, "COMMIT"},
      Row{"end", SqlKind::commit, "COMMIT"},
      Row{"rollback", SqlKind::rollback, "ROLLBACK"},
      Row{"abort", SqlKind::rollback, "ROLLBACK"}};
  for (const Row& row : kRows) {
    if (!take_word(row.word)) continue;
    if (!take_word("transaction")) take_word("work");
    out.kind = row.kind;
    out.tag = row.tag;
    return out;
  }
  static constexpr std::array<std::string_view, 14> kKnown = {
      "grant", "revoke",  "set",     "explain", "analyze", "vacuum", "copy",
      "with",  "comment", "prepare", "execute", "listen",  "lock",   "reset"};
  for (const std::string_view word : kKnown) {
    if (at_word(word)) refuse(upper(word));
  }
  fail();
  return out;
}

Statement SqlParser::create() {
  if (take_word("table")) return create_table();
  if (take_word("user") || take_word("role")) {
    return create_role("CREATE ROLE", SqlKind::create_role);
  }
  Statement out;
  if (take_word("database")) {
    out.kind = SqlKind::create_database;
    out.tag = "CREATE DATABASE";
    out.name = name();
    take_word("with");
    if (take_word("owner")) {
      take_sign("=");
      out.owner = name();
    }
    return out;
  }
  refuse("CREATE " + upper(token().text));
  return out;
}

Statement SqlParser::create_role(std::string tag, SqlKind kind) {
  Statement out;
  out.kind = kind;
  out.tag = std::move(tag);
  out.name = name();
  take_word("with");
  for (;;) {
    if (take_word("superuser")) {
      out.superuser = true;
    } else if (take_word("login") || take_word("createdb") ||
               take_word("encrypted")) {
      continue;  // Nobody here is asked for these rights.
    } else if (take_word("password")) {
      if (token().kind != SqlToken::Kind::text) fail();
      out.password = token().text;
      if (!error_) ++at_;
    } else {
      return out;
    }
  }
}

Statement SqlParser::create_table() {
  Statement out;
  out.kind = SqlKind::create_table;
  out.tag = "CREATE TABLE";
  if (take_word("if")) {
    expect_word("not");
    expect_word("exists");
    out.if_exists = true;
  }
  out.name = name();
  if (take_sign(".")) out.name = name();
  expect_sign("(");
  while (!error_) {
    if (at_word("primary") || at_word("unique") || at_word("constraint") ||
        at_word("foreign") || at_word("check")) {
      table_constraint(out);
    } else {
      column(out);
    }
    if (!take_sign(",")) break;
  }
  expect_sign(")");
  return out;
}

void SqlParser::table_constraint(Statement& into) {
  const bool primary = take_word("primary");
  if (!primary && !take_word("unique")) {
    return refuse("the constraint " + upper(token().text));
  }
  if (primary) expect_word("key");
  expect_sign("(");
  const std::string key = name();
  if (at_sign(",")) return refuse("a key of several columns");
  expect_sign(")");
  for (SqlColumn& column : into.columns) {
    if (column.name != key) continue;
    column.unique = true;
    column.primary = column.primary || primary;
    column.not_null = column.not_null || primary;
  }
}

bool SqlParser::column_type(SqlColumn& column) {
  const SqlToken at = token();
  std::string type = name();
  if (type == "character" && take_word("varying")) type = "character varying";
  if (type == "double" && take_word("precision")) {
    refuse("double precision");
    return false;
  }
  const auto found = type_named(type);
  if (!found) {
    if (!error_) {
      error_ =
          SqlError{"42704", fmt::format("type \"{}\" does not exist", type),
                   at.position};
      at_ = tokens_.size() - 1;
    }
    return false;
  }
  column.type = *found;
  column.serial = type.ends_with("serial");
  column.shown_type = name_of(*found);
  if (take_sign("(")) {
    column.limit = parse_int(token().text).value_or(0);
    ++at_;
    std::string inside = fmt::format("{}", column.limit);
    if (column.type == SqlType::numeric) {
      column.scale = 0;
      if (take_sign(",")) {
        column.scale = static_cast<int>(parse_int(token().text).value_or(0));
        ++at_;
      }
      inside += fmt::format(",{}", column.scale);
    }
    expect_sign(")");
    column.shown_type += "(" + inside + ")";
  }
  if (column.type == SqlType::timestamp) {
    if (take_word("without")) {
      expect_word("time");
      expect_word("zone");
    } else if (at_word("with")) {
      refuse("timestamp with time zone");
    }
  }
  return !error_;
}

void SqlParser::column(Statement& into) {
  SqlColumn column;
  column.name = name();
  if (error_ || !column_type(column)) return;
  for (;;) {
    if (take_word("primary")) {
      expect_word("key");
      column.primary = column.unique = column.not_null = true;
    } else if (take_word("not")) {
      expect_word("null");
      column.not_null = true;
    } else if (take_word("null")) {
      column.not_null = false;
    } else if (take_word("unique")) {
      column.unique = true;
    } else if (take_word("default")) {
      const std::size_t from = at_;
      column.standard = sum();
      for (std::size_t i = from; i < at_; ++i) {
        column.standard_text += tokens_[i].shown;
      }
    } else if (at_word("references") || at_word("check") ||
               at_word("collate")) {
      return refuse(upper(token().text) + " of a column");
    } else {
      break;
    }
  }
  if (column.serial) column.not_null = true;
  into.columns.push_back(std::move(column));
}

Statement SqlParser::drop() {
  Statement out;
  struct Row {
    std::string_view word;
    SqlKind kind;
    std::string_view tag;
  };
  static constexpr std::array kRows = {
      Row{"table", SqlKind::drop_table, "DROP TABLE"},
      Row{"database", SqlKind::drop_database, "DROP DATABASE"},
      Row{"user", SqlKind::drop_role, "DROP ROLE"},
      Row{"role", SqlKind::drop_role, "DROP ROLE"}};
  for (const Row& row : kRows) {
    if (!take_word(row.word)) continue;
    out.kind = row.kind;
    out.tag = row.tag;
    if (take_word("if")) {
      expect_word("exists");
      out.if_exists = true;
    }
    out.name = name();
    return out;
  }
  refuse("DROP " + upper(token().text));
  return out;
}

Statement SqlParser::insert() {
  Statement out;
  out.kind = SqlKind::insert;
  expect_word("into");
  out.position = token().position;
  out.name = name();
  if (take_sign("(")) {
    do out.names.push_back(name());
    while (take_sign(","));
    expect_sign(")");
  }
  if (at_word("select")) {
    refuse("INSERT of a SELECT");
    return out;
  }
  if (take_word("default")) {
    expect_word("values");
    out.rows.emplace_back();
    return out;
  }
  expect_word("values");
  do {
    expect_sign("(");
    std::vector<SqlExprRef> row;
    do row.push_back(take_word("default") ? nullptr : expression());
    while (take_sign(","));
    expect_sign(")");
    out.rows.push_back(std::move(row));
  } while (take_sign(",") && !error_);
  if (take_word("returning")) select_list(out);
  return out;
}

Statement SqlParser::update() {
  Statement out;
  out.kind = SqlKind::update;
  out.position = token().position;
  out.name = name();
  expect_word("set");
  do {
    std::string column = name();
    expect_sign("=");
    out.assignments.emplace_back(std::move(column), expression());
  } while (take_sign(",") && !error_);
  if (at_word("from")) refuse("UPDATE with FROM");
  if (take_word("where")) out.where = expression();
  if (take_word("returning")) select_list(out);
  return out;
}

Statement SqlParser::remove() {
  Statement out;
  out.kind = SqlKind::remove;
  expect_word("from");
  out.position = token().position;
  out.name = name();
  if (take_word("where")) out.where = expression();
  if (take_word("returning")) select_list(out);
  return out;
}

bool SqlParser::at_clause() const {
  static constexpr std::array<std::string_view, 14> kClauses = {
      "from",  "where", "group", "having", "order", "limit", "offset",
      "union", "join",  "inner", "left",   "on",    "cross", "natural"};
  for (const std::string_view word : kClauses) {
    if (at_word(word)) return true;
  }
  return false;
}

void SqlParser::select_list(Statement& into) {
  do {
    SelectItem item;
    if (take_sign("*")) {
      into.items.push_back(std::move(item));
      continue;
    }
    if (token().kind == SqlToken::Kind::word && at_ + 2 < tokens_.size() &&
        tokens_[at_ + 1].text == "." && tokens_[at_ + 2].text == "*") {
      item.table = token().text;
      at_ += 3;
      into.items.push_back(std::move(item));
      continue;
    }
    item.expr = expression();
    if (take_word("as")) {
      item.name = name();
    } else if (token().kind == SqlToken::Kind::quoted ||
               (token().kind == SqlToken::Kind::word && !at_clause())) {
      item.name = name();
    } else if (item.expr && (item.expr->kind == ExprKind::column ||
                             item.expr->kind == ExprKind::call)) {
      item.name = item.expr->op;
      if (item.name == "current_timestamp") item.name = "now";
    } else {
      item.name = "?column?";
    }
    into.items.push_back(std::move(item));
  } while (take_sign(",") && !error_);
}

FromItem SqlParser::from_item() {
  FromItem item;
  if (at_sign("(")) {
    refuse("a subquery");
    return item;
  }
  item.position = token().position;
  item.table = name();
  if (take_sign(".")) item.table += "." + name();
  item.alias = item.table.substr(item.table.rfind('.') + 1);
  if (take_word("as") ||
      (token().kind == SqlToken::Kind::word && !at_clause())) {
    item.alias = name();
  }
  return item;
}

void SqlParser::from_list(Statement& into) {
  into.from.push_back(from_item());
  for (;;) {
    if (take_sign(",")) {
      into.from.push_back(from_item());
      continue;
    }
    const bool left = take_word("left");
    if (left) take_word("outer");
    const bool inner = take_word("inner");
    const bool cross = !left && !inner && take_word("cross");
    if (!take_word("join")) {
      if (left || inner || cross) fail();
      if (at_word("natural") || at_word("right") || at_word("full")) {
        refuse(upper(token().text) + " JOIN");
      }
      return;
    }
    FromItem item = from_item();
    item.left = left;
    if (!cross) {
      expect_word("on");
      item.on = expression();
    }
    into.from.push_back(std::move(item));
  }
}

Statement SqlParser::select() {
  Statement out;
  out.kind = SqlKind::select;
  expect_word("select");
  out.distinct = take_word("distinct");
  select_list(out);
  if (take_word("from")) from_list(out);
  tail(out);
  return out;
}

void SqlParser::tail(Statement& into) {
  if (take_word("where")) into.where = expression();
  if (take_word("group")) {
    expect_word("by");
    do into.group_by.push_back(expression());
    while (take_sign(","));
  }
  if (take_word("having")) into.having = expression();
  if (take_word("order")) {
    expect_word("by");
    do {
      OrderItem item{expression(), false};
      item.down = take_word("desc");
      if (!item.down) take_word("asc");
      into.order.push_back(std::move(item));
    } while (take_sign(",") && !error_);
  }
  for (;;) {
    const bool limit = take_word("limit");
    if (!limit && !take_word("offset")) break;
    const auto number = parse_int(token().text);
    if (!number) return fail();
    ++at_;
    (limit ? into.limit : into.offset) = *number;
  }
  if (at_word("union") || at_word("for") || at_word("intersect") ||
      at_word("except")) {
    refuse(upper(token().text));
  }
}

SqlResult<std::vector<Statement>> parse_sql(std::string_view text) {
  SqlResult<std::vector<SqlToken>> tokens = sql_tokens(text);
  if (!tokens) return tokens.error();
  return SqlParser(std::move(*tokens)).run();
}

}  // namespace drydock::userland::postgres
