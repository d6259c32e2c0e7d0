// tar.h — archives as real tar(5) bytes: ustar, with pax headers where needed.
//
// Hollow files are written sparse (GNU.sparse 1.0 in pax), which GNU tar and
// libarchive read; so a 125 MB image travels as the few bytes that it holds.
// Reading accepts v7, ustar, GNU (long names, old sparse) and pax.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/stream.h"
#include "sim/base/task.h"
#include "sim/vfs/inode.h"

namespace drydock::vfs {

/// One member of an archive.
struct TarEntry {
  std::string name;  // As in the archive; directories end in '/'.
  FileType type = FileType::regular;
  bool hard_link = false;  // Then `link` names the member it is the same as.
  std::string link;        // Or a symlink's target.
  Mode mode = 0644;
  UserId uid = 0;
  GroupId gid = 0;
  std::string user, group;
  std::int64_t size = 0;  // Of the file; `content` may be shorter if hollow.
  Time mtime;
  Device rdev;
  std::map<std::string, std::string> xattrs;
  Bytes content;  // Stored bytes at the front; zeros follow up to `size`.
};

/// Collects members into an archive.  `end` adds the two zero blocks.
class TarWriter {
 public:
  void add(const TarEntry& entry);
  void end();
  Bytes take();  // What has been written since the last take().

 private:
  Bytes bytes_;
};

/// The tree below `root` (a directory: its contents under `prefix`; a file:
/// itself as `prefix`), in order of name, hard links kept.
struct TarOptions {
  std::string prefix;             // "" or "dir/" or "name".
  bool with_root = false;         // An entry for the directory itself.
  std::vector<std::string> skip;  // Absolute paths under `root` left out.
};
Task<Outcome> write_tree(InodeRef root, TarOptions options, ByteSink& to);

/// Reads an archive member by member.  A broken one ends in an error that
/// names the offset; no member is bigger than `member_max` stored bytes.
class TarReader {
 public:
  explicit TarReader(ByteSource& from,
                     std::int64_t member_max = std::int64_t{1} << 30)
      : from_(from), member_max_(member_max) {}

  /// The next member; nullopt at the end.
  Task<Result<std::optional<TarEntry>>> next();

 private:
  ByteSource& from_;
  std::int64_t member_max_;
  Bytes buffer_;
  std::int64_t offset_ = 0;
};

/// Extracts below `root`.  No member ever lands outside: absolute names lose
/// their '/', ".." that would leave is refused, and symlinks met on the way
/// are resolved inside `root`.  With `whiteouts`, `.wh.` names delete, as in
/// image layers (behaviour.md §7).
struct ExtractOptions {
  bool whiteouts = false;
  bool keep_owner = true;  // Else everything belongs to 0:0.
};
Task<Outcome> extract(ByteSource& from, InodeRef root, ExtractOptions options);

}  // namespace drydock::vfs
