// system.h — the mains of the file and system programs, for their table.

#pragma once

#include "sim/kernel/process.h"

namespace drydock::userland {

// clang-format off
Task<int> cat_main(kernel::Process& self);
Task<int> cp_main(kernel::Process& self);
Task<int> echo_main(kernel::Process& self);
Task<int> false_main(kernel::Process& self);
Task<int> ln_main(kernel::Process& self);
Task<int> ls_main(kernel::Process& self);
Task<int> mkdir_main(kernel::Process& self);
Task<int> mv_main(kernel::Process& self);
Task<int> pwd_main(kernel::Process& self);
Task<int> rm_main(kernel::Process& self);
Task<int> rmdir_main(kernel::Process& self);
Task<int> true_main(kernel::Process& self);
// clang-format on

}  // namespace drydock::userland
