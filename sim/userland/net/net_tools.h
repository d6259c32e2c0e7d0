// net_tools.h — the mains of the network programs, for their table.

#pragma once

#include "sim/kernel/process.h"

namespace drydock::userland {

Task<int> curl_main(kernel::Process& self);
Task<int> wget_main(kernel::Process& self);
Task<int> ping_main(kernel::Process& self);
Task<int> nc_main(kernel::Process& self);
Task<int> telnet_main(kernel::Process& self);
Task<int> nslookup_main(kernel::Process& self);
Task<int> ip_main(kernel::Process& self);
Task<int> ifconfig_main(kernel::Process& self);
Task<int> route_main(kernel::Process& self);
Task<int> netstat_main(kernel::Process& self);
Task<int> ss_main(kernel::Process& self);

}  // namespace drydock::userland
