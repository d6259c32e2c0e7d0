// container_mounts.cc — the parts of a container's tree that are about the
// kernel: its cgroups, what of /proc and /sys is hidden, its devices.

#include <algorithm>

#include <fmt/format.h>

#include "sim/kernel/device.h"
#include "sim/kernel/sys_fs.h"
#include "sim/machine/devices.h"
#include "sim/machine/mount_tools.h"
#include "sim/machine/sim_backend.h"
#include "sim/vfs/memory_fs.h"

namespace drydock::machine {

using engine::ContainerSpec;
using engine::StartFault;

/// A hierarchy each below /sys/fs/cgroup, from the container's own cgroup
/// down.
void SimBackend::mount_cgroups(vfs::MountTable& table,
                               const kernel::CgroupRef& cgroup, bool writable) {
  vfs::Mount folder =
      mount_of("tmpfs", "tmpfs", "nosuid,nodev,noexec,relatime,mode=755",
               vfs::make_union_mount(cgroup_layer_, kernel_.scheduler()));
  folder.read_only = !writable;
  add_mount(table, "/sys/fs/cgroup", std::move(folder));
  const auto place = vfs::resolve(root_view(table), "/sys/fs/cgroup");
  if (!place) return;
  for (const std::string& hierarchy : kernel_.identity.hierarchies) {
    vfs::Mount mount;
    mount.source = hierarchy.empty() ? "cgroup2" : "cgroup";
    mount.type = mount.source;
    mount.options = "nosuid,nodev,noexec,relatime";
    if (!hierarchy.empty()) mount.options += "," + hierarchy;
    mount.read_only = !writable;
    mount.root = kernel::make_cgroup_directory(kernel_, hierarchy, cgroup);
    const auto on = place->inode->lookup(kernel::cgroup_folder(hierarchy));
    if (!on) continue;
    mount.on = {place->mount, *on};
    table.add(std::move(mount));
  }
}

/// /proc/kcore becomes /dev/null, /sys/firmware an empty directory; /proc/sys
/// can only be read.
void SimBackend::hide_paths(vfs::MountTable& table, const ContainerSpec& spec) {
  const vfs::View view = root_view(table);
  for (const std::string& path : spec.read_only_paths) {
    const auto place = vfs::resolve(view, path);
    if (!place) continue;
    vfs::Mount mount = *place->mount;
    mount.root = place->inode;
    mount.on = *place;
    mount.path.clear();
    mount.read_only = true;
    if (place->inode->attributes().type != vfs::FileType::directory) {
      mount.path = path;
    }
    table.add(std::move(mount));
  }
  for (const std::string& path : spec.masked_paths) {
    const auto place = vfs::resolve(view, path);
    if (!place) continue;
    const bool directory =
        place->inode->attributes().type == vfs::FileType::directory;
    vfs::Mount mount;
    if (directory) {
      mount =
          mount_of("tmpfs", "tmpfs", "relatime",
                   vfs::make_memory_fs(
                       kernel_.scheduler(),
                       {.type = "tmpfs", .bytes_max = 1, .root_mode = 01777}));
      mount.read_only = true;
    } else {
      const auto null = vfs::resolve(view, "/dev/null");
      if (!null) continue;
      mount = *null->mount;
      mount.root = null->inode;
      mount.path = path;
    }
    mount.on = *place;
    if (directory) mount.path.clear();
    table.add(std::move(mount));
  }
}

/// All nodes of the host's /dev, for those who may have them all.
static List host_devices(const vfs::MountTable& host) {
  List devices;
  const auto dev = vfs::resolve(root_view(host), "/dev");
  if (!dev) return devices;
  const auto entries = dev->inode->entries();
  if (!entries) return devices;
  for (const vfs::DirectoryEntry& entry : *entries) {
    const bool device = entry.type == vfs::FileType::char_device ||
                        entry.type == vfs::FileType::block_device;
    const std::string path = "/dev/" + entry.name;
    if (device) devices.push_back(path + ":" + path + ":rwm");
  }
  return devices;
}

/// --device HOST:CONTAINER:PERMISSIONS: the node, and the rule that lets it be
/// opened.
Result<std::monostate, StartFault> SimBackend::add_devices(
    const vfs::MountTable& table, ContainerSpec& spec) {
  const vfs::View view = root_view(table);
  const vfs::MountTable& host = kernel_.machine().mnt->table;
  if (spec.privileged) {
    for (std::string& device : host_devices(host)) {
      spec.devices.push_back(std::move(device));
    }
  }
  for (const std::string& device : spec.devices) {
    const List parts = split(device, ':');
    const auto found = vfs::resolve(root_view(host), parts[0]);
    const vfs::Attributes node =
        found ? found->inode->attributes() : vfs::Attributes{};
    const bool block = node.type == vfs::FileType::block_device;
    if (!found || (!block && node.type != vfs::FileType::char_device)) {
      return StartFault{
          StartFault::Kind::no_device,
          fmt::format(
              "error gathering device information while adding custom "
              "device {}: {}",
              go_quote(parts[0]),
              found ? "not a device node" : "no such file or directory")};
    }
    vfs::NewFile file;
    file.type = node.type;
    file.mode = node.mode;
    file.uid = node.uid;
    file.gid = node.gid;
    file.rdev = node.rdev;
    const auto parent = mount_parent(table, parts[1]);
    if (parent && !vfs::resolve(view, parts[1])) {
      (void)parent->directory.inode->create(parent->name, file);
    }
    spec.device_cgroup_rules.push_back(
        fmt::format("{} {}:{} {}", block ? 'b' : 'c', node.rdev.major,
                    node.rdev.minor, parts[2]));
  }
  return std::monostate{};
}

}  // namespace drydock::machine
