// paths.cc — `docker cp`: paths in a container, whatever its state.

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>

#include <cerrno>

#include <fmt/format.h>

#include "realmode/backend/real_backend.h"
#include "realmode/layers/archive.h"
#include "realmode/sys/files.h"
#include "realmode/sys/mount.h"

namespace drydock::realmode {

using engine::ContainerId;
using engine::MountKind;
using engine::PathError;
using engine::PathFault;
using engine::PathStat;

namespace {

PathError path_error(const Error& error, int reason) {
  const PathFault kind = reason == ENOENT    ? PathFault::not_found
                         : reason == ENOTDIR ? PathFault::not_directory
                         : reason == EROFS   ? PathFault::read_only
                                             : PathFault::other;
  (void)error;
  return {kind, std::strerror(reason)};
}

std::string rooted(const std::string& path) {
  return path.starts_with('/') ? path : "/" + path;
}

std::string base_of(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path.substr(path.rfind('/') + 1);
}

/// O_PATH|O_NOFOLLOW of the last part: the thing itself, be it a symlink.
Result<sys::Fd> open_thing(const sys::Fd& root, const std::string& path) {
  return sys::open_in(root.get(), rooted(path), O_PATH | O_NOFOLLOW);
}

bool is_read_only(int fd) {
  // faccessat(2) asks the file system, not root's powers.
  return ::faccessat(AT_FDCWD, fmt::format("/proc/self/fd/{}", fd).c_str(),
                     W_OK, 0) != 0 &&
         errno == EROFS;
}

}  // namespace

/// Of one that runs: through its first process.  Else: the same union, mounted
/// for this moment only and nowhere in particular, with its volumes in place.
Result<sys::Fd> RealBackend::view(const ContainerId& id) {
  RealContainer& own = container(id);
  if (own.main.is_running()) {
    return sys::open(fmt::format("/proc/{}/root", own.main.pid()),
                     O_RDONLY | O_DIRECTORY);
  }
  const auto image = shelf_.image_of(id);
  if (!image) return image.error();
  const auto below = shelf_.stack(*image);
  if (!below) return below.error();
  sys::MountOptions options;
  for (const std::string& lower : *below) {
    options.emplace_back("lowerdir+", lower);
  }
  options.emplace_back("upperdir", shelf_.container(id) + "/upper");
  options.emplace_back("workdir", shelf_.container(id) + "/work");
  options.emplace_back("redirect_dir", "off");
  options.emplace_back("metacopy", "off");
  const auto mount = sys::make_mount("overlay", options, 0);
  if (!mount) return mount.error();
  for (const engine::MountSpec& wish : own.spec.mounts) {
    if (wish.kind == MountKind::tmpfs) continue;
    const auto place = sys::open_in(mount->get(), wish.target, O_PATH);
    const auto source = wish.kind == MountKind::volume
                            ? shelf_.open_volume(wish.source)
                            : sys::open(wish.source, O_PATH);
    if (!source) continue;
    const auto tree = sys::clone_tree(source->get(), "", true);
    if (!place || !tree) continue;
    if (wish.read_only) {
      (void)sys::set_attributes(tree->get(), MOUNT_ATTR_RDONLY, false);
    }
    const Outcome placed = sys::move_mount(tree->get(), place->get());
    if (!placed) return placed.error();
  }
  return sys::openat(mount->get(), ".", O_RDONLY | O_DIRECTORY);
}

Task<Result<PathStat, PathError>> RealBackend::stat_path(ContainerId id,
                                                         std::string path) {
  const auto root = view(id);
  if (!root) co_return PathError{PathFault::other, root.error().text};
  const auto thing = open_thing(*root, path);
  if (!thing) co_return path_error(thing.error(), errno);
  const auto status = sys::fstat(thing->get());
  if (!status) co_return path_error(status.error(), errno);
  PathStat stat;
  stat.name = base_of(path);
  stat.size = status->st_size;
  stat.mode = status->st_mode & 07777;
  stat.directory = S_ISDIR(status->st_mode);
  stat.symlink = S_ISLNK(status->st_mode);
  stat.regular = S_ISREG(status->st_mode);
  stat.mtime = {status->st_mtim.tv_sec * kSecond + status->st_mtim.tv_nsec};
  if (stat.symlink) {
    const auto target = sys::readlinkat(thing->get(), "");
    if (target) stat.link_target = *target;
  }
  co_return stat;
}

Task<Result<std::monostate, PathError>> RealBackend::copy_out(ContainerId id,
                                                              std::string path,
                                                              ByteSink& tar) {
  const auto root = view(id);
  if (!root) co_return PathError{PathFault::other, root.error().text};
  const auto thing = open_thing(*root, path);
  if (!thing) co_return path_error(thing.error(), errno);
  const auto status = sys::fstat(thing->get());
  if (!status) co_return path_error(status.error(), errno);
  PackOptions options;
  const bool contents = path.ends_with("/.") || path == ".";
  options.prefix = contents ? "." : base_of(path);
  if (S_ISDIR(status->st_mode)) {
    options.prefix += "/";
    options.with_root = true;
  }
  const Outcome packed = co_await pack_tree(thing->get(), options, tar);
  if (!packed) co_return PathError{PathFault::other, packed.error().text};
  co_return std::monostate{};
}

Task<Result<std::monostate, PathError>> RealBackend::copy_in(
    ContainerId id, std::string directory, ByteSource& tar) {
  const auto root = view(id);
  if (!root) co_return PathError{PathFault::other, root.error().text};
  const auto into =
      sys::open_in(root->get(), rooted(directory), O_RDONLY | O_DIRECTORY);
  if (!into) co_return path_error(into.error(), errno);
  RealContainer& own = container(id);
  if (is_read_only(into->get())) {
    co_return PathError{PathFault::read_only,
                        own.spec.read_only
                            ? "container rootfs is marked read-only"
                            : "mounted volume is marked read-only"};
  }
  const UnpackOptions options;
  const Outcome unpacked = co_await unpack_tree(tar, into->get(), options);
  if (!unpacked) co_return PathError{PathFault::other, unpacked.error().text};
  co_return std::monostate{};
}

}  // namespace drydock::realmode
