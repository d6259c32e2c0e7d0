// layers.cc — the shelf of layers and Docker's init layer.

#include "sim/machine/layers.h"

#include <algorithm>
#include <array>

#include "sim/machine/first_look.h"
#include "sim/vfs/memory_fs.h"
#include "sim/vfs/walk.h"

namespace drydock::machine {

namespace {

struct MountPoint {
  std::string_view path;
  vfs::FileType type;
};

using enum vfs::FileType;

constexpr std::array kMountPoints = {
    MountPoint{"/.dockerenv", regular},
    MountPoint{"/dev", directory},
    MountPoint{"/dev/console", regular},
    MountPoint{"/dev/pts", directory},
    MountPoint{"/dev/shm", directory},
    MountPoint{"/etc", directory},
    MountPoint{"/etc/hostname", regular},
    MountPoint{"/etc/hosts", regular},
    MountPoint{"/etc/mtab", symlink},
    MountPoint{"/etc/resolv.conf", regular},
    MountPoint{"/proc", directory},
    MountPoint{"/sys", directory},
};

void make(vfs::Inode& root, const MountPoint& point) {
  const std::string directory = vfs::dir_name(point.path);
  const std::string name = vfs::base_name(point.path);
  vfs::InodeRef parent = root.shared_from_this();
  if (directory != "/") {
    const auto found = root.lookup(directory.substr(1));
    if (!found) return;
    parent = *found;
  }
  if (parent->lookup(name)) return;
  vfs::NewFile file;
  file.type = point.type;
  file.mode = 0755;
  if (point.type == symlink) file.target = "/proc/mounts";
  (void)parent->create(name, file);
}

}  // namespace

vfs::LayerRef LayerShelf::find(const engine::LayerId& id) const {
  const auto layer = layers_.find(id);
  return layer == layers_.end() ? nullptr : layer->second;
}

void LayerShelf::put(const engine::LayerId& id, vfs::LayerRef layer) {
  layers_[id] = std::move(layer);
}

void LayerShelf::drop(const engine::LayerId& id) {
  layers_.erase(id);
  init_layers_.erase(id);
}

const LayerShelf::InitLayer& LayerShelf::init_layer(
    const engine::LayerId& image) {
  InitLayer& init = init_layers_[image];
  if (init.layer) return init;
  const vfs::UnionMountRef mount = vfs::make_union_mount(find(image), clock_);
  const vfs::InodeRef root = mount->root();
  for (const MountPoint& point : kMountPoints) make(*root, point);
  init = {mount->commit({}), std::make_shared<FirstLook>()};
  return init;
}

vfs::UnionMountRef LayerShelf::make_root(const engine::LayerId& image) {
  return vfs::make_union_mount(init_layer(image).layer, clock_, 0, disk_);
}

std::shared_ptr<FirstLook> LayerShelf::first_look(
    const engine::LayerId& image) {
  return init_layer(image).first_look;
}

bool is_engine_file(std::string_view path) {
  static constexpr std::array<std::string_view, 3> kWhole = {"/dev", "/proc",
                                                             "/sys"};
  if (std::ranges::any_of(kWhole, [path](std::string_view whole) {
        return path == whole || path.starts_with(std::string(whole) + "/");
      })) {
    return true;
  }
  return std::ranges::any_of(kMountPoints, [path](const MountPoint& point) {
    return point.type != directory && point.path == path;
  });
}

std::vector<std::string> engine_files() {
  std::vector<std::string> paths = {"/dev", "/proc", "/sys"};
  for (const MountPoint& point : kMountPoints) {
    if (point.type != directory) paths.emplace_back(point.path);
  }
  return paths;
}

}  // namespace drydock::machine
