// session_project.cc — SELECT from its rows on: groups, columns, order, limit.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/services/postgres/session.h"

namespace drydock::userland::postgres {

struct Session::Group {
  std::vector<Datum> key;
  std::vector<Bindings> rows;
};

struct Session::Projected {
  std::vector<Datum> keys;  // What it is sorted by.
  Row row;
};

namespace {

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

bool is_grouped(const Statement& statement) {
  return !statement.group_by.empty() || statement.having ||
         std::ranges::any_of(statement.items, [](const SelectItem& item) {
           return item.expr && is_aggregate(*item.expr);
         });
}

/// Which of the columns an item of ORDER BY names, by number or by alias;
/// nullopt: none, it is an expression.
std::optional<std::size_t> named_column(const Statement& statement,
                                        const SqlExpr& expr) {
  if (expr.kind == ExprKind::literal && is_integer(expr.value.type)) {
    return static_cast<std::size_t>(expr.value.number - 1);
  }
  if (expr.kind != ExprKind::column || !expr.table.empty()) return std::nullopt;
  for (std::size_t i = 0; i < statement.items.size(); ++i) {
    const SelectItem& item = statement.items[i];
    if (item.expr && item.name == expr.op) return i;
  }
  return std::nullopt;
}

}  // namespace

SqlResult<std::vector<Session::Group>> Session::groups_of(
    const Statement& statement, std::vector<Bindings> rows) {
  std::vector<Group> groups;
  const bool grouped = is_grouped(statement);
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
  // count(*) of nothing is a row all the same.
  if (grouped && groups.empty() && statement.group_by.empty()) {
    groups.emplace_back();
  }
  return groups;
}

SqlResult<std::vector<SqlAnswer::Column>> Session::columns_of(
    const Statement& statement, const Bindings& shape) {
  std::vector<SqlAnswer::Column> columns;
  for (const SelectItem& item : statement.items) {
    if (item.expr) {
      columns.push_back({item.name, type_of(*item.expr, shape)});
      // What cannot be evaluated is told even when no row asks for it.
      const std::vector<Bindings> none;
      const SqlResult<Datum> probe = value(*item.expr, shape, &none);
      if (!probe) return probe.error();
      continue;
    }
    for (const Binding& each : shape) {
      if (!item.table.empty() && each.alias != item.table) continue;
      for (const SqlColumn& column : each.table->columns) {
        columns.push_back({column.name, column.type});
      }
    }
  }
  return columns;
}

SqlResult<Session::Projected> Session::project_group(const Statement& statement,
                                                     const Group& group,
                                                     const Bindings& row) {
  Projected made;
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
    const auto column = named_column(statement, *item.expr);
    if (column && *column >= made.row.size()) {
      return SqlError{"42P10",
                      fmt::format("ORDER BY position {} is not in select list",
                                  item.expr->value.number),
                      item.expr->position};
    }
    if (column) {
      made.keys.push_back(made.row[*column]);
      continue;
    }
    const SqlResult<Datum> one = value(*item.expr, row, &group.rows);
    if (!one) return one.error();
    made.keys.push_back(*one);
  }
  return made;
}

SqlResult<std::vector<Session::Projected>> Session::project_groups(
    const Statement& statement, const std::vector<Group>& groups,
    const Bindings& shape) {
  std::vector<Projected> out;
  for (const Group& group : groups) {
    const Bindings& row = group.rows.empty() ? shape : group.rows.front();
    if (statement.having) {
      const SqlResult<bool> fits = holds(*statement.having, row, &group.rows);
      if (!fits) return fits.error();
      if (!*fits) continue;
    }
    SqlResult<Projected> made = project_group(statement, group, row);
    if (!made) return made.error();
    out.push_back(std::move(*made));
  }
  std::stable_sort(out.begin(), out.end(), [&](const auto& a, const auto& b) {
    for (std::size_t i = 0; i < a.keys.size(); ++i) {
      const int order = order_of(a.keys[i], b.keys[i]);
      if (order != 0) return statement.order[i].down ? order > 0 : order < 0;
    }
    return false;
  });
  return out;
}

Session::Answer Session::project(const Statement& statement,
                                 std::vector<Bindings> rows) {
  // The shape of a row, for the columns of "*", even without any row.
  Bindings shape;
  for (const FromItem& item : statement.from) {
    const SqlResult<TableRef> of = table(item.table, item.position);
    if (!of) return of.error();
    shape.push_back({item.alias, *of, nullptr});
  }
  SqlResult<std::vector<Group>> groups = groups_of(statement, std::move(rows));
  if (!groups) return groups.error();
  SqlAnswer answer;
  answer.has_rows = true;
  const auto columns = columns_of(statement, shape);
  if (!columns) return columns.error();
  answer.columns = *columns;
  SqlResult<std::vector<Projected>> sorted =
      project_groups(statement, *groups, shape);
  if (!sorted) return sorted.error();
  for (Projected& each : *sorted) {
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
