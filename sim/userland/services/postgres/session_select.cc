// session_select.cc — SELECT: from rows to rows.

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

SqlResult<TableRef> Session::table(const std::string& name) {
  std::string plain = name;
  for (const std::string_view schema : {"public.", "pg_catalog."}) {
    if (plain.starts_with(schema)) plain.erase(0, schema.size());
  }
  const Tables& tables = in_transaction_ ? working_ : database().tables;
  const auto found = tables.find(plain);
  if (found != tables.end()) return found->second;
  if (const TableRef system = system_table(plain)) return system;
  return SqlError{"42P01", fmt::format("relation \"{}\" does not exist", name),
                  0};
}

SqlResult<std::vector<Bindings>> Session::join(std::vector<Bindings> left,
                                               const FromItem& item) {
  const SqlResult<TableRef> right = table(item.table);
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

namespace {

/// A group of rows and the row that stands for it.
struct Group {
  std::vector<Datum> key;
  std::vector<Bindings> rows;
};

bool same_key(const std::vector<Datum>& a, const std::vector<Datum>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].null != b[i].null) return false;
    if (!a[i].null && compare(a[i], b[i]) != 0) return false;
  }
  return true;
}

/// NULLs come last, as if they were larger than all.
int order_of(const Datum& a, const Datum& b) {
  if (a.null || b.null) return a.null == b.null ? 0 : a.null ? 1 : -1;
  return compare(a, b);
}

}  // namespace

Session::Answer Session::project(const Statement& statement,
                                 std::vector<Bindings> rows) {
  bool grouped = !statement.group_by.empty() || statement.having;
  for (const SelectItem& item : statement.items) {
    grouped = grouped || (item.expr && is_aggregate(*item.expr));
  }
  // The shape of a row, for the columns of "*", even without any row.
  Bindings shape;
  for (const FromItem& item : statement.from) {
    const SqlResult<TableRef> of = table(item.table);
    if (!of) return of.error();
    shape.push_back({item.alias, *of, nullptr});
  }
  std::vector<Group> groups;
  for (Bindings& row : rows) {
    if (!grouped) {
      groups.push_back({{}, {std::move(row)}});
      continue;
    }
    std::vector<Datum> key;
    for (const SqlExprRef& expr : statement.group_by) {
      const SqlResult<Datum> one = value(*expr, row);
      if (!one) return one.error();
      key.push_back(*one);
    }
    const auto found = std::ranges::find_if(
        groups, [&](const Group& group) { return same_key(group.key, key); });
    if (found == groups.end()) {
      groups.push_back({std::move(key), {std::move(row)}});
    } else {
      found->rows.push_back(std::move(row));
    }
  }
  if (grouped && groups.empty() && statement.group_by.empty()) {
    groups.emplace_back();
  }
  SqlAnswer answer;
  answer.has_rows = true;
  for (const SelectItem& item : statement.items) {
    if (item.expr) {
      answer.columns.push_back({item.name, type_of(*item.expr, shape)});
      // What cannot be evaluated is told even when no row asks for it.
      const std::vector<Bindings> none;
      const SqlResult<Datum> probe = value(*item.expr, shape, &none);
      if (!probe) return probe.error();
      continue;
    }
    for (const Binding& each : shape) {
      if (!item.table.empty() && each.alias != item.table) continue;
      for (const SqlColumn& column : each.table->columns) {
        answer.columns.push_back({column.name, column.type});
      }
    }
  }
  struct Sorted {
    std::vector<Datum> keys;
    Row row;
  };
  std::vector<Sorted> out;
  for (const Group& group : groups) {
    const Bindings& row = group.rows.empty() ? shape : group.rows.front();
    if (statement.having) {
      const SqlResult<bool> fits = holds(*statement.having, row, &group.rows);
      if (!fits) return fits.error();
      if (!*fits) continue;
    }
    Sorted made;
    for (const SelectItem& item : statement.items) {
      if (item.expr) {
        const SqlResult<Datum> one = value(*item.expr, row, &group.rows);
        if (!one) return one.error();
        made.row.push_back(*one);
        continue;
      }
      for (const Binding& each : row) {
        if (!item.table.empty() && each.alias != item.table) continue;
        for (std::size_t i = 0; i < each.table->columns.size(); ++i) {
          made.row.push_back(each.row ? (*each.row)[i] : Datum());
        }
      }
    }
    for (const OrderItem& item : statement.order) {
      // A number or an alias means a column of the result.
      std::size_t column = made.row.size();
      if (item.expr->kind == ExprKind::literal &&
          is_integer(item.expr->value.type)) {
        column = static_cast<std::size_t>(item.expr->value.number - 1);
      }
      for (std::size_t i = 0; i < statement.items.size(); ++i) {
        const bool alias =
            item.expr->kind == ExprKind::column && item.expr->table.empty() &&
            statement.items[i].expr && statement.items[i].name == item.expr->op;
        if (alias) column = i;
      }
      if (column < made.row.size()) {
        made.keys.push_back(made.row[column]);
        continue;
      }
      const SqlResult<Datum> one = value(*item.expr, row, &group.rows);
      if (!one) return one.error();
      made.keys.push_back(*one);
    }
    out.push_back(std::move(made));
  }
  std::stable_sort(out.begin(), out.end(), [&](const auto& a, const auto& b) {
    for (std::size_t i = 0; i < a.keys.size(); ++i) {
      const int order = order_of(a.keys[i], b.keys[i]);
      if (order != 0) return statement.order[i].down ? order > 0 : order < 0;
    }
    return false;
  });
  for (Sorted& each : out) {
    const bool known = statement.distinct &&
                       std::ranges::any_of(answer.rows, [&](const Row& other) {
                         return same_key(other, each.row);
                       });
    if (!known) answer.rows.push_back(std::move(each.row));
  }
  const auto count = static_cast<std::int64_t>(answer.rows.size());
  const std::int64_t skip = std::min(statement.offset.value_or(0), count);
  answer.rows.erase(answer.rows.begin(), answer.rows.begin() + skip);
  if (statement.limit && *statement.limit < count - skip) {
    answer.rows.resize(static_cast<std::size_t>(*statement.limit));
  }
  answer.tag = fmt::format("SELECT {}", answer.rows.size());
  return answer;
}

}  // namespace drydock::userland::postgres
