// devices.h — what every container finds in /dev and /sys.

#pragma once

#include "sim/kernel/kernel.h"
#include "sim/vfs/layer.h"

namespace drydock::machine {

/// The default device nodes of a container (linux-facts: null zero full random
/// urandom tty, ptmx, the fd links), as a layer under each container's /dev.
vfs::LayerRef make_device_layer(const Clock& clock);

/// The folders of /sys/fs/cgroup, one for each hierarchy of this kernel.
vfs::LayerRef make_cgroup_layer(kernel::Kernel& kernel);

}  // namespace drydock::machine
