// standard_mounts.cc — what the runtime mounts without being asked, and hides.

#include "sim/machine/standard_mounts.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/kernel/sys_fs.h"
#include "sim/machine/mount_tools.h"
#include "sim/vfs/memory_fs.h"

namespace drydock::machine {

namespace {

constexpr std::int64_t kShmSize = 64 << 20;
constexpr std::int64_t kDevSize = 64 << 20;
constexpr std::array<std::string_view, 3> kEntries = {"dev", "proc", "sys"};

bool is_directory(const vfs::Location& place) {
  return place.inode->attributes().type == vfs::FileType::directory;
}

}  // namespace

StandardMounts::StandardMounts(kernel::Kernel& kernel,
                               const MountLayers& layers,
                               engine::ContainerSpec& spec)
    : kernel_(kernel),
      layers_(layers),
      privileged_(spec.privileged),
      shm_size_(spec.shm_size > 0 ? spec.shm_size : kShmSize),
      read_only_paths_(std::move(spec.read_only_paths)),
      masked_paths_(std::move(spec.masked_paths)) {}

bool StandardMounts::holds(std::string_view path) {
  const std::string clean = vfs::clean_path(path).substr(1);
  const std::string_view top = std::string_view(clean).substr(
      0, std::min(clean.find('/'), clean.size()));
  return top.empty() || std::ranges::find(kEntries, top) != kEntries.end();
}

kernel::Devpts& StandardMounts::terminals() {
  if (!pts_) pts_ = std::make_shared<kernel::Devpts>(kernel_);
  return *pts_;
}

vfs::FileSystemRef StandardMounts::shared_memory() {
  if (!shm_) {
    shm_ = vfs::make_memory_fs(
        kernel_.scheduler(),
        {.type = "tmpfs", .bytes_max = shm_size_, .root_mode = 01777});
  }
  return shm_;
}

void StandardMounts::mount_at_a_look(
    vfs::MountTable& table, std::function<void(vfs::MountTable&)> files) {
  const auto own = shared_from_this();
  vfs::Automount waiting;
  waiting.entries.assign(kEntries.begin(), kEntries.end());
  if (files) waiting.entries.emplace_back("etc");
  waiting.before = [own, files = std::move(files)](vfs::MountTable& into) {
    own->mount_devices(into);
    if (files) files(into);
  };
  waiting.after = [own](vfs::MountTable& into) { own->mount_kernel(into); };
  table.automount(std::move(waiting));
}

void StandardMounts::mount_devices(vfs::MountTable& table) {
  has_devices_ = true;
  add_mount(table, "/dev",
            mount_of("tmpfs", "tmpfs", "nosuid,mode=755",
                     vfs::make_union_mount(layers_.devices, kernel_.scheduler(),
                                           kDevSize)));
  (void)terminals();
  add_mount(
      table, "/dev/pts",
      mount_of("devpts", "devpts",
               "nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666", pts_));
  add_mount(table, "/dev/shm",
            mount_of("shm", "tmpfs",
                     fmt::format("nosuid,nodev,noexec,relatime,size={}k",
                                 shm_size_ / 1024),
                     shared_memory()));
  vfs::Mount sys =
      mount_of("sysfs", "sysfs", "nosuid,nodev,noexec,relatime", kernel_.sys());
  sys.read_only = !privileged_;
  add_mount(table, "/sys", std::move(sys));
}

void StandardMounts::mount_kernel(vfs::MountTable& table) {
  mount_cgroups(table);
  mount_proc(table);
  hide(table);
}

/// A hierarchy each below /sys/fs/cgroup, from the container's own cgroup
/// down.
void StandardMounts::mount_cgroups(vfs::MountTable& table) {
  vfs::Mount folder =
      mount_of("tmpfs", "tmpfs", "nosuid,nodev,noexec,relatime,mode=755",
               vfs::make_union_mount(layers_.cgroups, kernel_.scheduler()));
  folder.read_only = !privileged_;
  add_mount(table, "/sys/fs/cgroup", std::move(folder));
  const auto place = vfs::resolve(root_view(table), "/sys/fs/cgroup");
  if (!place) return;
  for (const std::string& hierarchy : kernel_.identity.hierarchies) {
    vfs::Mount mount;
    mount.source = hierarchy.empty() ? "cgroup2" : "cgroup";
    mount.type = mount.source;
    mount.options = "nosuid,nodev,noexec,relatime";
    if (!hierarchy.empty()) mount.options += "," + hierarchy;
    mount.read_only = !privileged_;
    mount.root = kernel::make_cgroup_directory(kernel_, hierarchy, cgroup);
    const auto on = place->inode->lookup(kernel::cgroup_folder(hierarchy));
    if (!on) continue;
    mount.on = {place->mount, *on};
    table.add(std::move(mount));
  }
}

void StandardMounts::mount_proc(vfs::MountTable& table) {
  add_mount(table, "/proc",
            mount_of("proc", "proc", "nosuid,nodev,noexec,relatime",
                     kernel_.proc(pid)));
}

/// /proc/kcore becomes /dev/null, /sys/firmware an empty directory; /proc/sys
/// can only be read.
void StandardMounts::hide(vfs::MountTable& table) {
  if (read_only_paths_) {
    for (const std::string& path : *read_only_paths_) {
      mount_read_only(table, path);
    }
  }
  if (!masked_paths_) return;
  for (const std::string& path : *masked_paths_) mask(table, path);
}

void StandardMounts::mount_read_only(vfs::MountTable& table,
                                     const std::string& path) {
  const auto place = vfs::resolve(root_view(table), path);
  if (!place) return;
  vfs::Mount mount = *place->mount;
  mount.root = place->inode;
  mount.on = *place;
  mount.path = is_directory(*place) ? "" : path;
  mount.read_only = true;
  table.add(std::move(mount));
}

void StandardMounts::mask(vfs::MountTable& table, const std::string& path) {
  const vfs::View view = root_view(table);
  const auto place = vfs::resolve(view, path);
  if (!place) return;
  vfs::Mount mount;
  if (is_directory(*place)) {
    mount =
        mount_of("tmpfs", "tmpfs", "relatime",
                 vfs::make_memory_fs(
                     kernel_.scheduler(),
                     {.type = "tmpfs", .bytes_max = 1, .root_mode = 01777}));
    mount.read_only = true;
  } else {
    const auto null = vfs::resolve(view, "/dev/null");
    if (!null) return;
    mount = *null->mount;
    mount.root = null->inode;
    mount.path = path;
  }
  mount.on = *place;
  table.add(std::move(mount));
}

}  // namespace drydock::machine
