// mount_calls.cc — mount(2), umount(2).

#include "sim/kernel/device.h"
#include "sim/kernel/devpts.h"
#include "sim/kernel/kernel_process.h"
#include "sim/kernel/sys_fs.h"
#include "sim/vfs/memory_fs.h"

namespace drydock::kernel {

SysOutcome KernelProcess::mount(const MountCall& call) {
  const SysOutcome passed = filtered("mount");
  if (!passed) return passed;
  if (!may(vfs::Capability::sys_admin)) return Errno::eperm;
  const SysResult<vfs::Location> on = resolve(call.target, vfs::Last::follow);
  if (!on) return on.error();
  if (call.remount) {
    if (on->inode != on->mount->root) return Errno::einval;
    on->mount->read_only = call.read_only;
    if (!call.options.empty()) on->mount->options = call.options;
    return ok();
  }
  vfs::Mount mount;
  mount.source = call.source;
  mount.type = call.type;
  mount.options = call.options;
  mount.read_only = call.read_only;
  mount.on = *on;
  if (call.bind) {
    const SysResult<vfs::Location> from =
        resolve(call.source, vfs::Last::follow);
    if (!from) return from.error();
    mount.source = from->mount->source;
    mount.type = from->mount->type;
    mount.file_system = from->mount->file_system;
    mount.root = from->inode;
  } else {
    mount.file_system = kernel_.new_file_system(call.type, *this);
    if (!mount.file_system) return Errno::enodev;
    mount.root = mount.file_system->root();
  }
  const bool directory =
      mount.root->attributes().type == vfs::FileType::directory;
  const bool onto_directory =
      on->inode->attributes().type == vfs::FileType::directory;
  if (directory != onto_directory) return Errno::enotdir;
  const SysResult<std::string> path = realpath(call.target);
  if (path) mount.path = *path;
  namespaces_->mnt->table.add(std::move(mount));
  return ok();
}

SysOutcome KernelProcess::umount(std::string_view path) {
  const SysOutcome passed = filtered("umount2");
  if (!passed) return passed;
  if (!may(vfs::Capability::sys_admin)) return Errno::eperm;
  const SysResult<vfs::Location> at = resolve(path, vfs::Last::follow);
  if (!at) return at.error();
  return namespaces_->mnt->table.remove(*at);
}

vfs::FileSystemRef Kernel::new_file_system(std::string_view type,
                                           const KernelProcess& by) {
  if (type == "devpts") return devices().pts();
  if (type == "sysfs") return sys();
  if (type == "cgroup" || type == "cgroup2")
    return make_cgroup_fs(*this, by.namespaces().cgroup->root);
  if (type == "proc") return proc(by.namespaces().pid);
  if (type == "tmpfs" || type == "devtmpfs" || type == "ramfs") {
    vfs::MemoryFsOptions options;
    options.type = type;
    options.root_mode = 01777;
    options.bytes_max = std::int64_t{1} << 28;
    return vfs::make_memory_fs(scheduler_, options);
  }
  return nullptr;
}

}  // namespace drydock::kernel
