// psql_options.h — how psql is called.

#pragma once

#include <optional>
#include <string>

#include "sim/kernel/process.h"
#include "sim/userland/services/postgres/psql_table.h"

namespace drydock::userland::postgres {

struct PsqlOptions {
  std::string host, port = "5432", user, database;  // Empty host: the socket.
  /// What to do instead of reading stdin; the last of them counts.
  std::optional<std::string> command, file;
  bool list = false, version = false, stop_on_error = false, quiet = false;
  bool single_transaction = false, ask_password = false, never_ask = false;
  TableStyle style;
  std::string refused;  // What is not to be had: the whole complaint.
};

/// Reads argv and PGHOST, PGPORT, PGUSER, PGDATABASE: psql(1), "Options".
PsqlOptions read_psql_options(kernel::Process& self);

}  // namespace drydock::userland::postgres
