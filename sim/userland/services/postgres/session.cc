// session.cc — statements that change something, and transactions.

#include "sim/userland/services/postgres/session.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/text.h"

namespace drydock::userland::postgres {

namespace {

SqlError error_of(std::string code, std::string message) {
  return SqlError{std::move(code), std::move(message), 0};
}

std::string row_detail(const Row& row) {
  List parts;
  for (const Datum& datum : row) {
    parts.push_back(datum.null ? "null" : datum.shown());
  }
  return "(" + join(parts, ", ") + ")";
}

SqlAnswer tagged(std::string tag) {
  SqlAnswer answer;
  answer.tag = std::move(tag);
  return answer;
}

}  // namespace

void Session::failed() { spoiled_ = in_transaction_; }

Session::Answer Session::run(const Statement& statement, Time now) {
  if (!in_transaction_) now_ = now;
  const bool ends =
      statement.kind == SqlKind::commit || statement.kind == SqlKind::rollback;
  if (spoiled_ && !ends) {
    return error_of("25P02",
                    "current transaction is aborted, commands ignored until "
                    "end of transaction block");
  }
  switch (statement.kind) {
    case SqlKind::empty:
      return tagged("");
    case SqlKind::select:
      return select(statement);
    case SqlKind::show:
      return show(statement);
    case SqlKind::begin:
    case SqlKind::commit:
    case SqlKind::rollback:
      return transaction(statement);
    case SqlKind::create_database:
    case SqlKind::drop_database:
      return databases(statement);
    case SqlKind::create_role:
    case SqlKind::drop_role:
    case SqlKind::alter_role:
      return roles(statement);
    default:
      break;
  }
  const bool alone = !in_transaction_;
  if (alone) {
    in_transaction_ = true;
    started_ = working_ = database().tables;
  }
  Answer answer =
      statement.kind == SqlKind::insert         ? insert(statement)
      : statement.kind == SqlKind::update       ? update(statement)
      : statement.kind == SqlKind::remove       ? remove(statement)
      : statement.kind == SqlKind::create_table ? create_table(statement)
      : statement.kind == SqlKind::drop_table   ? drop_table(statement)
                                                : truncate(statement);
  if (!alone) return answer;
  if (answer) {
    const Answer done = commit("");
    if (!done) return done.error();
  }
  in_transaction_ = spoiled_ = false;
  touched_.clear();
  return answer;
}

void Session::begin_together() {
  if (in_transaction_) return;
  in_transaction_ = together_ = true;
  started_ = working_ = database().tables;
}

std::optional<SqlError> Session::end_together(bool keep) {
  if (!together_) return std::nullopt;
  std::optional<SqlError> error;
  if (keep) {
    const Answer done = commit("");
    if (!done) error = done.error();
  }
  in_transaction_ = spoiled_ = together_ = false;
  touched_.clear();
  return error;
}

Session::Answer Session::commit(const std::string& tag) {
  Tables& tables = database().tables;
  for (const std::string& name : touched_) {
    const auto before = started_.find(name);
    const auto now = tables.find(name);
    const TableRef old = before == started_.end() ? nullptr : before->second;
    const TableRef there = now == tables.end() ? nullptr : now->second;
    if (old != there) {
      return error_of("40001",
                      "could not serialize access due to concurrent update");
    }
  }
  for (const std::string& name : touched_) {
    const auto made = working_.find(name);
    if (made == working_.end()) {
      tables.erase(name);
    } else {
      tables[name] = made->second;
    }
    changed_.insert(name);
  }
  return tagged(tag);
}

Session::Answer Session::transaction(const Statement& statement) {
  SqlAnswer answer = tagged(statement.tag);
  if (statement.kind == SqlKind::begin) {
    if (together_) {
      together_ = false;  // What came before it belongs to it.
    } else if (in_transaction_) {
      answer.notice = "WARNING:  there is already a transaction in progress";
    } else {
      in_transaction_ = true;
      started_ = working_ = database().tables;
    }
    return answer;
  }
  if (!in_transaction_ || together_) {
    answer.notice = "WARNING:  there is no transaction in progress";
  }
  if (!in_transaction_) return answer;
  if (statement.kind == SqlKind::commit && !spoiled_) {
    const Answer done = commit(statement.tag);
    if (!done) return done.error();
  } else {
    answer.tag = "ROLLBACK";
  }
  in_transaction_ = spoiled_ = together_ = false;
  touched_.clear();
  return answer;
}

void Session::put(std::shared_ptr<Table> table) {
  touched_.insert(table->name);
  const std::string name = table->name;
  working_[name] = std::move(table);
}

SqlResult<Datum> Session::fit(const SqlColumn& column,
                              const Datum& value) const {
  const bool literal = value.type == SqlType::unknown || value.null;
  const bool numbers = is_number(value.type) && is_number(column.type);
  const bool texts =
      (column.type == SqlType::text || column.type == SqlType::varchar);
  if (!literal && !numbers && !texts && value.type != column.type &&
      !(value.type == SqlType::timestamp && column.type == SqlType::date) &&
      !(value.type == SqlType::date && column.type == SqlType::timestamp)) {
    return error_of(
        "42804",
        fmt::format("column \"{}\" is of type {} but expression "
                    "is of type {}",
                    column.name, name_of(column.type), name_of(value.type)));
  }
  Result<Datum> made = convert(value, column.type);
  if (!made) return error_of("22P02", made.error().text);
  if (!made->null && column.limit > 0 && texts &&
      static_cast<std::int64_t>(made->text.size()) > column.limit) {
    return error_of(
        "22001", fmt::format("value too long for type {}", column.shown_type));
  }
  if (!made->null && column.scale >= 0) {
    while (made->scale < column.scale) made->number *= 10, ++made->scale;
    while (made->scale > column.scale) {
      made->number = (made->number + (made->number < 0 ? -5 : 5)) / 10;
      --made->scale;
    }
  }
  return *made;
}

SqlResult<Datum> Session::default_of(Table& table, const SqlColumn& column) {
  if (column.serial) {
    return fit(column, Datum::of(table.next_serial++, SqlType::bigint));
  }
  if (!column.standard) {
    Datum null;
    null.type = column.type;
    return null;
  }
  const SqlResult<Datum> standard = value(*column.standard, {});
  if (!standard) return standard;
  return fit(column, *standard);
}

std::optional<SqlError> Session::check_row(const Table& table, const Row& row,
                                           const Row* old) const {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const SqlColumn& column = table.columns[i];
    if (column.not_null && row[i].null) {
      return error_of(
          "23502", fmt::format("null value in column \"{}\" violates not-null "
                               "constraint\nDETAIL:  Failing row contains {}.",
                               column.name, row_detail(row)));
    }
    if (!column.unique || row[i].null) continue;
    for (const Row& other : table.rows) {
      if (&other == old || other[i].null) continue;
      if (compare(other[i], row[i]) != 0) continue;
      return error_of(
          "23505",
          fmt::format("duplicate key value violates unique constraint "
                      "\"{}_{}\"\nDETAIL:  Key ({})=({}) already exists.",
                      table.name,
                      column.primary ? "pkey" : column.name + "_key",
                      column.name, row[i].shown()));
    }
  }
  return std::nullopt;
}

Session::Answer Session::returning(const Statement& statement,
                                   const TableRef& table,
                                   const std::vector<Row>& rows,
                                   std::string tag) {
  if (statement.items.empty()) return tagged(std::move(tag));
  Statement select;
  select.items = statement.items;
  FromItem from;
  from.table = from.alias = table->name;
  select.from.push_back(from);
  std::vector<Bindings> bindings;
  for (const Row& row : rows) {
    bindings.push_back({Binding{table->name, table, &row}});
  }
  Answer answer = project(select, std::move(bindings));
  if (answer) answer->tag = std::move(tag);
  return answer;
}

Session::Answer Session::insert(const Statement& statement) {
  const SqlResult<TableRef> found = table(statement.name, statement.position);
  if (!found) return found.error();
  auto copy = std::make_shared<Table>(**found);
  std::vector<int> columns;
  for (const std::string& name : statement.names) {
    columns.push_back(copy->column(name));
    if (columns.back() < 0) {
      return error_of("42703", fmt::format("column \"{}\" of relation \"{}\" "
                                           "does not exist",
                                           name, copy->name));
    }
  }
  std::vector<Row> made;
  for (const std::vector<SqlExprRef>& values : statement.rows) {
    const std::size_t room =
        columns.empty() ? copy->columns.size() : columns.size();
    if (values.size() > room || (!columns.empty() && values.size() < room)) {
      return error_of(
          "42601",
          fmt::format("INSERT has more {} than {}",
                      values.size() > room ? "expressions" : "target columns",
                      values.size() > room ? "target columns" : "expressions"));
    }
    Row row(copy->columns.size());
    std::vector<bool> given(copy->columns.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t at =
          columns.empty() ? i : static_cast<std::size_t>(columns[i]);
      if (!values[i]) continue;
      const SqlResult<Datum> one = value(*values[i], {});
      if (!one) return one.error();
      const SqlResult<Datum> fitted = fit(copy->columns[at], *one);
      if (!fitted) return fitted.error();
      row[at] = *fitted;
      given[at] = true;
    }
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (given[i]) continue;
      const SqlResult<Datum> standard = default_of(*copy, copy->columns[i]);
      if (!standard) return standard.error();
      row[i] = *standard;
    }
    if (const auto problem = check_row(*copy, row, nullptr)) return *problem;
    copy->rows.push_back(row);
    made.push_back(std::move(row));
  }
  const TableRef after = copy;
  put(std::move(copy));
  return returning(statement, after, made,
                   fmt::format("INSERT 0 {}", made.size()));
}

Session::Answer Session::update(const Statement& statement) {
  const SqlResult<TableRef> found = table(statement.name, statement.position);
  if (!found) return found.error();
  auto copy = std::make_shared<Table>(**found);
  std::vector<Row> made;
  for (std::size_t k = 0; k < copy->rows.size(); ++k) {
    const Bindings here = {Binding{statement.name, *found, &(*found)->rows[k]}};
    if (statement.where) {
      const SqlResult<bool> fits = holds(*statement.where, here);
      if (!fits) return fits.error();
      if (!*fits) continue;
    }
    Row row = copy->rows[k];
    for (const auto& [name, expr] : statement.assignments) {
      const int at = copy->column(name);
      if (at < 0) {
        return error_of("42703", fmt::format("column \"{}\" of relation \"{}\""
                                             " does not exist",
                                             name, copy->name));
      }
      const SqlColumn& column = copy->columns[static_cast<std::size_t>(at)];
      const SqlResult<Datum> one = value(*expr, here);
      if (!one) return one.error();
      const SqlResult<Datum> fitted = fit(column, *one);
      if (!fitted) return fitted.error();
      row[static_cast<std::size_t>(at)] = *fitted;
    }
    if (const auto problem = check_row(*copy, row, &copy->rows[k])) {
      return *problem;
    }
    copy->rows[k] = row;
    made.push_back(std::move(row));
  }
  const TableRef after = copy;
  if (!made.empty()) put(std::move(copy));
  return returning(statement, after, made,
                   fmt::format("UPDATE {}", made.size()));
}

Session::Answer Session::remove(const Statement& statement) {
  const SqlResult<TableRef> found = table(statement.name, statement.position);
  if (!found) return found.error();
  auto copy = std::make_shared<Table>(**found);
  std::vector<Row> kept, gone;
  for (const Row& row : (*found)->rows) {
    bool fits = true;
    if (statement.where) {
      const Bindings here = {Binding{statement.name, *found, &row}};
      const SqlResult<bool> asked = holds(*statement.where, here);
      if (!asked) return asked.error();
      fits = *asked;
    }
    (fits ? gone : kept).push_back(row);
  }
  copy->rows = std::move(kept);
  const TableRef after = copy;
  if (!gone.empty()) put(std::move(copy));
  return returning(statement, after, gone,
                   fmt::format("DELETE {}", gone.size()));
}

Session::Answer Session::create_table(const Statement& statement) {
  if (working_.contains(statement.name)) {
    if (!statement.if_exists) {
      return error_of("42P07", fmt::format("relation \"{}\" already exists",
                                           statement.name));
    }
    SqlAnswer answer = tagged(statement.tag);
    answer.notice = fmt::format(
        "NOTICE:  relation \"{}\" already exists, skipping", statement.name);
    return answer;
  }
  auto made = std::make_shared<Table>();
  made->name = statement.name;
  made->owner = user_;
  made->oid = cluster_.next_oid++;
  cluster_changed_ = true;
  for (const SqlColumn& column : statement.columns) {
    if (made->column(column.name) >= 0) {
      return error_of(
          "42701",
          fmt::format("column \"{}\" specified more than once", column.name));
    }
    made->columns.push_back(column);
  }
  put(std::move(made));
  return tagged(statement.tag);
}

Session::Answer Session::drop_table(const Statement& statement) {
  SqlAnswer answer = tagged(statement.tag);
  if (working_.erase(statement.name)) {
    touched_.insert(statement.name);
    return answer;
  }
  if (!statement.if_exists) {
    return error_of("42P01",
                    fmt::format("table \"{}\" does not exist", statement.name));
  }
  answer.notice = fmt::format("NOTICE:  table \"{}\" does not exist, skipping",
                              statement.name);
  return answer;
}

Session::Answer Session::truncate(const Statement& statement) {
  const SqlResult<TableRef> found = table(statement.name, statement.position);
  if (!found) return found.error();
  auto copy = std::make_shared<Table>(**found);
  copy->rows.clear();
  put(std::move(copy));
  return tagged(statement.tag);
}

Session::Answer Session::databases(const Statement& statement) {
  const bool creates = statement.kind == SqlKind::create_database;
  const bool there = cluster_.databases.contains(statement.name);
  if (in_transaction_) {
    const std::string_view where =
        together_ ? "be executed from a function or multi-command string"
                  : "run inside a transaction block";
    return error_of("25001", fmt::format("{} cannot {}", statement.tag, where));
  }
  if (creates && there) {
    return error_of(
        "42P04", fmt::format("database \"{}\" already exists", statement.name));
  }
  SqlAnswer answer = tagged(statement.tag);
  if (!creates && !there) {
    if (!statement.if_exists) {
      return error_of("3D000", fmt::format("database \"{}\" does not exist",
                                           statement.name));
    }
    answer.notice = fmt::format(
        "NOTICE:  database \"{}\" does not exist, skipping", statement.name);
    return answer;
  }
  if (!creates && statement.name == database_) {
    return error_of("55006", "cannot drop the currently open database");
  }
  cluster_changed_ = true;
  if (!creates) {
    cluster_.databases.erase(statement.name);
    return answer;
  }
  const std::string owner = statement.owner.value_or(user_);
  cluster_.databases[statement.name] = {
      statement.name, owner, cluster_.next_oid++, {}};
  return answer;
}

Session::Answer Session::roles(const Statement& statement) {
  const bool there = cluster_.roles.contains(statement.name);
  SqlAnswer answer = tagged(statement.tag);
  if (statement.kind == SqlKind::create_role && there) {
    return error_of("42710",
                    fmt::format("role \"{}\" already exists", statement.name));
  }
  if (statement.kind != SqlKind::create_role && !there) {
    if (statement.if_exists) {
      answer.notice = fmt::format(
          "NOTICE:  role \"{}\" does not exist, skipping", statement.name);
      return answer;
    }
    return error_of("42704",
                    fmt::format("role \"{}\" does not exist", statement.name));
  }
  cluster_changed_ = true;
  if (statement.kind == SqlKind::drop_role) {
    cluster_.roles.erase(statement.name);
    return answer;
  }
  Role& role = cluster_.roles[statement.name];
  role.name = statement.name;
  role.superuser = role.superuser || statement.superuser;
  if (statement.password) {
    role.password = password_hash(*statement.password, statement.name);
  }
  return answer;
}

Session::Answer Session::show(const Statement& statement) {
  const auto found = cluster_.parameters.find(statement.name);
  if (found == cluster_.parameters.end()) {
    return error_of("42704",
                    fmt::format("unrecognized configuration parameter \"{}\"",
                                statement.name));
  }
  SqlAnswer answer = tagged("SHOW");
  answer.has_rows = true;
  answer.columns.push_back({statement.name, SqlType::text});
  answer.rows.push_back({Datum::of_text(found->second)});
  return answer;
}

}  // namespace drydock::userland::postgres
