// inode.h — what every file system is made of, as inode(7) and the kernel see
// it.
//
// The door between file systems and those who use them: the memory file
// system, the union mount, /proc and bind mounts all answer it.  Paths, mounts
// and permissions are not its business (see walk.h); names here are single
// components, never "." or "..".

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/errno.h"
#include "sim/base/stream.h"
#include "sim/base/time.h"

namespace drydock::vfs {

enum class FileType {
  regular,
  directory,
  symlink,
  char_device,
  block_device,
  fifo,
  socket,
};

/// stat(2)'s letters: '-', 'd', 'l', 'c', 'b', 'p', 's'.
char letter_of(FileType type);

/// Permission and set-id bits, as chmod(2) takes them: at most 07777.
using Mode = std::uint32_t;
using UserId = std::uint32_t;
using GroupId = std::uint32_t;

/// A device number: makedev(3).
struct Device {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  friend auto operator<=>(const Device&, const Device&) = default;
};

/// What stat(2) tells.
struct Attributes {
  FileType type = FileType::regular;
  Mode mode = 0;
  UserId uid = 0;
  GroupId gid = 0;
  std::int64_t size = 0;    // Bytes; of a symlink, the length of its target.
  std::int64_t stored = 0;  // Bytes that take up memory: less if hollow.
  std::uint64_t ino = 0;
  std::uint64_t links = 1;
  Device rdev;  // Of device nodes.
  Time atime, mtime, ctime;
};

/// What chmod, chown and utimensat change; the rest stays.
struct AttributeChange {
  std::optional<Mode> mode = {};
  std::optional<UserId> uid = {};
  std::optional<GroupId> gid = {};
  std::optional<Time> atime = {};
  std::optional<Time> mtime = {};
};

/// What is born by open(O_CREAT), mkdir, mknod and symlink.
struct NewFile {
  FileType type = FileType::regular;
  Mode mode = 0644;
  UserId uid = 0;
  GroupId gid = 0;
  Device rdev;
  std::string target;  // Of a symlink.
};

struct DirectoryEntry {
  std::string name;
  FileType type;
  std::uint64_t ino;
  friend bool operator==(const DirectoryEntry&,
                         const DirectoryEntry&) = default;
};

/// A part of a file.
struct Extent {
  std::int64_t offset = 0;
  std::int64_t length = 0;
  friend bool operator==(const Extent&, const Extent&) = default;
};

class Inode;
using InodeRef = std::shared_ptr<Inode>;
struct Node;  // A file of a read-only layer: node.h.

/// An entry of a directory as a walk passes it, without taking hold of it: the
/// kernel's RCU-walk (path-lookup.rst).  Good until something changes.
struct Dentry {
  /// Type, mode and owner are true; the rest is what attributes() tells.  Null:
  /// there is no such entry.
  const Attributes* file = nullptr;
  Inode* inode = nullptr;      // Null: nobody holds one,
  const Node* node = nullptr;  // and it is as its layer has it.
};

/// One file of any kind.  Calls that make no sense for its kind answer as
/// Linux does (ENOTDIR, EISDIR, EINVAL).
class Inode : public std::enable_shared_from_this<Inode> {
 public:
  virtual ~Inode() = default;

  virtual Attributes attributes() const = 0;
  virtual SysOutcome change(const AttributeChange& change);

  // Directories.
  virtual SysResult<InodeRef> lookup(std::string_view name);
  /// Of a directory: what lookup() would find, or itself as ".".  Nothing where
  /// only a lookup can tell.
  virtual std::optional<Dentry> peek(std::string_view name) const;
  virtual SysResult<std::vector<DirectoryEntry>>
  entries();  // By name; no dots.
  virtual SysResult<InodeRef> create(std::string_view name,
                                     const NewFile& file);
  virtual SysOutcome link(std::string_view name, InodeRef file);
  virtual SysOutcome unlink(std::string_view name);
  virtual SysOutcome rmdir(std::string_view name);
  /// rename(2), within one file system; EXDEV otherwise.  `no_replace` is
  /// RENAME_NOREPLACE.
  virtual SysOutcome rename(std::string_view name, Inode& into,
                            std::string_view new_name, bool no_replace = false);
  virtual InodeRef parent();  // Of a directory; of the root, itself.
  /// Of a directory: what parent() calls it; "" of a root or a removed one.
  virtual std::string name();

  // Regular files.
  virtual SysResult<Bytes> read(std::int64_t offset, std::size_t count);
  virtual SysResult<std::int64_t> write(std::int64_t offset,
                                        std::string_view bytes);
  virtual SysOutcome truncate(std::int64_t size);
  /// Where bytes are stored, in order; between them are holes, which read as
  /// zeros: lseek(2), SEEK_DATA and SEEK_HOLE.  By default all of the file.
  virtual std::vector<Extent> extents();

  // Symlinks.
  virtual SysResult<std::string> readlink();

  // Extended attributes, xattr(7).
  virtual SysResult<std::string> getxattr(std::string_view name);
  virtual SysOutcome setxattr(std::string_view name, std::string_view value);
  virtual SysOutcome removexattr(std::string_view name);
  virtual std::map<std::string, std::string> xattrs();
};

/// A tree of inodes that can be mounted.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual InodeRef root() = 0;
  virtual std::string type() const = 0;  // "ext4", "overlay", "proc", "tmpfs".
};
using FileSystemRef = std::shared_ptr<FileSystem>;

}  // namespace drydock::vfs
