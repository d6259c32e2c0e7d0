// devices.h — what every container finds in /dev and /sys.

#pragma once

#include "sim/vfs/layer.h"

namespace drydock::machine {

/// The default device nodes of a container (linux-facts: null zero full random
/// urandom tty, ptmx, the fd links), as a layer under each container's /dev.
vfs::LayerRef make_device_layer(const Clock& clock);

/// An almost empty /sys, read-only and shared by all.
vfs::FileSystemRef make_sys(const Clock& clock);

}  // namespace drydock::machine
