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
#include "sim/vfs/content.h"
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
  /// Stored bytes behind holes, by offset; all of them behind `content`.
  std::map<std::int64_t, Bytes> more;
};

/// The bytes of a regular file, to and from the two fields above.
Content body_of(const TarEntry& entry);
void set_body(TarEntry& entry, const Content& content);

/// Collects members into an archive.  `end` adds the two zero blocks.
/// The same members give the same bytes.
class TarWriter {
 public:
  /// Times are whole seconds, as tar(1) writes them, unless `precise`.
  explicit TarWriter(bool precise = false) : precise_(precise) {}

  void add(const TarEntry& entry);
  /// The header of a file whose `size` bytes the caller writes behind it by
  /// himself, and then these zeros.
  void add_head(const TarEntry& entry);
  void add_padding(std::int64_t size);
  void end();
  Bytes take();  // What has been written since the last take().

 private:
  bool precise_;
  Bytes bytes_;
};

/// The tree below `root` (a directory: its contents under `prefix`; a file:
/// itself as `prefix`), in order of name, hard links kept.
struct TarOptions {
  std::string prefix;      // "" or "dir/" or "name".
  bool with_root = false;  // An entry for the directory itself.
  /// Absolute paths under `root` that are left out with all that is in them;
  /// one that ends in '/' is a directory whose own entry alone is.
  std::vector<std::string> skip;
  /// Names that members carry beside their numbers; of 0 it is "root".
  std::map<UserId, std::string> users;
  std::map<GroupId, std::string> groups;
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

  /// From now on a file that is longer than this, and has no holes, comes
  /// without its content, and may be of any length: body() has it, piece by
  /// piece, until the next next().
  void set_at_once(std::int64_t bytes) { at_once_ = bytes; }
  /// How much of the member at hand is still to be read.
  std::int64_t body_left() const { return body_left_; }
  Task<Result<Bytes>> body();

 private:
  using Records = std::vector<std::pair<std::string, std::string>>;

  /// What headers of their own say about the member after them.
  struct Extension {
    Records records;
    std::optional<std::string> name, link;
  };

  Task<Result<Bytes>> take_header(bool between_members);
  Task<Outcome> take_extension(char flag, TarEntry header,
                               Extension* extension);
  Task<Outcome> complete(TarEntry* entry, Bytes header, Extension extension);
  Task<Result<Bytes>> take(std::size_t count, std::string member);
  Task<Outcome> skip_padding(std::int64_t size, std::string member);
  Task<Result<Bytes>> take_text(TarEntry header);
  Task<Outcome> take_old_sparse_map(Bytes header, Records* records);
  Task<Outcome> take_body(TarEntry* entry, Records records);
  Task<Outcome> take_sparse_map(std::int64_t* left, std::string member,
                                std::vector<Extent>* map);
  Task<Outcome> take_runs(TarEntry* entry, std::vector<Extent> map,
                          std::int64_t left);
  Error broken(std::string_view why) const;

  ByteSource& from_;
  std::int64_t member_max_;
  std::int64_t at_once_ = INT64_MAX;
  std::int64_t body_left_ = 0, body_size_ = 0;
  Bytes buffer_;
  std::size_t used_ = 0;     // Of the buffer.
  std::int64_t offset_ = 0;  // In the archive, of what comes next.
  std::int64_t member_ = 0;  // Where the member at hand began.
  Records global_;           // pax records that hold from here on.
};

/// Extracts below `root`.  No member ever lands outside: absolute names lose
/// their '/', ".." that would leave is refused, and symlinks met on the way
/// are resolved inside `root`.  With `whiteouts`, `.wh.` names delete, as in
/// image layers (behaviour.md §7).
struct ExtractOptions {
  bool whiteouts = false;
  bool keep_owner = true;  // Else everything belongs to `uid`:`gid`.
  UserId uid = 0;
  GroupId gid = 0;
  /// Members that cannot be replaced, since something is mounted on them:
  /// absolute paths below `root`, and what complaints call them.
  std::map<std::string, std::string, std::less<>> busy;
};
Task<Outcome> extract(ByteSource& from, InodeRef root, ExtractOptions options);

}  // namespace drydock::vfs
