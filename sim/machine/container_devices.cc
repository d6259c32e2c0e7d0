// container_devices.cc — --device: nodes of the host's in a container's /dev.

#include <fmt/format.h>

#include "sim/machine/mount_tools.h"
#include "sim/machine/sim_backend.h"

namespace drydock::machine {

using engine::ContainerSpec;
using engine::StartFault;

namespace {

/// All nodes of the host's /dev, for those who may have them all.
List host_devices(const vfs::MountTable& host) {
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

}  // namespace

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
