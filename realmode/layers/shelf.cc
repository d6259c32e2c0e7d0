// shelf.cc — folders of layers and containers.

#include "realmode/layers/shelf.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "realmode/sys/files.h"
#include "sim/base/sha256.h"
#include "sim/base/text.h"

namespace drydock::realmode {

namespace {

struct MountPoint {
  std::string_view path;
  bool directory;
};
constexpr std::array kMountPoints = {
    MountPoint{"/.dockerenv", false},
    MountPoint{"/dev", true},
    MountPoint{"/dev/console", false},
    MountPoint{"/dev/pts", true},
    MountPoint{"/dev/shm", true},
    MountPoint{"/etc", true},
    MountPoint{"/etc/hostname", false},
    MountPoint{"/etc/hosts", false},
    MountPoint{"/etc/resolv.conf", false},
    MountPoint{"/proc", true},
    MountPoint{"/sys", true},
};
constexpr std::string_view kMtab = "/etc/mtab";

Outcome make_mount_points(const std::string& root) {
  const Outcome made = sys::make_directories(root);
  if (!made) return made;
  for (const MountPoint& point : kMountPoints) {
    const std::string path = root + std::string(point.path);
    const Outcome there = point.directory ? sys::make_directories(path)
                                          : sys::write_file(path, "", 0755);
    if (!there) return there;
  }
  const std::string mtab = root + std::string(kMtab);
  if (::symlink("/proc/mounts", mtab.c_str()) != 0 && errno != EEXIST) {
    return sys::refused("symlink(\"/proc/mounts\", \"{}\")", mtab);
  }
  return done();
}

/// Ids and names become parts of paths here; nothing else may.
Outcome check_name(const std::string& name) {
  const bool sound = !name.empty() && name[0] != '.' &&
                     name.find('/') == std::string::npos &&
                     name.find('\0') == std::string::npos;
  if (sound) return done();
  return Error{fmt::format("\"{}\" is no name for a folder", name)};
}

}  // namespace

Shelf::Shelf(std::string root) : root_(std::move(root)) { set_mark(); }

void Shelf::set_mark() {
  struct stat info = {};
  std::string what = root_;
  if (::stat(root_.c_str(), &info) == 0) {
    what += fmt::format(" {}:{}", info.st_dev, info.st_ino);
  }
  mark_ = sha256_hex(what).substr(0, 4);
}

Outcome Shelf::prepare() {
  for (const std::string_view folder :
       {"", "/layers", "/containers", "/volumes", "/trash"}) {
    const Outcome made =
        sys::make_directories(root_ + std::string(folder), 0700);
    if (!made) return made;
  }
  set_mark();
  const std::string mounts = root_ + "/layers/mounts";
  if (::access(mounts.c_str(), F_OK) == 0) return done();
  const std::string fresh = mounts + ".new";
  const Outcome cleared = sys::remove_tree(fresh);
  if (!cleared) return cleared;
  const Outcome made = make_mount_points(fresh);
  if (!made) return made;
  return sys::rename(fresh, mounts);
}

Result<std::vector<std::string>> Shelf::stack(const std::string& id) const {
  std::vector<std::string> folders;
  for (std::string next = id; !next.empty();) {
    folders.push_back(layer(next) + "/diff");
    const auto parent = sys::read_file(layer(next) + "/parent");
    if (!parent && errno != ENOENT) return parent.error();
    next = parent ? *parent : "";
  }
  folders.push_back(root_ + "/layers/mounts");
  return folders;
}

Outcome Shelf::add_layer(const std::string& id,
                         const std::string& parent) const {
  const Outcome named = check_name(id);
  if (!named) return named;
  const Outcome made = sys::make_directories(layer(id) + "/diff");
  if (!made || parent.empty()) return made;
  return sys::write_file(layer(id) + "/parent", parent);
}

Outcome Shelf::remove_layer(const std::string& id) const {
  const Outcome named = check_name(id);
  if (!named) return named;
  return discard(layer(id));
}

Result<sys::Fd> Shelf::open_volume(const std::string& name) const {
  const auto all = sys::open(volumes(), O_PATH | O_DIRECTORY);
  if (!all) return all.error();
  return sys::open_beneath(all->get(), name + "/_data", O_RDONLY | O_DIRECTORY);
}

Outcome Shelf::remove_volume(const std::string& name) const {
  const Outcome named = check_name(name);
  if (!named) return named;
  return discard(root_ + "/volumes/" + name);
}

Outcome Shelf::discard(const std::string& path) const {
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::string gone = root_ + "/trash/" + name;
  // One of this name may still be there: a volume's second life.
  const Outcome cleared = sys::remove_tree(gone);
  if (!cleared) return cleared;
  const Outcome moved = sys::rename(path, gone);
  if (!moved && errno == ENOENT) return done();
  if (!moved) return moved;
  (void)sys::remove_tree(gone);  // Else it waits in the trash.
  return done();
}

Outcome Shelf::empty_trash() const {
  const auto trash = sys::open(root_ + "/trash", O_DIRECTORY);
  if (!trash) return trash.error();
  const auto names = sys::list(trash->get());
  if (!names) return names.error();
  for (const std::string& name : *names) {
    const Outcome removed = sys::remove_tree(root_ + "/trash/" + name);
    if (!removed) return removed;
  }
  return done();
}

Outcome Shelf::add_container(const std::string& id,
                             const std::string& image) const {
  const Outcome named = check_name(id);
  if (!named) return named;
  const std::string home = container(id);
  for (const std::string_view folder : {"/upper", "/work", "/rootfs"}) {
    const Outcome made = sys::make_directories(home + std::string(folder));
    if (!made) return made;
  }
  // The root of the container looks as the image's does.
  const auto below = stack(image);
  if (!below) return below.error();
  struct stat status = {};
  if (::stat(below->front().c_str(), &status) == 0) {
    const std::string upper = home + "/upper";
    (void)::chown(upper.c_str(), status.st_uid, status.st_gid);
    (void)::chmod(upper.c_str(), status.st_mode & 07777);
  }
  return sys::write_file(home + "/image", image);
}

Outcome Shelf::remove_container(const std::string& id) const {
  const Outcome named = check_name(id);
  if (!named) return named;
  return discard(container(id));
}

Result<std::string> Shelf::image_of(const std::string& id) const {
  return sys::read_file(container(id) + "/image");
}

bool is_engine_file(std::string_view path) {
  static constexpr std::array<std::string_view, 3> kWhole = {"/dev", "/proc",
                                                             "/sys"};
  const bool inside = std::ranges::any_of(kWhole, [path](auto whole) {
    return path == whole ||
           (path.starts_with(whole) && path[whole.size()] == '/');
  });
  if (inside || path == kMtab) return true;
  return std::ranges::any_of(kMountPoints, [path](const MountPoint& point) {
    return !point.directory && point.path == path;
  });
}

std::vector<std::string> engine_files() {
  std::vector<std::string> paths = {"/dev", "/proc", "/sys",
                                    std::string(kMtab)};
  for (const MountPoint& point : kMountPoints) {
    if (!point.directory) paths.emplace_back(point.path);
  }
  return paths;
}

}  // namespace drydock::realmode
