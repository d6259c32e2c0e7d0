// archivers.h — script, and the programs that pack: bzip2, xz, zip.

#pragma once

#include "sim/kernel/process.h"

namespace drydock::userland {

Task<int> pack_main(kernel::Process& self);  // bzip2, xz and their kin.
Task<int> script_main(kernel::Process& self);
Task<int> zip_main(kernel::Process& self);

}  // namespace drydock::userland
