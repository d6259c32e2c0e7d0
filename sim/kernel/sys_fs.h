// sys_fs.h — sysfs(5) and cgroups(7), as far as programs look there.

#pragma once

#include "sim/kernel/kernel.h"

namespace drydock::kernel {

/// A new /sys: the directories that programs expect, and fs/cgroup with what
/// the asking process's cgroup bounds.
vfs::FileSystemRef make_sys_fs(Kernel& kernel);

/// The cgroup's own files ("pids.max", "memory.limit_in_bytes", ...) of
/// whoever asks.
vfs::FileSystemRef make_cgroup_fs(Kernel& kernel);

}  // namespace drydock::kernel
