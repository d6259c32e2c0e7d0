// sh.h — the shell: dash, bash and busybox's ash in one program.
//
// The id says which: "dash/sh", "bash/bash", "busybox/sh", "busybox/ash".

#pragma once

#include "sim/kernel/process.h"

namespace drydock::userland {

Task<int> sh_main(kernel::Process& self);

}  // namespace drydock::userland
