// devices.cc — device nodes by the table.

#include "sim/machine/devices.h"

#include <array>

#include "sim/kernel/device.h"
#include "sim/kernel/sys_fs.h"
#include "sim/vfs/memory_fs.h"

namespace drydock::machine {

namespace {

struct Node {
  std::string_view name;
  vfs::Device device;
};
constexpr std::array kNodes = {
    Node{"null", kernel::kNullDevice},
    Node{"zero", kernel::kZeroDevice},
    Node{"full", kernel::kFullDevice},
    Node{"random", kernel::kRandomDevice},
    Node{"urandom", kernel::kUrandomDevice},
    Node{"tty", kernel::kTtyDevice},
};

struct Symlink {
  std::string_view name, target;
};
constexpr std::array kSymlinks = {
    Symlink{"fd", "/proc/self/fd"},       Symlink{"stdin", "/proc/self/fd/0"},
    Symlink{"stdout", "/proc/self/fd/1"}, Symlink{"stderr", "/proc/self/fd/2"},
    Symlink{"ptmx", "pts/ptmx"},
};

}  // namespace

vfs::LayerRef make_device_layer(const Clock& clock) {
  const vfs::UnionMountRef mount = vfs::make_union_mount(nullptr, clock);
  const vfs::InodeRef root = mount->root();
  for (const Node& node : kNodes) {
    vfs::NewFile file;
    file.type = vfs::FileType::char_device;
    file.mode = 0666;
    file.rdev = node.device;
    (void)root->create(node.name, file);
  }
  for (const Symlink& link : kSymlinks) {
    vfs::NewFile file;
    file.type = vfs::FileType::symlink;
    file.mode = 0777;
    file.target = link.target;
    (void)root->create(link.name, file);
  }
  for (const std::string_view name : {"pts", "shm", "mqueue"}) {
    vfs::NewFile file;
    file.type = vfs::FileType::directory;
    file.mode = 0755;
    (void)root->create(name, file);
  }
  return mount->commit({});
}

vfs::LayerRef make_cgroup_layer(kernel::Kernel& kernel) {
  const vfs::UnionMountRef mount =
      vfs::make_union_mount(nullptr, kernel.scheduler());
  const vfs::InodeRef root = mount->root();
  vfs::NewFile folder;
  folder.type = vfs::FileType::directory;
  folder.mode = 0755;
  for (const std::string& hierarchy : kernel.identity.hierarchies) {
    const std::string name = kernel::cgroup_folder(hierarchy);
    (void)root->create(name, folder);
    const List controllers = split(hierarchy, ',');
    if (controllers.size() == 1) continue;
    for (const std::string& controller : controllers) {
      vfs::NewFile link;
      link.type = vfs::FileType::symlink;
      link.mode = 0777;
      link.target = name;
      (void)root->create(controller, link);
    }
  }
  return mount->commit({});
}

}  // namespace drydock::machine
