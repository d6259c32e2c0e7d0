// services.h — the mains of servers and of their clients, for their table.

#pragma once

#include "sim/kernel/process.h"

namespace drydock::userland {

Task<int> grunt_main(kernel::Process& self);
Task<int> nginx_main(kernel::Process& self);
Task<int> redis_cli_main(kernel::Process& self);
Task<int> redis_server_main(kernel::Process& self);
Task<int> registry_main(kernel::Process& self);

}  // namespace drydock::userland
