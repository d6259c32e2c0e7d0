// memory_fs.h — a file system in memory, with POSIX semantics: tmpfs(5).
//
// Regular files may be hollow: a size, a few stored bytes at the front, and
// zeros from there on that take no memory.  The catalogue's programs are
// such files: 40 KB in `ls -l`, a line of text in memory.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sim/base/time.h"
#include "sim/vfs/disk.h"
#include "sim/vfs/inode.h"

namespace drydock::vfs {

struct MemoryFsOptions {
  std::string type = "tmpfs";
  std::int64_t bytes_max = 0;  // ENOSPC beyond; 0 is no limit.
  Mode root_mode = 0755;
  DiskRef disk = nullptr;  // On which it lies, with others.
};

/// `clock` stamps the files and must outlive the file system.
FileSystemRef make_memory_fs(const Clock& clock, MemoryFsOptions options = {});

/// Another one with the same files, numbers and times, which shares the bytes
/// of each until one of the two is written.  `model` is of make_memory_fs's.
FileSystemRef copy_memory_fs(FileSystem& model, const Clock& clock,
                             MemoryFsOptions options = {});

/// A regular file of `size` bytes that begins with `stored`.
SysResult<InodeRef> create_hollow(Inode& directory, std::string_view name,
                                  const NewFile& file, std::string_view stored,
                                  std::int64_t size);

/// mkdir -p and "write this file" for those who set up a tree by hand; paths
/// are absolute, made of plain components.
SysResult<InodeRef> make_directories(Inode& root, std::string_view path,
                                     Mode mode = 0755);
SysResult<InodeRef> write_file(Inode& root, std::string_view path,
                               std::string_view content, Mode mode = 0644);

}  // namespace drydock::vfs
