// unpack.cc — an archive becomes a tree of files.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <algorithm>
#include <optional>

#include "realmode/layers/archive.h"
#include "realmode/layers/nap.h"
#include "realmode/layers/overlay.h"
#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"
#include "sim/base/text.h"
#include "sim/vfs/tar.h"

namespace drydock::realmode {

namespace {

constexpr std::string_view kWhiteout = ".wh.";

/// Longer files pass piece by piece: in memory that is not asked of the kernel
/// each time, and without another copy.
constexpr auto kAtOnce = static_cast<std::int64_t>(kChunk);
/// Those with holes are: what is between the holes may be this much.
constexpr std::int64_t kSparseMax = std::int64_t{256} << 20;
/// No file is longer, whatever an archive says: 1 TiB.
constexpr std::int64_t kFileMax = std::int64_t{1} << 40;
constexpr std::string_view kOpaque = ".wh..wh..opq";
constexpr std::string_view kAufs = ".wh..wh.";

/// The parts of a member's name; nothing if it would lead out.
Result<List> parts_of(const std::string& name) {
  List parts;
  for (std::string& part : split(name, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      return Error{
          fmt::format("invalid tar entry \"{}\": leads out of the "
                      "folder that is extracted into",
                      name)};
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

timespec stamp_of(Time time) {
  timespec stamp = {};
  stamp.tv_sec = time.seconds();
  stamp.tv_nsec = time.since_epoch - stamp.tv_sec * kSecond;
  return stamp;
}

/// One extraction.
class Unpacker {
 public:
  Unpacker(int root, UnpackOptions options)
      : root_(root), options_(std::move(options)) {}

  /// `streams`: the body comes by write().
  Outcome add(const vfs::TarEntry& entry, bool streams);
  /// Bytes of the file that add() has made, in order, as long as its body has
  /// not been all in the entry; the last ones with `last`.
  Outcome write(std::string_view bytes, bool last);
  /// Directories get their times last: each file in them changed them.
  Outcome finish();

 private:
  Result<sys::Fd> parent_of(const List& parts);
  Result<sys::Fd> need_directory(const std::string& path);
  Outcome make(int parent, const std::string& name, const vfs::TarEntry& entry);
  Outcome make_regular(int parent, const std::string& name,
                       const vfs::TarEntry& entry);
  Outcome make_link(int parent, const std::string& name,
                    const vfs::TarEntry& entry);
  Outcome make_special(int parent, const std::string& name,
                       const vfs::TarEntry& entry) const;
  Outcome clear(int parent, const std::string& name,
                const vfs::TarEntry& entry) const;
  Outcome dress(int parent, const std::string& name,
                const vfs::TarEntry& entry) const;
  Outcome white_out(int parent, const std::string& name) const;

  struct Stamp {
    std::string path;
    Time mtime;
  };

  /// A file whose body is still to come.
  struct Body {
    sys::Fd file, parent;
    std::string name;
    vfs::TarEntry entry;
    std::int64_t at = 0;
  };

  int root_;
  UnpackOptions options_;
  bool streams_ = false;
  std::optional<Body> body_;
  std::string last_path_;  // Members come folder by folder.
  sys::Fd last_directory_;
  std::vector<Stamp> stamps_;
};

/// Makes directories as needed; symlinks on the way are followed inside.
Result<sys::Fd> Unpacker::need_directory(const std::string& path) {
  auto there = sys::open_in(root_, path, O_PATH | O_DIRECTORY);
  if (there || errno != ENOENT) return there;
  const std::size_t slash = path.rfind('/');
  const std::string above =
      slash == std::string::npos ? "." : path.substr(0, slash);
  const std::string name =
      path.substr(slash == std::string::npos ? 0 : slash + 1);
  auto parent = need_directory(above);
  if (!parent) return parent;
  if (::mkdirat(parent->get(), name.c_str(), 0755) != 0 && errno != EEXIST) {
    return sys::refused("mkdirat({}, \"{}\")", parent->get(), name);
  }
  return sys::open_in(root_, path, O_PATH | O_DIRECTORY);
}

Result<sys::Fd> Unpacker::parent_of(const List& parts) {
  const List above(parts.begin(), parts.end() - 1);
  const std::string path = above.empty() ? "." : join(above, "/");
  if (!last_directory_ || path != last_path_) {
    auto directory = need_directory(path);
    if (!directory) return directory;
    last_directory_ = std::move(*directory);
    last_path_ = path;
  }
  return sys::openat(last_directory_.get(), ".", O_PATH | O_DIRECTORY);
}

/// What is there gives way, unless both are directories.
bool is_mount_root(int parent, const std::string& name) {
  struct statx status = {};
  constexpr unsigned kFlags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
  return ::statx(parent, name.c_str(), kFlags, STATX_TYPE, &status) == 0 &&
         (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

Outcome Unpacker::clear(int parent, const std::string& name,
                        const vfs::TarEntry& entry) const {
  const auto status = sys::fstatat(parent, name);
  if (!status) return done();
  const bool keeps = S_ISDIR(status->st_mode) &&
                     entry.type == vfs::FileType::directory && !entry.hard_link;
  if (keeps) return done();
  // Unlinking a mount point that is none in our own namespace would take the
  // mount away where it is one.
  if (is_mount_root(parent, name)) {
    return Error{fmt::format("unlinkat {}/{}: device or resource busy",
                             options_.shown, entry.name)};
  }
  if (!S_ISDIR(status->st_mode)) {
    if (::unlinkat(parent, name.c_str(), 0) == 0) return done();
    return sys::refused("unlinkat({}, \"{}\")", parent, name);
  }
  return sys::remove_tree(fmt::format("/proc/self/fd/{}/{}", parent, name));
}

Outcome Unpacker::make_regular(int parent, const std::string& name,
                               const vfs::TarEntry& entry) {
  auto file =
      sys::openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!file) return file.error();
  const Outcome written = sys::write_all(file->get(), entry.content);
  if (!written) return written;
  if (::ftruncate(file->get(), entry.size) != 0) {
    return sys::refused("ftruncate(\"{}\", {})", name, entry.size);
  }
  for (const auto& [offset, run] : entry.more) {
    if (::pwrite(file->get(), run.data(), run.size(), offset) !=
        static_cast<ssize_t>(run.size())) {
      return sys::refused("pwrite(\"{}\", {} bytes)", name, run.size());
    }
  }
  if (!streams_) return done();
  auto folder = sys::openat(parent, ".", O_PATH | O_DIRECTORY);
  if (!folder) return folder.error();
  body_ = Body{std::move(*file), std::move(*folder), name, entry, 0};
  return done();
}

/// Blocks of zeros stay holes, so that what only looks big stays small.
Outcome Unpacker::write(std::string_view bytes, bool last) {
  const bool zeros = bytes.find_first_not_of('\0') == std::string_view::npos;
  while (!bytes.empty() && !zeros) {
    const ssize_t count =
        ::pwrite(body_->file.get(), bytes.data(), bytes.size(), body_->at);
    if (count < 0) {
      return sys::refused("pwrite(\"{}\", {} bytes)", body_->name,
                          bytes.size());
    }
    body_->at += count;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  body_->at += static_cast<std::int64_t>(bytes.size());
  if (!last) return done();
  const Body whole = *std::exchange(body_, std::nullopt);
  return dress(whole.parent.get(), whole.name, whole.entry);
}

Outcome Unpacker::make_link(int parent, const std::string& name,
                            const vfs::TarEntry& entry) {
  const auto parts = parts_of(entry.link);
  if (!parts) return parts.error();
  if (parts->empty()) return Error{"a hard link to nothing: " + entry.name};
  const List above(parts->begin(), parts->end() - 1);
  const auto folder = sys::open_in(
      root_, above.empty() ? "." : join(above, "/"), O_PATH | O_DIRECTORY);
  if (!folder) return folder.error();
  if (::linkat(folder->get(), parts->back().c_str(), parent, name.c_str(), 0) ==
      0) {
    return done();
  }
  return sys::refused("linkat(\"{}\", \"{}\")", entry.link, entry.name);
}

Outcome Unpacker::make_special(int parent, const std::string& name,
                               const vfs::TarEntry& entry) const {
  const mode_t kind = entry.type == vfs::FileType::char_device    ? S_IFCHR
                      : entry.type == vfs::FileType::block_device ? S_IFBLK
                                                                  : S_IFIFO;
  const dev_t device = makedev(entry.rdev.major, entry.rdev.minor);
  // 0:0 is overlayfs' own word for "deleted": no archive says it.
  if (kind == S_IFCHR && device == 0) return done();
  if (::mknodat(parent, name.c_str(), kind | 0600, device) == 0) return done();
  return sys::refused("mknodat(\"{}\")", entry.name);
}

/// Owner, mode, attributes and time; the mode last but one, since a change of
/// owner takes set-id bits away.
Outcome Unpacker::dress(int parent, const std::string& name,
                        const vfs::TarEntry& entry) const {
  const uid_t uid = options_.owner ? options_.owner->uid : entry.uid;
  const gid_t gid = options_.owner ? options_.owner->gid : entry.gid;
  if (::fchownat(parent, name.c_str(), uid, gid, AT_SYMLINK_NOFOLLOW) != 0) {
    return sys::refused("fchownat(\"{}\", {}, {})", entry.name, uid, gid);
  }
  if (entry.type != vfs::FileType::symlink) {
    const auto file = sys::openat(parent, name, O_PATH | O_NOFOLLOW);
    if (!file) return file.error();
    const std::string path = fmt::format("/proc/self/fd/{}", file->get());
    if (::chmod(path.c_str(), entry.mode) != 0) {
      return sys::refused("chmod(\"{}\", {:#o})", entry.name, entry.mode);
    }
    for (const auto& [key, value] : entry.xattrs) {
      // What the file system cannot keep is not worth an image.
      (void)::setxattr(path.c_str(), key.c_str(), value.data(), value.size(),
                       0);
    }
  }
  const std::array<timespec, 2> times = {stamp_of(entry.mtime),
                                         stamp_of(entry.mtime)};
  if (::utimensat(parent, name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) !=
      0) {
    return sys::refused("utimensat(\"{}\")", entry.name);
  }
  return done();
}

Outcome Unpacker::white_out(int parent, const std::string& name) const {
  if (name == kOpaque) return make_opaque(parent);
  if (name.starts_with(kAufs)) return done();  // The old union's own files.
  const std::string gone = name.substr(kWhiteout.size());
  if (gone.empty() || gone == "." || gone == "..") {
    return Error{"a whiteout without a name"};
  }
  return make_whiteout(parent, gone);
}

Outcome Unpacker::make(int parent, const std::string& name,
                       const vfs::TarEntry& entry) {
  if (entry.hard_link) return make_link(parent, name, entry);
  switch (entry.type) {
    case vfs::FileType::directory:
      if (::mkdirat(parent, name.c_str(), 0700) == 0 || errno == EEXIST) {
        return done();
      }
      return sys::refused("mkdirat(\"{}\")", entry.name);
    case vfs::FileType::symlink:
      if (::symlinkat(entry.link.c_str(), parent, name.c_str()) == 0) {
        return done();
      }
      return sys::refused("symlinkat(\"{}\", \"{}\")", entry.link, entry.name);
    case vfs::FileType::regular:
      return make_regular(parent, name, entry);
    default:
      return make_special(parent, name, entry);
  }
}

Outcome Unpacker::add(const vfs::TarEntry& entry, bool streams) {
  streams_ = streams;
  const auto parts = parts_of(entry.name);
  if (!parts) return parts.error();
  if (parts->empty()) {  // The folder itself.
    if (entry.type != vfs::FileType::directory) return done();
    stamps_.push_back({".", entry.mtime});
    return dress(root_, ".", entry);
  }
  const auto parent = parent_of(*parts);
  if (!parent) return parent.error();
  const std::string& name = parts->back();
  if (options_.whiteouts == Whiteouts::layer && name.starts_with(kWhiteout)) {
    return white_out(parent->get(), name);
  }
  const Outcome cleared = clear(parent->get(), name, entry);
  if (!cleared) return cleared;
  const Outcome made = make(parent->get(), name, entry);
  if (!made || entry.hard_link || body_) return made;
  if (entry.type == vfs::FileType::char_device && entry.rdev.major == 0 &&
      entry.rdev.minor == 0) {
    return done();
  }
  if (entry.type == vfs::FileType::directory) {
    stamps_.push_back({join(*parts, "/"), entry.mtime});
  }
  return dress(parent->get(), name, entry);
}

Outcome Unpacker::finish() {
  // The deepest last first: a stamp changes no other directory's time.
  for (auto stamp = stamps_.rbegin(); stamp != stamps_.rend(); ++stamp) {
    const auto directory =
        sys::open_in(root_, stamp->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (!directory) continue;  // Replaced by a later member.
    const std::array<timespec, 2> times = {stamp_of(stamp->mtime),
                                           stamp_of(stamp->mtime)};
    (void)::futimens(directory->get(), times.data());
  }
  return done();
}

}  // namespace

Task<Outcome> unpack_tree(ByteSource& from, int root, UnpackOptions options) {
  vfs::TarReader reader(from, kSparseMax);
  reader.set_at_once(kAtOnce);
  Unpacker unpacker(root, std::move(options));
  Nap nap;
  for (;;) {
    const auto entry = co_await reader.next();
    if (!entry) co_return entry.error();
    if (!*entry) break;
    const sys::Door door("unpack");
    if (!door) co_return sys::refused("openat(\"{}\")", (*entry)->name);
    const bool streams = reader.body_left() > 0;
    if (streams && reader.body_left() > kFileMax) {
      co_return Error{fmt::format("tar: \"{}\" is longer than {} bytes",
                                  (*entry)->name, kFileMax)};
    }
    const Outcome added = unpacker.add(**entry, streams);
    if (!added) co_return added;
    if (nap.is_due((*entry)->content.size())) {
      co_await yield_turn();
    }
    while (streams && reader.body_left() > 0) {
      const Result<Bytes> piece = co_await reader.body();
      if (!piece) co_return piece.error();
      const sys::Door more("write");
      if (!more) co_return sys::refused("write(\"{}\")", (*entry)->name);
      const Outcome written = unpacker.write(*piece, reader.body_left() == 0);
      if (!written) co_return written;
      if (nap.is_due(piece->size())) {
        co_await yield_turn();
      }
    }
  }
  co_return unpacker.finish();
}

}  // namespace drydock::realmode
