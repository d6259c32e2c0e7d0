// paths.cc — `docker cp`: paths in a container, whatever its state.

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "realmode/backend/real_backend.h"
#include "realmode/layers/archive.h"
#include "realmode/sys/files.h"
#include "realmode/sys/mount.h"
#include "realmode/sys/process.h"
#include "realmode/sys/sockets.h"
#include "sim/base/text.h"

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

/// What is to be mounted in a view, cloned but without a place.
struct Piece {
  std::string target;
  sys::Fd tree;
};

Outcome place_all(const sys::Fd& root, const std::vector<Piece>& pieces) {
  for (const Piece& piece : pieces) {
    const auto point = sys::open_in(root.get(), piece.target, O_PATH);
    if (!point) continue;  // The container has taken its place away.
    const Outcome placed = sys::move_mount(piece.tree.get(), point->get());
    if (!placed) return placed;
  }
  return done();
}

/// The root mount of a process and nothing of what is mounted in it, but the
/// pieces.  Only one who is in its mount namespace may copy a mount or add to
/// the copy, so a child goes there.
Result<sys::Fd> bare_root_of(std::int64_t pid,
                             const std::vector<Piece>& pieces) {
  const auto space = sys::open(fmt::format("/proc/{}/ns/mnt", pid), O_RDONLY);
  if (!space) return space.error();
  auto ends = sys::socket_pair();
  if (!ends) return ends.error();
  const pid_t child = ::fork();
  if (child < 0) return sys::refused("fork()");
  if (child == 0) {
    const Outcome there = sys::setns(space->get(), CLONE_NEWNS);
    const auto root = there ? sys::clone_tree(AT_FDCWD, "/", false)
                            : Result<sys::Fd>(there.error());
    const Outcome placed =
        root ? place_all(*root, pieces) : Outcome(root.error());
    (void)(placed ? sys::send(ends->theirs.get(), "root", 0, {root->get()})
                  : sys::send(ends->theirs.get(), placed.error().text));
    ::_exit(0);
  }
  ends->theirs.close();
  auto answer = sys::receive(ends->ours.get(), 4096);
  (void)::waitpid(child, nullptr, 0);  // Where children are waited for.
  if (!answer) return answer.error();
  if (answer->fds.empty()) return Error{answer->bytes};
  return std::move(answer->fds.front());
}

/// "app" for 1000, as the container's own accounts call them.
std::map<std::uint32_t, std::string> names_in(const sys::Fd& root,
                                              const std::string& path) {
  constexpr off_t kMax = 1 << 20;
  std::map<std::uint32_t, std::string> names;
  const auto file = sys::open_in(root.get(), path, O_RDONLY | O_NONBLOCK);
  const auto status = file ? sys::fstat(file->get()) : file.error();
  if (!status || !S_ISREG(status->st_mode) || status->st_size > kMax) {
    return {{0, "root"}};
  }
  const auto text = sys::read_all(file->get());
  for (const std::string& line : split(text ? *text : "", '\n')) {
    const List fields = split(line, ':');
    const auto id = fields.size() > 2 ? parse_int(fields[2]) : std::nullopt;
    if (id) names.emplace(static_cast<std::uint32_t>(*id), fields[0]);
  }
  return names;
}

bool is_read_only(int fd) {
  // faccessat(2) asks the file system, not root's powers.
  return ::faccessat(AT_FDCWD, fmt::format("/proc/self/fd/{}", fd).c_str(),
                     W_OK, 0) != 0 &&
         errno == EROFS;
}

}  // namespace

/// The container's files as Docker's cp sees them, running or not: the union
/// and what was asked to be mounted in it, but no /proc, /sys or /dev.
Result<sys::Fd> RealBackend::view(const ContainerId& id) {
  RealContainer& own = container(id);
  std::vector<Piece> pieces;
  const auto take = [&](const Result<sys::Fd>& source,
                        const std::string& target, bool read_only) {
    if (!source) return;
    auto tree = sys::clone_tree(source->get(), "", true);
    if (!tree) return;
    if (read_only) {
      (void)sys::set_attributes(tree->get(), MOUNT_ATTR_RDONLY, false);
    }
    pieces.push_back({target, std::move(*tree)});
  };
  for (const engine::MountSpec& wish : own.spec.mounts) {
    if (wish.kind == MountKind::tmpfs) continue;
    take(wish.kind == MountKind::volume ? shelf_.open_volume(wish.source)
                                        : sys::open(wish.source, O_PATH),
         wish.target, wish.read_only);
  }
  for (const auto& [path, content] : own.spec.files) {
    const std::string name = path.substr(path.rfind('/') + 1);
    take(sys::open(shelf_.container(id) + "/" + name, O_PATH), path, false);
  }
  if (own.main.is_running()) {
    const auto root = bare_root_of(own.main.pid(), pieces);
    if (!root) return root.error();
    return sys::openat(root->get(), ".", O_RDONLY | O_DIRECTORY);
  }
  const auto root = union_of(id);
  if (!root) return root.error();
  const Outcome placed = place_all(*root, pieces);
  if (!placed) return placed.error();
  return sys::openat(root->get(), ".", O_RDONLY | O_DIRECTORY);
}

/// Of one that does not run: the same union, mounted for this moment only and
/// nowhere in particular.
Result<sys::Fd> RealBackend::union_of(const ContainerId& id) const {
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
  return sys::make_mount("overlay", options, 0);
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
  options.users = names_in(*root, "/etc/passwd");
  options.groups = names_in(*root, "/etc/group");
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
  if (is_read_only(into->get())) {
    const auto top = sys::fstat(root->get());
    const auto here = sys::fstat(into->get());
    const bool in_root = top && here && top->st_dev == here->st_dev;
    co_return PathError{PathFault::read_only,
                        in_root ? "container rootfs is marked read-only"
                                : "mounted volume is marked read-only"};
  }
  UnpackOptions options;
  options.shown = directory == "/" ? "" : directory;
  const Outcome unpacked = co_await unpack_tree(tar, into->get(), options);
  if (!unpacked) co_return PathError{PathFault::other, unpacked.error().text};
  co_return std::monostate{};
}

}  // namespace drydock::realmode
