// programs.cc — the table of the services, by id.

#include "sim/userland/programs.h"
#include "sim/userland/services/postgres/programs.h"
#include "sim/userland/services/services.h"

namespace drydock::userland {

std::span<const ProgramRow> service_programs() {
  // clang-format off
  static constexpr ProgramRow kRows[] = {
      {"distribution/registry", registry_main},
      {"grunt/grunt",        grunt_main},
      {"nginx/nginx",        nginx_main},
      {"postgres/initdb",    postgres::initdb_main},
      {"postgres/pg_ctl",    postgres::pg_ctl_main},
      {"postgres/postgres",  postgres::postgres_main},
      {"postgres/psql",      postgres::psql_main},
      {"redis/redis-cli",    redis_cli_main},
      {"redis/redis-server", redis_server_main},
  };
  // clang-format on
  return kRows;
}

}  // namespace drydock::userland
