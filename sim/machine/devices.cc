// devices.cc — device nodes by the table.

#include "sim/machine/devices.h"

#include <array>

#include "sim/kernel/device.h"
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

constexpr std::array<std::string_view, 6> kSysFolders = {
    "/block",   "/bus",       "/class",
    "/devices", "/fs/cgroup", "/kernel/mm/transparent_hugepage"};

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

vfs::FileSystemRef make_sys(const Clock& clock) {
  vfs::MemoryFsOptions options;
  options.type = "sysfs";
  const vfs::FileSystemRef sys = vfs::make_memory_fs(clock, options);
  const vfs::InodeRef root = sys->root();
  for (const std::string_view folder : kSysFolders) {
    (void)vfs::make_directories(*root, folder);
  }
  // A kernel's setting that Redis warns of.
  (void)vfs::write_file(*root, "kernel/mm/transparent_hugepage/enabled",
                        "[always] madvise never\n", 0644);
  return sys;
}

}  // namespace drydock::machine
