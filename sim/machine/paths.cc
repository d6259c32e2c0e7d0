// paths.cc — `docker cp`: paths in a container, whatever its state.

#include "sim/machine/sim_backend.h"
#include "sim/vfs/tar.h"

namespace drydock::machine {

using engine::ContainerId;
using engine::PathError;
using engine::PathFault;
using engine::PathStat;

namespace {

PathError path_error(Errno error) {
  const PathFault kind = error == Errno::enoent    ? PathFault::not_found
                         : error == Errno::enotdir ? PathFault::not_directory
                         : error == Errno::erofs   ? PathFault::read_only
                                                   : PathFault::other;
  return {kind, std::string(text_of(error))};
}

/// In a container paths are always looked up from its root.
vfs::View view_of(const vfs::MountTable& table) {
  const vfs::Location root = table.root();
  return {&table, root, root, vfs::Credentials{}};
}

/// Files below a directory that something is mounted on.
std::map<std::string, std::string, std::less<>> busy_below(
    const vfs::View& view, const vfs::Location& directory) {
  const std::string above = vfs::path_of(view, directory);
  const std::string prefix = above == "/" ? above : above + "/";
  std::map<std::string, std::string, std::less<>> busy;
  for (const vfs::MountRef& mount : view.mounts->mounts()) {
    const bool file =
        mount->root->attributes().type != vfs::FileType::directory;
    if (!file || !mount->path.starts_with(prefix)) continue;
    busy.emplace(mount->path.substr(prefix.size() - 1), mount->path);
  }
  return busy;
}

std::string rooted(const std::string& path) {
  return path.starts_with('/') ? path : "/" + path;
}

}  // namespace

Task<Result<PathStat, PathError>> SimBackend::stat_path(ContainerId id,
                                                        std::string path) {
  const vfs::MountTable table = table_at_rest(id);
  const vfs::View view = view_of(table);
  const auto place = vfs::resolve(view, rooted(path), vfs::Last::keep);
  if (!place) co_return path_error(place.error());
  const vfs::Attributes file = place->inode->attributes();
  PathStat stat;
  stat.name = vfs::base_name(path);
  stat.size = file.size;
  stat.mode = file.mode;
  stat.directory = file.type == vfs::FileType::directory;
  stat.symlink = file.type == vfs::FileType::symlink;
  stat.regular = file.type == vfs::FileType::regular;
  stat.mtime = file.mtime;
  if (stat.symlink) {
    const auto target = place->inode->readlink();
    if (target) stat.link_target = *target;
  }
  co_return stat;
}

Task<Result<std::monostate, PathError>> SimBackend::copy_out(ContainerId id,
                                                             std::string path,
                                                             ByteSink& tar) {
  const vfs::MountTable table = table_at_rest(id);
  const vfs::View view = view_of(table);
  const auto place = vfs::resolve(view, rooted(path), vfs::Last::keep);
  if (!place) co_return path_error(place.error());
  vfs::TarOptions options;
  options.users = user_names(view);
  options.groups = group_names(view);
  const bool contents = path.ends_with("/.") || path == ".";
  options.prefix = contents ? "." : vfs::base_name(path);
  if (place->inode->attributes().type == vfs::FileType::directory) {
    options.prefix += "/";
    options.with_root = true;
  }
  const Outcome written = co_await vfs::write_tree(place->inode, options, tar);
  if (!written) co_return PathError{PathFault::other, written.error().text};
  co_return std::monostate{};
}

Task<Result<std::monostate, PathError>> SimBackend::copy_in(
    ContainerId id, std::string directory, ByteSource& tar) {
  const vfs::MountTable table = table_at_rest(id);
  const vfs::View view = view_of(table);
  const auto place = vfs::resolve(view, rooted(directory));
  if (!place) co_return path_error(place.error());
  if (place->inode->attributes().type != vfs::FileType::directory) {
    co_return path_error(Errno::enotdir);
  }
  if (place->mount->read_only) {
    const bool root = !place->mount->on;
    co_return PathError{PathFault::read_only,
                        root ? "container rootfs is marked read-only"
                             : "mounted volume is marked read-only"};
  }
  vfs::ExtractOptions options;
  options.busy = busy_below(view, *place);
  const Outcome extracted = co_await vfs::extract(tar, place->inode, options);
  if (!extracted) co_return PathError{PathFault::other, extracted.error().text};
  co_return std::monostate{};
}

}  // namespace drydock::machine
