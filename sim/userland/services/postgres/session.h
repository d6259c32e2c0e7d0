// session.h — one connection's view of a cluster: statements and answers.

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/userland/services/postgres/cluster.h"

namespace drydock::userland::postgres {

/// Rows, or just the tag that says what was done.
struct SqlAnswer {
  struct Column {
    std::string name;
    SqlType type = SqlType::text;
  };
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::string tag;
  std::string notice;  // "NOTICE:  ..." before it.
  bool has_rows = false;
};

/// Where a column of an expression finds its value.
struct Binding {
  std::string alias;
  TableRef table;
  const Row* row = nullptr;  // Null: the row of nulls of a left join.
};
using Bindings = std::vector<Binding>;

class Session {
 public:
  Session(Cluster& cluster, std::string database, std::string user)
      : cluster_(cluster),
        database_(std::move(database)),
        user_(std::move(user)) {}

  /// `now` is that of the transaction.
  SqlResult<SqlAnswer> run(const Statement& statement, Time now);
  /// An error within a transaction spoils the rest of it.
  void failed();
  /// A text of several statements is one transaction, unless it or one of
  /// them has begun another: from here ...
  void begin_together();
  /// ... to here, where it is kept or not.
  std::optional<SqlError> end_together(bool keep);

  /// What has been committed and must go to the disk: names of tables; and
  /// whether roles or databases have changed.
  std::set<std::string> take_changed() { return std::move(changed_); }
  bool take_cluster_changed() { return std::exchange(cluster_changed_, false); }
  Database& database() { return cluster_.databases[database_]; }
  /// 'I', 'T' or 'E' of ReadyForQuery.
  char state() const { return !in_transaction_ ? 'I' : spoiled_ ? 'E' : 'T'; }

 private:
  using Answer = SqlResult<SqlAnswer>;

  Answer select(const Statement& statement);
  Answer insert(const Statement& statement);
  Answer update(const Statement& statement);
  Answer remove(const Statement& statement);
  Answer create_table(const Statement& statement);
  Answer drop_table(const Statement& statement);
  Answer truncate(const Statement& statement);
  Answer databases(const Statement& statement);
  Answer roles(const Statement& statement);
  Answer transaction(const Statement& statement);
  Answer show(const Statement& statement);
  Answer commit(const std::string& tag);

  /// Every combination of rows that FROM and WHERE let through.
  SqlResult<std::vector<Bindings>> rows_of(const Statement& statement);
  SqlResult<std::vector<Bindings>> join(std::vector<Bindings> left,
                                        const FromItem& item);
  SqlResult<TableRef> table(const std::string& name, std::int64_t position = 0);
  TableRef system_table(const std::string& name) const;
  /// Rows with one key of GROUP BY; without it, each row by itself.
  struct Group;
  struct Projected;
  Answer project(const Statement& statement, std::vector<Bindings> rows);
  SqlResult<std::vector<Group>> groups_of(const Statement& statement,
                                          std::vector<Bindings> rows);
  SqlResult<std::vector<SqlAnswer::Column>> columns_of(
      const Statement& statement, const Bindings& shape);
  SqlResult<Projected> project_group(const Statement& statement,
                                     const Group& group, const Bindings& row);
  SqlResult<std::vector<Projected>> project_groups(
      const Statement& statement, const std::vector<Group>& groups,
      const Bindings& shape);
  Answer returning(const Statement& statement, const TableRef& table,
                   const std::vector<Row>& rows, std::string tag);
  std::optional<SqlError> check_row(const Table& table, const Row& row,
                                    const Row* old) const;
  SqlResult<Datum> fit(const SqlColumn& column, const Datum& value) const;
  SqlResult<Datum> default_of(Table& table, const SqlColumn& column);
  void put(std::shared_ptr<Table> table);

  SqlResult<Datum> value(const SqlExpr& expr, const Bindings& row,
                         const std::vector<Bindings>* group = nullptr);
  SqlResult<Datum> column_value(const SqlExpr& expr, const Bindings& row);
  SqlResult<Datum> call(const SqlExpr& expr, const Bindings& row,
                        const std::vector<Bindings>* group);
  SqlResult<Datum> aggregate(const SqlExpr& expr,
                             const std::vector<Bindings>& group);
  SqlResult<Datum> binary(const SqlExpr& expr, const Datum& a, const Datum& b);
  SqlResult<bool> holds(const SqlExpr& expr, const Bindings& row,
                        const std::vector<Bindings>* group = nullptr);
  SqlType type_of(const SqlExpr& expr, const Bindings& row);

  Cluster& cluster_;
  std::string database_, user_;
  Time now_;
  bool in_transaction_ = false, spoiled_ = false, together_ = false;
  Tables started_, working_;  // Of the transaction.
  std::set<std::string> touched_, changed_;
  bool cluster_changed_ = false;
};

bool is_aggregate(const SqlExpr& expr);

}  // namespace drydock::userland::postgres
