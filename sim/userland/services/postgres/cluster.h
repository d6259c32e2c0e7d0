// cluster.h — what a data directory holds: databases, tables, roles.
//
// A table is never changed in place: a transaction works on copies of its own
// and COMMIT puts them where they belong, so that nobody sees half of it.

#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/kernel/process.h"
#include "sim/userland/services/postgres/sql.h"

namespace drydock::userland::postgres {

using Row = std::vector<Datum>;

struct Table {
  std::string name, owner;
  std::int64_t oid = 0;
  std::vector<SqlColumn> columns;
  std::vector<Row> rows;
  std::int64_t next_serial = 1;

  int column(std::string_view wanted) const;  // -1: none.
};
using TableRef = std::shared_ptr<const Table>;
using Tables = std::map<std::string, TableRef>;

struct Database {
  std::string name, owner;
  std::int64_t oid = 0;
  Tables tables;
};

struct Role {
  std::string name, password;  // md5 of password and name, as pg_authid has it.
  bool superuser = false;
};

struct Cluster {
  std::map<std::string, Database> databases;
  std::map<std::string, Role> roles;
  std::int64_t next_oid = 16384;
  /// What SHOW tells; not kept, each server has its own.
  std::map<std::string, std::string> parameters = {
      {"server_version", "9.4.5"}, {"server_encoding", "UTF8"},
      {"client_encoding", "UTF8"}, {"port", "5432"},
      {"max_connections", "100"},  {"timezone", "UTC"}};
};

/// "md5" and 32 digits.
std::string password_hash(const std::string& password, const std::string& role);

/// A fresh cluster: postgres, template0, template1 and one superuser.
Cluster fresh_cluster(const std::string& superuser);

/// global/ and base/OID/ of a data directory.
std::string roles_text(const Cluster& cluster);
std::string databases_text(const Cluster& cluster);
std::string table_text(const Table& table);
Result<TableRef> parse_table(std::string_view text);
Outcome parse_roles(std::string_view text, Cluster* into);
Outcome parse_databases(std::string_view text, Cluster* into);

/// Writes all of it, or what belongs to one database.
Task<SysOutcome> save_cluster(kernel::Process& self, std::string data,
                              const Cluster& cluster);
Task<SysOutcome> save_tables(kernel::Process& self, std::string data,
                             const Database& database,
                             std::set<std::string> names);
Task<Result<Cluster>> load_cluster(kernel::Process& self, std::string data);

}  // namespace drydock::userland::postgres
