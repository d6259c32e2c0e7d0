// journal.h — which rows of an engine's tables have changed since they were
// last kept.

#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace drydock {

/// A table tells its journal of every change; a table without one (nobody
/// keeps its rows) tells nobody.
class Journal {
 public:
  using Row = std::pair<std::string, std::string>;  // Table and key.

  void touch(std::string_view table, std::string_view key) {
    rows_.emplace(table, key);
  }
  const std::set<Row>& rows() const { return rows_; }
  std::set<Row> take() { return std::exchange(rows_, {}); }

 private:
  std::set<Row> rows_;
};

/// For tables: touches where there is a journal.
inline void touch(Journal* journal, std::string_view table,
                  std::string_view key) {
  if (journal) journal->touch(table, key);
}

}  // namespace drydock
