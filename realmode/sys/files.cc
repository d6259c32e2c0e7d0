// files.cc — open(2) and its kin.

#include "realmode/sys/files.h"

#include <dirent.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <memory>

#include "realmode/sys/fault.h"
#include "realmode/sys/flags.h"
#include "realmode/sys/trace.h"

namespace drydock::sys {

namespace {

Result<Fd> open_how(int directory, const std::string& path, int flags,
                    mode_t mode, std::uint64_t resolve) {
  struct open_how how = {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = resolve;
  for (int attempt = 0;; ++attempt) {
    const auto fd =
        ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how);
    if (fd >= 0) return Fd(static_cast<int>(fd));
    // Somebody renames nearby: the kernel could not be sure; ask again.
    if (errno == EAGAIN && attempt < 64) continue;
    return refused("openat2({}, \"{}\", {}, {})", directory, path,
                   open_flags(how.flags), resolve_flags(resolve));
  }
}

bool is_directory(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

/// Empties a directory that is open; depth is bounded by the stack of fds,
/// which the caller's limit on open files bounds.
Outcome empty_directory(int directory, dev_t device) {
  const auto names = list(directory);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (::unlinkat(directory, name.c_str(), 0) == 0) continue;
    if (errno != EISDIR && errno != EPERM) {
      return refused("unlinkat({}, \"{}\")", directory, name);
    }
    auto inner = openat(directory, name, O_DIRECTORY | O_NOFOLLOW);
    if (!inner) return inner.error();
    const auto status = fstat(inner->get());
    if (!status) return status.error();
    if (status->st_dev != device) {
      return Error{name + ": something is still mounted there"};
    }
    const Outcome emptied = empty_directory(inner->get(), device);
    if (!emptied) return emptied.error();
    if (::unlinkat(directory, name.c_str(), AT_REMOVEDIR) != 0) {
      return refused("unlinkat({}, \"{}\", AT_REMOVEDIR)", directory, name);
    }
  }
  return done();
}

}  // namespace

Result<Fd> open(const std::string& path, int flags, mode_t mode) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (fd < 0) {
    return refused("open(\"{}\", {})", path,
                   open_flags(static_cast<unsigned>(flags)));
  }
  return Fd(fd);
}

Result<Fd> openat(int directory, const std::string& path, int flags,
                  mode_t mode) {
  const int fd = ::openat(directory, path.c_str(), flags | O_CLOEXEC, mode);
  if (fd < 0) {
    return refused("openat({}, \"{}\", {})", directory, path,
                   open_flags(static_cast<unsigned>(flags)));
  }
  return Fd(fd);
}

Result<Fd> open_in(int root, const std::string& path, int flags, mode_t mode) {
  return open_how(root, path, flags, mode,
                  RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

Result<Fd> open_beneath(int directory, const std::string& path, int flags,
                        mode_t mode) {
  return open_how(directory, path, flags, mode,
                  RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

Result<struct stat> fstat(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return refused("fstat({})", fd);
  return status;
}

Result<struct stat> fstatat(int directory, const std::string& name) {
  struct stat status;
  const int flags = AT_SYMLINK_NOFOLLOW | (name.empty() ? AT_EMPTY_PATH : 0);
  if (::fstatat(directory, name.c_str(), &status, flags) != 0) {
    return refused("fstatat({}, \"{}\", AT_SYMLINK_NOFOLLOW)", directory, name);
  }
  return status;
}

Result<std::string> readlinkat(int directory, const std::string& name) {
  std::array<char, 4096> target;
  const ssize_t length =
      ::readlinkat(directory, name.c_str(), target.data(), target.size());
  if (length < 0) return refused("readlinkat({}, \"{}\")", directory, name);
  return std::string(target.data(), static_cast<std::size_t>(length));
}

Result<std::vector<std::string>> list(int directory) {
  // A stream of its own: the caller's position stays where it is.
  auto again = openat(directory, ".", O_DIRECTORY);
  if (!again) return again.error();
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(again->get()));
  if (!stream) return refused("fdopendir({})", again->get());
  (void)again->release();
  std::vector<std::string> names;
  while (const dirent* const entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Outcome mkdir(const std::string& path, mode_t mode) {
  const Door door("mkdir");
  if (door && ::mkdir(path.c_str(), mode) == 0) {
    note("mkdir(\"{}\", {:#o})", path, mode);
    return done();
  }
  return refused("mkdir(\"{}\", {:#o})", path, mode);
}

Outcome make_directories(const std::string& path, mode_t mode) {
  // As a rule all but the last part is there.
  if (path.size() > 1) {
    const Door door("mkdir");
    if (!door) return refused("mkdir(\"{}\", {:#o})", path, mode);
    if (::mkdir(path.c_str(), mode) == 0) {
      note("mkdir(\"{}\", {:#o})", path, mode);
      return done();
    }
    if (errno == EEXIST && is_directory(path)) return done();
  }
  for (std::size_t slash = path.find('/', 1);;
       slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (is_directory(part)) {
      if (slash == std::string::npos) return done();
      continue;
    }
    const Door door("mkdir");
    if (!door || (::mkdir(part.c_str(), mode) != 0 && errno != EEXIST)) {
      return refused("mkdir(\"{}\", {:#o})", part, mode);
    }
    note("mkdir(\"{}\", {:#o})", part, mode);
    if (slash == std::string::npos) return done();
  }
}

Outcome rmdir(const std::string& path) {
  const Door door("rmdir");
  if (door && (::rmdir(path.c_str()) == 0 || errno == ENOENT)) {
    note("rmdir(\"{}\")", path);
    return done();
  }
  return refused("rmdir(\"{}\")", path);
}

Outcome remove_tree(const std::string& path) {
  const auto root = open(path, O_DIRECTORY | O_NOFOLLOW);
  if (!root) {
    if (errno == ENOENT) return done();
    if (errno != ENOTDIR && errno != ELOOP) return root.error();
    if (::unlink(path.c_str()) != 0) return refused("unlink(\"{}\")", path);
    return done();
  }
  const auto status = fstat(root->get());
  if (!status) return status.error();
  const Door door("remove_tree");
  if (!door) return refused("unlinkat(\"{}\")", path);
  const Outcome emptied = empty_directory(root->get(), status->st_dev);
  if (!emptied) return emptied.error();
  return rmdir(path);
}

Outcome rename(const std::string& from, const std::string& to) {
  const Door door("rename");
  if (door && ::rename(from.c_str(), to.c_str()) == 0) {
    note("rename(\"{}\", \"{}\")", from, to);
    return done();
  }
  return refused("rename(\"{}\", \"{}\")", from, to);
}

Result<std::string> read_all(int fd) {
  std::string all;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return refused("read({})", fd);
    if (count == 0) return all;
    all.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

Result<std::string> read_file(const std::string& path) {
  const auto file = open(path, O_RDONLY);
  if (!file) return file.error();
  return read_all(file->get());
}

Outcome write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return refused("write({}, {} bytes)", fd, bytes.size());
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return done();
}

Outcome write_file(const std::string& path, std::string_view content,
                   mode_t mode) {
  const Door door("write_file");
  if (!door) return refused("open(\"{}\", O_WRONLY|O_CREAT|O_TRUNC)", path);
  const auto file = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  if (!file) return file.error();
  note("write(\"{}\", {} bytes)", path, content.size());
  return write_all(file->get(), content);
}

Outcome replace_file(const std::string& path, std::string_view content,
                     mode_t mode) {
  const std::string fresh = path + ".new";
  const Outcome written = write_file(fresh, content, mode);
  if (!written) return written.error();
  return rename(fresh, path);
}

Outcome tell(const std::string& path, std::string_view text) {
  const auto file = open(path, O_WRONLY);
  if (!file) return file.error();
  const Door door("tell");
  if (!door || ::write(file->get(), text.data(), text.size()) < 0) {
    return refused("write(\"{}\", \"{}\")", path, text);
  }
  note("write(\"{}\", \"{}\")", path, text);
  return done();
}

Result<Fd> sealed_memory(const std::string& name, std::string_view bytes) {
  const Door door("memfd_create");
  const int fd =
      door ? ::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING) : -1;
  if (fd < 0) return refused("memfd_create(\"{}\")", name);
  Fd memory(fd);
  const Outcome written = write_all(fd, bytes);
  if (!written) return written.error();
  if (::lseek(fd, 0, SEEK_SET) != 0) return refused("lseek({}, 0)", fd);
  constexpr int kSeals =
      F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  if (::fcntl(fd, F_ADD_SEALS, kSeals) != 0) {
    return refused("fcntl({}, F_ADD_SEALS)", fd);
  }
  return memory;
}

Result<Pipe> pipe() {
  std::array<int, 2> ends;
  const Door door("pipe2");
  if (!door || ::pipe2(ends.data(), O_CLOEXEC) != 0)
    return refused("pipe2(O_CLOEXEC)");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

}  // namespace drydock::sys
