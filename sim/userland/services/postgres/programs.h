// programs.h — PostgreSQL's programs.

#pragma once

#include "sim/kernel/process.h"

namespace drydock::userland::postgres {

Task<int> postgres_main(kernel::Process& self);  // server.cc
Task<int> initdb_main(kernel::Process& self);    // initdb.cc
Task<int> pg_ctl_main(kernel::Process& self);    // pg_ctl.cc
Task<int> psql_main(kernel::Process& self);      // psql.cc

}  // namespace drydock::userland::postgres
