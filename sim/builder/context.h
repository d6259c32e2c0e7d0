// context.h — the folder that a build may copy from, as it was sent.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/stream.h"
#include "sim/base/task.h"
#include "sim/base/text.h"
#include "sim/base/time.h"
#include "sim/builder/rules.h"
#include "sim/vfs/content.h"
#include "sim/vfs/walk.h"

namespace drydock::builder {

/// Files in memory: the build's context, or what --from took out of an image.
class Context {
 public:
  explicit Context(const Clock& clock);

  /// Reads a tar, plain or gzipped.  No member lands outside.
  Task<Outcome> load(ByteSource& tar);

  /// The same below a directory, which is made.
  Task<Outcome> load_below(ByteSource& tar, std::string directory);

  /// Whole content of a regular file; symlinks are followed, inside.
  SysResult<Bytes> read(std::string_view path) const;

  /// What a path names; ".." stops at the root.
  SysResult<vfs::InodeRef> find(std::string_view path) const;

  /// Removes a file so that nothing can be copied of it.
  void hide(std::string_view path);

  /// Relative paths that match a pattern, in the order of their names.
  List glob(std::string_view pattern) const;

  vfs::InodeRef root() const { return files_->root(); }

 private:
  vfs::View view() const;

  const Clock& clock_;
  vfs::FileSystemRef files_;
  vfs::MountTable mounts_;
};

/// All of a regular file, with its holes.
SysResult<vfs::Content> content_of(vfs::Inode& file);

/// What the cache compares: name, mode, owner, size, content, extended
/// attributes; never times (behaviour.md §6.6).  Of a directory: of all below.
std::string hash_of_file(vfs::Inode& file, std::string_view name);
std::string hash_of_tree(vfs::Inode& directory, std::string_view name);

/// Bytes that begin as gzip, bzip2 or xz files do, or hold a tar header.
bool looks_like_archive(std::string_view bytes);

/// A context of nothing but a Dockerfile: `docker build -`.
Bytes context_of(std::string_view dockerfile, Time now);

}  // namespace drydock::builder
