// unshare.h — unshare(1), for the table of programs.

#pragma once

#include "sim/kernel/process.h"

namespace drydock::userland {

Task<int> unshare_main(kernel::Process& self);

}  // namespace drydock::userland
