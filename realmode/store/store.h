// store.h — the engine's rows in SQLite: what a daemon leaves to the next one.
//
// ROOT/drydock.db, in WAL mode: a transaction is whole in the file or not there
// at all, whenever the daemon is killed.  It is not forced to the disk (PRAGMA
// synchronous=NORMAL): after a loss of power the last moments may be missing,
// never a part of a transaction.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/engine/backend.h"

struct sqlite3;
struct sqlite3_stmt;

namespace drydock::realmode {

class Store {
 public:
  /// Opens or makes the file for this profile; one of another profile is
  /// refused, for ids mean something else there.  "": whichever it is.
  static Result<std::unique_ptr<Store>> open(const std::string& path,
                                             const std::string& profile);
  ~Store();
  Store(const Store&) = delete;

  Result<std::vector<engine::Record>> load();
  /// All of them or none, in one transaction.
  Outcome put(const std::vector<engine::Record>& records);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Close>;

  Store() = default;
  Outcome prepare(const std::string& profile);
  Outcome check_profile(const std::string& profile);
  Outcome run(const char* sql);
  Result<Statement> statement(const char* sql);
  Outcome put_row(const engine::Record& record);
  Error trouble(std::string_view what) const;

  std::unique_ptr<sqlite3, Close> database_;
  Statement insert_, erase_;
};

}  // namespace drydock::realmode
