// session_select.cc — SELECT's FROM and WHERE: which rows there are.

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/text.h"
#include "sim/userland/services/postgres/session.h"

namespace drydock::userland::postgres {

namespace {

SqlColumn text_column(std::string name, SqlType type = SqlType::text) {
  SqlColumn column;
  column.name = std::move(name);
  column.type = type;
  return column;
}

Datum word(std::string text) { return Datum::of_text(std::move(text)); }

}  // namespace

/// The few catalogue tables that psql and scripts ask.
TableRef Session::system_table(const std::string& name) const {
  auto out = std::make_shared<Table>();
  out->name = name;
  if (name == "pg_database") {
    out->columns = {text_column("datname"), text_column("owner"),
                    text_column("oid", SqlType::bigint)};
    for (const auto& [key, database] : cluster_.databases) {
      out->rows.push_back({word(key), word(database.owner),
                           Datum::of(database.oid, SqlType::bigint)});
    }
    return out;
  }
  if (name == "pg_roles") {
    out->columns = {text_column("rolname"),
                    text_column("rolsuper", SqlType::boolean)};
    for (const auto& [key, role] : cluster_.roles) {
      out->rows.push_back({word(key), Datum::of_boolean(role.superuser)});
    }
    return out;
  }
  const auto database = cluster_.databases.find(database_);
  if (database == cluster_.databases.end()) return nullptr;
  const Tables& tables = in_transaction_ ? working_ : database->second.tables;
  if (name == "pg_tables") {
    out->columns = {text_column("schemaname"), text_column("tablename"),
                    text_column("tableowner")};
    for (const auto& [key, table] : tables) {
      out->rows.push_back({word("public"), word(key), word(table->owner)});
    }
    return out;
  }
  if (name != "information_schema.columns") return nullptr;
  out->columns = {text_column("table_name"), text_column("column_name"),
                  text_column("data_type"), text_column("modifiers"),
                  text_column("key")};
  for (const auto& [key, table] : tables) {
    for (const SqlColumn& column : table->columns) {
      List modifiers;
      if (column.not_null) modifiers.emplace_back("not null");
      if (column.serial) {
        modifiers.push_back(fmt::format(
            "default nextval('{}_{}_seq'::regclass)", key, column.name));
      } else if (!column.standard_text.empty()) {
        const bool quoted = column.standard_text.starts_with('\'');
        modifiers.push_back(fmt::format(
            "default {}{}", column.standard_text,
            quoted ? fmt::format("::{}", name_of(column.type)) : ""));
      }
      out->rows.push_back({word(key), word(column.name),
                           word(column.shown_type),
                           word(drydock::join(modifiers, " ")),
                           word(column.primary  ? "primary"
                                : column.unique ? "unique"
                                                : "")});
    }
  }
  return out;
}

SqlResult<TableRef> Session::table(const std::string& name,
                                   std::int64_t position) {
  std::string plain = name;
  for (const std::string_view schema : {"public.", "pg_catalog."}) {
    if (plain.starts_with(schema)) plain.erase(0, schema.size());
  }
  const Tables& tables = in_transaction_ ? working_ : database().tables;
  const auto found = tables.find(plain);
  if (found != tables.end()) return found->second;
  if (const TableRef system = system_table(plain)) return system;
  return SqlError{"42P01", fmt::format("relation \"{}\" does not exist", name),
                  position};
}

SqlResult<std::vector<Bindings>> Session::join(std::vector<Bindings> left,
                                               const FromItem& item) {
  const SqlResult<TableRef> right = table(item.table, item.position);
  if (!right) return right.error();
  std::vector<Bindings> out;
  for (Bindings& row : left) {
    bool any = false;
    for (const Row& other : (*right)->rows) {
      Bindings both = row;
      both.push_back({item.alias, *right, &other});
      if (item.on) {
        const SqlResult<bool> fits = holds(*item.on, both);
        if (!fits) return fits.error();
        if (!*fits) continue;
      }
      any = true;
      out.push_back(std::move(both));
      if (out.size() > 1'000'000) {
        return SqlError{"53200", "out of memory", 0};
      }
    }
    if (any || !item.left) continue;
    row.push_back({item.alias, *right, nullptr});
    out.push_back(std::move(row));
  }
  return out;
}

SqlResult<std::vector<Bindings>> Session::rows_of(const Statement& statement) {
  std::vector<Bindings> rows(1);
  for (const FromItem& item : statement.from) {
    SqlResult<std::vector<Bindings>> joined = join(std::move(rows), item);
    if (!joined) return joined.error();
    rows = std::move(*joined);
  }
  if (!statement.where) return rows;
  std::vector<Bindings> kept;
  for (Bindings& row : rows) {
    const SqlResult<bool> fits = holds(*statement.where, row);
    if (!fits) return fits.error();
    if (*fits) kept.push_back(std::move(row));
  }
  return kept;
}

Session::Answer Session::select(const Statement& statement) {
  SqlResult<std::vector<Bindings>> rows = rows_of(statement);
  if (!rows) return rows.error();
  return project(statement, std::move(*rows));
}

}  // namespace drydock::userland::postgres
