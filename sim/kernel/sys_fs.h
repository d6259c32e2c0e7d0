// sys_fs.h — sysfs(5) and cgroups(7), as far as programs look there.

#pragma once

#include "sim/kernel/kernel.h"

namespace drydock::kernel {

/// A new /sys: the directories that programs expect, and in fs/cgroup all
/// hierarchies from their roots, as the machine's own processes see them.
vfs::FileSystemRef make_sys_fs(Kernel& kernel);

/// All hierarchies, each a directory, from this cgroup down.
vfs::FileSystemRef make_cgroup_fs(Kernel& kernel, const CgroupRef& root);

/// One hierarchy ("memory", "cpu,cpuacct", "name=systemd") from this cgroup
/// down: a directory with its files and the cgroups below it.
vfs::InodeRef make_cgroup_directory(Kernel& kernel, std::string_view hierarchy,
                                    const CgroupRef& root);

/// Where a hierarchy is mounted below /sys/fs/cgroup: "systemd" of
/// "name=systemd", "unified" of "".
std::string cgroup_folder(std::string_view hierarchy);

}  // namespace drydock::kernel
