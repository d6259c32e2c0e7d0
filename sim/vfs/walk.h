// walk.h — from a path to an inode: path_resolution(7).
//
// A walk starts at a root or a working directory, follows symlinks (40 at
// most, then ELOOP), crosses mounts and asks at each directory whether the
// walker may search it.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/vfs/capability.h"
#include "sim/vfs/inode.h"

namespace drydock::vfs {

/// Who asks.  Root (uid 0) may do what its bounding set leaves it, the others
/// have no capability: what files and set-user-id programs could give is not
/// modelled.
struct Credentials {
  UserId uid = 0;
  GroupId gid = 0;
  std::vector<GroupId> groups;
  CapabilitySet bounding = kAllCapabilities;

  CapabilitySet effective() const { return uid == 0 ? bounding : 0; }
  bool may(Capability capability) const {
    return (effective() & bit_of(capability)) != 0;
  }
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

enum class Access : unsigned { exist = 0, execute = 1, write = 2, read = 4 };

/// access(2) for one inode, by mode bits alone.
bool permits(const Attributes& file, const Credentials& who, unsigned access);

/// Whether `who` may remove or rename `file` out of `directory`, or replace it
/// there: EACCES without write and search permission, EPERM by the sticky bit.
SysOutcome may_remove(const Attributes& directory, const Attributes& file,
                      const Credentials& who);

struct Mount;
using MountRef = std::shared_ptr<Mount>;

/// A place in the tree as a process sees it: the mount and the inode in it.
struct Location {
  MountRef mount;
  InodeRef inode;
  friend bool operator==(const Location&, const Location&) = default;
};

/// One mounted file system, or a part of one (a bind mount's root may be any
/// inode, a regular file too).
struct Mount {
  std::string source;  // "overlay", "/dev/sda1", "proc": /proc/mounts, field 1.
  std::string type;    // Field 3.
  std::string options;  // Field 4 without ro/rw: "relatime".
  bool read_only = false;
  FileSystemRef file_system;
  InodeRef root;
  std::optional<Location> on;  // What it covers; none for the root mount.
  /// Where it is, from the root mount's root: /proc/mounts, field 2.  add()
  /// finds it when it is empty; a file that is covered needs it given, since
  /// a file does not know its names.
  std::string path;
};

class MountTable;

/// Mounts that wait until somebody looks, as those of autofs(5) do: most
/// containers never look into their /sys.
struct Automount {
  /// The entries of the root directory where they lie: "dev", "proc".
  std::vector<std::string> entries;
  /// What comes in order before the mounts that are there already.
  std::function<void(MountTable&)> before;
  std::function<void(MountTable&)> after;
};

/// The mounts of one mount namespace, in order of mounting.
class MountTable {
 public:
  MountTable() = default;
  explicit MountTable(Mount root_mount);

  Location root() const;                  // The root mount's root itself.
  Location add(Mount mount);              // mount(2); `on` must be given.
  SysOutcome remove(const Location& at);  // umount(2): EINVAL, EBUSY.
  const std::vector<MountRef>& mounts() const;
  bool empty() const { return mounts_.empty(); }

  /// The mounts that are there so far: a look into these mounts nothing.
  MountTable mounted() const;
  bool has_root_alone() const { return mounts_.size() == 1; }  // So far.

  /// Mounts all of it at the first look: a walk from the root directory into
  /// one of the entries, or a question for what is mounted.  There is one at
  /// most.
  void automount(Automount waiting);

  /// A walk is about to look up this entry there.
  void look(const Mount& mount, const Inode& directory,
            std::string_view entry) const {
    if (waiting_) look_into_root(mount, directory, entry);
  }

  /// What covers this place, down to the topmost mount; itself if nothing.
  Location top(Location place) const;
  bool covers(const Mount& mount, const Inode& inode) const;

  /// A copy for clone(CLONE_NEWNS).
  MountTable copy() const;

  /// Where a place of `original` is in this copy of it: for the root and the
  /// working directory of the process that unshares.
  Location same_place(const MountTable& original, Location place) const;

 private:
  void look_into_root(const Mount& mount, const Inode& directory,
                      std::string_view entry) const;
  void mount_waiting() const;

  // Nobody sees whether what waits is mounted yet, so looking is const.
  mutable std::vector<MountRef> mounts_;
  mutable std::shared_ptr<const Automount> waiting_;
};

/// From where a walk looks: the process's root, cwd, mounts and credentials.
struct View {
  const MountTable* mounts;
  Location root;
  Location cwd;
  Credentials who;
};

enum class Last { follow, keep };  // What to do with a symlink at the end.

inline constexpr int kSymlinksMax = 40;
inline constexpr std::size_t kPathMax = 4096;  // With the byte that ends it.

/// The inode that a path names: ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG.
/// A trailing slash asks for a directory.
SysResult<Location> resolve(const View& view, std::string_view path,
                            Last last = Last::follow);

/// stat(2): what is known of the file that a path names, with the errors of
/// resolve().
SysResult<Attributes> status(const View& view, std::string_view path,
                             Last last = Last::follow);

/// A file at which somebody looks without keeping it open.
struct Glance {
  MountRef mount;
  Attributes file;
  Bytes head;  // Its first bytes, of a regular file.
};
SysResult<Glance> glance(const View& view, std::string_view path,
                         std::size_t max);

/// What a path ends in.
enum class LastKind { name, dot, dot_dot, root };

/// The directory that holds the path's last component, and that component.
/// "Last::follow" follows a symlink there, as open(O_CREAT) does.  A path that
/// ends in ".", ".." or "/" has `directory` and `entry` at what it names.
struct Parent {
  Location directory;
  std::string name;  // Empty when the path ends in ".", ".." or "/".
  LastKind kind = LastKind::name;
  std::optional<Location> entry;  // What is there now, if anything is.
  bool wants_directory = false;   // The path ended in a slash.
};
SysResult<Parent> resolve_parent(const View& view, std::string_view path,
                                 Last last = Last::keep);

/// getcwd(2): the absolute path of a directory (or of a file's mount point)
/// as seen from the view's root; "(unreachable)/x" outside of it.
std::string path_of(const View& view, const Location& place);

/// Lexical helpers, as Go's path.Clean, path.Join, path.Base and path.Dir.
std::string clean_path(std::string_view path);
std::string join_path(std::string_view directory, std::string_view path);
std::string base_name(std::string_view path);
std::string dir_name(std::string_view path);

}  // namespace drydock::vfs
