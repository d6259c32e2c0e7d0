// archive.h — trees of real files as tar(5), and the other way round.
//
// Nothing in an archive is trusted: names are looked up below the folder that
// is extracted into, with openat2(2), so neither "..", nor an absolute name,
// nor a symlink that the archive itself brought leads anywhere else, even when
// somebody swaps directories meanwhile.

#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "realmode/sys/fd.h"
#include "sim/base/stream.h"

namespace drydock::realmode {

/// How deletions are written down.
enum class Whiteouts {
  none,   // They are not.
  layer,  // In archives as ".wh.NAME", on disk as overlayfs has them.
};

struct PackOptions {
  std::string prefix;      // "" or "dir/" or "name".
  bool with_root = false;  // An entry for the directory itself.
  /// Absolute paths under the tree that are left out; with a slash at the end:
  /// the directory itself, but not what is in it.
  std::vector<std::string> skip;
  Whiteouts whiteouts = Whiteouts::none;
  /// Names that members carry beside their numbers.
  std::map<uid_t, std::string> users = {{0, "root"}};
  std::map<gid_t, std::string> groups = {{0, "root"}};
};

/// The tree below an open directory (or an open file itself), in order of
/// name; hard links are kept.  The same tree gives the same bytes.
Task<Outcome> pack_tree(int root, PackOptions options, ByteSink& to);

struct UnpackOptions {
  Whiteouts whiteouts = Whiteouts::none;
  struct Owner {
    uid_t uid = 0;
    gid_t gid = 0;
  };
  std::optional<Owner> owner;  // Of all members, whatever they say.
  std::string shown;           // The folder's name in what is told of it.
};

/// Extracts below an open directory.
Task<Outcome> unpack_tree(ByteSource& from, int root, UnpackOptions options);

/// The bytes of all files and symlinks in a tree, each inode once.
Result<std::int64_t> tree_size(int root);

}  // namespace drydock::realmode
