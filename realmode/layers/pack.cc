// pack.cc — a tree of files becomes an archive.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "realmode/layers/archive.h"
#include "realmode/layers/nap.h"
#include "realmode/layers/overlay.h"
#include "realmode/sys/files.h"
#include "sim/base/text.h"
#include "sim/vfs/tar.h"

namespace drydock::realmode {

namespace {

using FileId = std::pair<dev_t, ino_t>;

/// Longer files pass piece by piece: in memory that is not asked of the kernel
/// each time, and without another copy.
constexpr auto kAtOnce = static_cast<std::int64_t>(kChunk);

Time time_of(const timespec& stamp) {
  return {stamp.tv_sec * kSecond + stamp.tv_nsec};
}

vfs::FileType type_of(mode_t mode) {
  if (S_ISDIR(mode)) return vfs::FileType::directory;
  if (S_ISLNK(mode)) return vfs::FileType::symlink;
  if (S_ISCHR(mode)) return vfs::FileType::char_device;
  if (S_ISBLK(mode)) return vfs::FileType::block_device;
  if (S_ISFIFO(mode)) return vfs::FileType::fifo;
  if (S_ISSOCK(mode)) return vfs::FileType::socket;
  return vfs::FileType::regular;
}

/// What travels with a layer: user's own attributes and file capabilities.
bool travels(std::string_view name) {
  return name == "security.capability" || name.starts_with("user.");
}

/// By way of /proc: xattr(7) calls know no directory and name.
void take_xattrs(int file, vfs::TarEntry* entry) {
  const std::string path = fmt::format("/proc/self/fd/{}", file);
  std::array<char, 8192> names;
  const ssize_t length = ::listxattr(path.c_str(), names.data(), names.size());
  if (length <= 0) return;
  const std::string_view all(names.data(), static_cast<std::size_t>(length));
  for (const std::string& name : split(all, '\0')) {
    if (name.empty() || !travels(name)) continue;
    std::array<char, 65536> value;
    const ssize_t size =
        ::getxattr(path.c_str(), name.c_str(), value.data(), value.size());
    if (size < 0) continue;
    entry->xattrs[name] =
        std::string(value.data(), static_cast<std::size_t>(size));
  }
}

/// One walk over a tree.
class Packer {
 public:
  Packer(PackOptions options, ByteSink& to)
      : options_(std::move(options)), to_(to) {}

  Task<Outcome> pack(int root);

 private:
  /// A directory that is being walked, and how far.
  struct Level {
    sys::Fd directory;
    std::string path;  // "" or "/usr/bin".
    std::vector<std::string> names;
    std::size_t next = 0;
  };

  Outcome open_level(sys::Fd directory, std::string path);
  Outcome visit(Level& level, const std::string& name);
  Outcome add(int directory, const std::string& name, const struct stat& status,
              const std::string& path);
  Outcome fill_body(int directory, const std::string& name,
                    vfs::TarEntry* entry);
  Task<Outcome> flush();
  Task<Outcome> copy_body();
  void add_whiteout(const std::string& path);
  std::string name_of(const std::string& path) const {
    return options_.prefix + path.substr(path.empty() ? 0 : 1);
  }

  PackOptions options_;
  ByteSink& to_;
  vfs::TarWriter writer_;
  std::vector<Level> levels_;
  std::map<FileId, std::string> links_;
  sys::Fd body_;  // Of a long file that is still to be copied.
  std::int64_t body_size_ = 0;
  Nap nap_;
};

Outcome Packer::open_level(sys::Fd directory, std::string path) {
  auto names = sys::list(directory.get());
  if (!names) return names.error();
  levels_.push_back(
      {std::move(directory), std::move(path), std::move(*names), 0});
  return done();
}

Outcome Packer::fill_body(int directory, const std::string& name,
                          vfs::TarEntry* entry) {
  auto file =
      name.empty()
          ? sys::open(fmt::format("/proc/self/fd/{}", directory), O_RDONLY)
          : sys::openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file) return file.error();
  if (entry->size > kAtOnce) {
    take_xattrs(file->get(), entry);
    body_ = std::move(*file);
    body_size_ = entry->size;
    return done();
  }
  auto bytes = sys::read_all(file->get());
  if (!bytes) return bytes.error();
  entry->content = std::move(*bytes);
  entry->size = static_cast<std::int64_t>(entry->content.size());
  take_xattrs(file->get(), entry);
  return done();
}

void Packer::add_whiteout(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  vfs::TarEntry entry;
  entry.name =
      name_of(path.substr(0, slash + 1)) + ".wh." + path.substr(slash + 1);
  entry.mode = 0600;
  entry.user = entry.group = "root";
  writer_.add(entry);
}

Outcome Packer::add(int directory, const std::string& name,
                    const struct stat& status, const std::string& path) {
  vfs::TarEntry entry;
  entry.name = name_of(path);
  entry.type = type_of(status.st_mode);
  entry.mode = status.st_mode & 07777;
  entry.uid = status.st_uid;
  entry.gid = status.st_gid;
  const auto user = options_.users.find(status.st_uid);
  if (user != options_.users.end()) entry.user = user->second;
  const auto group = options_.groups.find(status.st_gid);
  if (group != options_.groups.end()) entry.group = group->second;
  entry.mtime = time_of(status.st_mtim);
  if (S_ISSOCK(status.st_mode)) return done();  // Nobody listens there later.
  if (S_ISDIR(status.st_mode)) {
    if (!entry.name.ends_with('/')) entry.name += '/';
  } else if (status.st_nlink > 1) {
    const auto [first, fresh] =
        links_.emplace(FileId{status.st_dev, status.st_ino}, entry.name);
    if (!fresh) {
      entry.hard_link = true;
      entry.link = first->second;
      writer_.add(entry);
      return done();
    }
  }
  if (S_ISLNK(status.st_mode)) {
    auto target = sys::readlinkat(directory, name);
    if (!target) return target.error();
    entry.link = std::move(*target);
  }
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
    entry.rdev = {major(status.st_rdev), minor(status.st_rdev)};
  }
  if (S_ISREG(status.st_mode)) {
    entry.size = status.st_size;
    const Outcome filled = fill_body(directory, name, &entry);
    if (!filled) return filled;
  }
  if (body_) {
    writer_.add_head(entry);
    return done();
  }
  writer_.add(entry);
  return done();
}

Outcome Packer::visit(Level& level, const std::string& name) {
  const std::string path = level.path + "/" + name;
  if (std::ranges::find(options_.skip, path) != options_.skip.end()) {
    return done();
  }
  const auto status = sys::fstatat(level.directory.get(), name);
  if (!status) return status.error();
  if (options_.whiteouts == Whiteouts::layer && is_whiteout(*status)) {
    add_whiteout(path);
    return done();
  }
  const bool itself =
      std::ranges::find(options_.skip, path + "/") == options_.skip.end();
  if (itself) {
    const Outcome added = add(level.directory.get(), name, *status, path);
    if (!added) return added;
  }
  if (!S_ISDIR(status->st_mode)) return done();
  auto inner =
      sys::openat(level.directory.get(), name, O_DIRECTORY | O_NOFOLLOW);
  if (!inner) return inner.error();
  if (options_.whiteouts == Whiteouts::layer && is_opaque(inner->get())) {
    vfs::TarEntry marker;
    marker.name = name_of(path) + "/.wh..wh..opq";
    marker.mode = status->st_mode & 07777;
    marker.user = marker.group = "root";
    writer_.add(marker);
  }
  return open_level(std::move(*inner), path);
}

/// Of a long file, just as much as its header has said: it may be growing, or
/// have shrunk.
Task<Outcome> Packer::copy_body() {
  const sys::Fd file = std::move(body_);
  for (std::int64_t left = body_size_; left > 0;) {
    Bytes piece(kChunk, '\0');
    const auto wanted = static_cast<std::size_t>(
        std::min(left, static_cast<std::int64_t>(piece.size())));
    const ssize_t count = ::read(file.get(), piece.data(), wanted);
    if (count < 0) co_return sys::refused("read({})", file.get());
    // What is gone meanwhile is zeros.
    piece.resize(count > 0 ? static_cast<std::size_t>(count) : wanted);
    left -= static_cast<std::int64_t>(piece.size());
    const std::size_t size = piece.size();
    const Outcome written = co_await to_.write(std::move(piece));
    if (!written) co_return written;
    if (nap_.is_due(size)) {
      co_await yield_turn();
    }
  }
  writer_.add_padding(body_size_);
  co_return done();
}

/// What has been visited goes out.
Task<Outcome> Packer::flush() {
  Bytes ready = writer_.take();
  if (ready.empty()) co_return done();
  const std::size_t size = ready.size();
  const Outcome written = co_await to_.write(std::move(ready));
  if (!written) co_return written;
  if (nap_.is_due(size)) {
    co_await yield_turn();
  }
  if (!body_) co_return done();
  co_return co_await copy_body();
}

Task<Outcome> Packer::pack(int root) {
  const auto status = sys::fstat(root);
  if (!status) co_return status.error();
  if (!S_ISDIR(status->st_mode) || options_.with_root) {
    const Outcome added = add(root, "", *status, "");
    if (!added) co_return added;
    const Outcome flushed = co_await flush();
    if (!flushed) co_return flushed;
  }
  if (S_ISDIR(status->st_mode)) {
    auto again = sys::openat(root, ".", O_DIRECTORY);
    if (!again) co_return again.error();
    const Outcome opened = open_level(std::move(*again), "");
    if (!opened) co_return opened;
  }
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.next == level.names.size()) {
      levels_.pop_back();
      continue;
    }
    const std::string name = level.names[level.next++];
    const Outcome visited = visit(level, name);
    if (!visited) co_return visited;
    const Outcome written = co_await flush();
    if (!written) co_return written;
  }
  writer_.end();
  Bytes rest = writer_.take();
  co_return co_await to_.write(std::move(rest));
}

Outcome add_sizes(int directory, std::set<FileId>* seen, std::int64_t* sum) {
  const auto names = sys::list(directory);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    const auto status = sys::fstatat(directory, name);
    if (!status) return status.error();
    if (S_ISDIR(status->st_mode)) {
      const auto inner = sys::openat(directory, name, O_DIRECTORY | O_NOFOLLOW);
      if (!inner) return inner.error();
      const Outcome added = add_sizes(inner->get(), seen, sum);
      if (!added) return added;
    }
    // As Docker counts: a symlink is as long as what it says.
    if (!S_ISREG(status->st_mode) && !S_ISLNK(status->st_mode)) continue;
    if (!seen->insert({status->st_dev, status->st_ino}).second) continue;
    *sum += status->st_size;
  }
  return done();
}

}  // namespace

Task<Outcome> pack_tree(int root, PackOptions options, ByteSink& to) {
  Packer packer(std::move(options), to);
  co_return co_await packer.pack(root);
}

Result<std::int64_t> tree_size(int root) {
  std::set<FileId> seen;
  std::int64_t sum = 0;
  const Outcome added = add_sizes(root, &seen, &sum);
  if (!added) return added.error();
  return sum;
}

}  // namespace drydock::realmode
