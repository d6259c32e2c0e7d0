// proc_fs.h — proc(5): the kernel's tables as files, one view a pid namespace.

#pragma once

#include <memory>
#include <string>

#include "sim/kernel/kernel.h"
#include "sim/kernel/synthetic_inode.h"

namespace drydock::kernel {

/// A new /proc over this namespace, which it does not keep alive.
vfs::FileSystemRef make_proc_fs(Kernel& kernel, const PidNamespaceRef& of);

/// /proc/PID of one process; ENOENT once it has been waited for.
vfs::InodeRef make_proc_directory(KernelProcess& process,
                                  const PidNamespaceRef& seen_from,
                                  vfs::InodeRef parent);

/// Files that tell of the machine: /proc/version, /proc/meminfo, /proc/sys ...
void add_sysctls(Kernel& kernel, SyntheticTree& sys);
void add_machine_files(Kernel& kernel, SyntheticTree& root);

/// /proc/net of whoever asks: dev, tcp, udp, unix, route (proc_net.cc).
void add_net_files(Kernel& kernel, SyntheticTree& root);

/// /proc/PID/{status,stat,limits}: proc_status.cc.
std::string proc_status(const KernelProcess& process,
                        const PidNamespace& seen_from);
std::string proc_stat(const KernelProcess& process,
                      const PidNamespace& seen_from);
std::string proc_limits(const KernelProcess& process);

/// /proc/PID/{mounts,mountinfo}: what that process sees, from its root.
std::string proc_mounts(const KernelProcess& process);
std::string proc_mountinfo(const KernelProcess& process);
std::string proc_cgroup(const KernelProcess& process);

}  // namespace drydock::kernel
