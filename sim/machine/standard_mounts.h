// standard_mounts.h — /dev, /proc and /sys as every container has them, mounted
// once it looks there.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "sim/engine/backend.h"
#include "sim/kernel/devpts.h"
#include "sim/kernel/kernel.h"
#include "sim/vfs/layer.h"

namespace drydock::machine {

/// What all containers' trees have in common, made once.
struct MountLayers {
  vfs::LayerRef devices;  // What every /dev begins with.
  vfs::LayerRef cgroups;  // The folders of /sys/fs/cgroup.
};

/// What the runtime mounts in a container without being asked: runtime-spec,
/// "Default Filesystems".  It outlives the start, since most containers look
/// at it late or never: vfs::Automount.
class StandardMounts : public std::enable_shared_from_this<StandardMounts> {
 public:
  /// It takes the lists of paths that it hides out of the specification.
  StandardMounts(kernel::Kernel& kernel, const MountLayers& layers,
                 engine::ContainerSpec& spec);

  /// Its terminals: /dev/pts.
  kernel::Devpts& terminals();
  /// /dev/shm, its own until another's is shared with it.
  vfs::FileSystemRef shared_memory();
  void share_memory(vfs::FileSystemRef theirs) { shm_ = std::move(theirs); }

  /// /dev, /dev/pts, /dev/shm and /sys: before all that was asked for.
  void mount_devices(vfs::MountTable& table);
  bool has_devices() const { return has_devices_; }
  /// /sys/fs/cgroup and /proc, and what of them is hidden: after it.
  void mount_kernel(vfs::MountTable& table);
  /// Both at the first look.  If the engine's files wait as well, `files`
  /// mounts them in between, and /etc is looked at, too.
  void mount_at_a_look(vfs::MountTable& table,
                       std::function<void(vfs::MountTable&)> files);

  /// Is there, or below, something of these?
  static bool holds(std::string_view path);

  // Known only when the container's own are made.
  kernel::CgroupRef cgroup;
  kernel::PidNamespaceRef pid;

 private:
  void mount_cgroups(vfs::MountTable& table);
  void mount_proc(vfs::MountTable& table);
  void hide(vfs::MountTable& table);
  void mount_read_only(vfs::MountTable& table, const std::string& path);
  void mask(vfs::MountTable& table, const std::string& path);

  kernel::Kernel& kernel_;
  const MountLayers& layers_;
  bool privileged_;
  std::int64_t shm_size_;
  engine::PathsRef read_only_paths_, masked_paths_;  // Null: none.
  std::shared_ptr<kernel::Devpts> pts_;
  vfs::FileSystemRef shm_;
  bool has_devices_ = false;
};

}  // namespace drydock::machine
