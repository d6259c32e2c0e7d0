// files.h — files and directories: open(2) and its kin.
//
// Names that come from an image or a container are only ever opened with
// open_in() or open_beneath(): the kernel then keeps "..", absolute symlinks
// and swapped directories inside of the given root.

#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "realmode/sys/fd.h"

namespace drydock::sys {

/// O_CLOEXEC is always added.
Result<Fd> open(const std::string& path, int flags, mode_t mode = 0);
Result<Fd> openat(int directory, const std::string& path, int flags,
                  mode_t mode = 0);

/// The path as a process with this root would see it: symlinks and ".." are
/// followed, but never out.
Result<Fd> open_in(int root, const std::string& path, int flags,
                   mode_t mode = 0);

/// The path below the directory; leaving it, even for a moment, and any
/// symlink on the way is refused.
Result<Fd> open_beneath(int directory, const std::string& path, int flags,
                        mode_t mode = 0);

Result<struct stat> fstat(int fd);
/// lstat(2) relative to a directory.
Result<struct stat> fstatat(int directory, const std::string& name);
Result<std::string> readlinkat(int directory, const std::string& name);
/// Names in a directory, sorted, without "." and "..".
Result<std::vector<std::string>> list(int directory);

Outcome mkdir(const std::string& path, mode_t mode);
/// mkdir -p; what is there already stays as it is.
Outcome make_directories(const std::string& path, mode_t mode = 0755);
Outcome rmdir(const std::string& path);
/// rm -rf; what is not there is no error.  Never follows a symlink, never
/// crosses into another file system.
Outcome remove_tree(const std::string& path);
Outcome rename(const std::string& from, const std::string& to);

/// All of a small file.
Result<std::string> read_file(const std::string& path);
Result<std::string> read_all(int fd);
Outcome write_all(int fd, std::string_view bytes);
/// Creates or truncates.
Outcome write_file(const std::string& path, std::string_view content,
                   mode_t mode = 0644);
/// Writes what was there before or the new content, never a piece of it.
Outcome replace_file(const std::string& path, std::string_view content,
                     mode_t mode = 0644);
/// For files of /proc and /sys: one write(2), nothing is created.
Outcome tell(const std::string& path, std::string_view text);

/// A file without a name that holds these bytes and can no more be changed.
Result<Fd> sealed_memory(const std::string& name, std::string_view bytes);

struct Pipe {
  Fd read, write;
};
Result<Pipe> pipe();

}  // namespace drydock::sys
