// memory_inode.h — a file in memory; internal to this room.
//
// The memory file system is made of these, and so is the writable layer of a
// union mount, which besides the calls of inode.h needs the raw ones below:
// they check nothing and stamp no times.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.h"
#include "sim/vfs/content.h"
#include "sim/vfs/inode.h"
#include "sim/vfs/name_order.h"

namespace drydock::vfs {

using Xattrs = std::map<std::string, std::string>;

/// What the inodes of one file system share.
struct MemorySuper {
  const Clock* clock;
  bool tmpfs = true;           // Else directories have ext4's sizes.
  std::int64_t bytes_max = 0;  // 0 is no limit.
  std::int64_t bytes_used = 0;
  std::uint64_t next_ino = 1;
  DiskRef disk;  // Shared with other file systems; null is no bound.

  /// How many bytes more its files may store.
  std::int64_t bytes_left() const;
  bool full_of_files() const {
    return disk && disk->files_used >= disk->files_max;
  }
};
using MemorySuperRef = std::shared_ptr<MemorySuper>;

/// Names and values that no Linux file system would take.
SysOutcome check_name(std::string_view name);
SysOutcome check_xattr(std::string_view name, std::string_view value,
                       FileType type);
/// Clears the set-id bits that chown(2) takes from a file that is not a
/// directory.
Mode mode_after_chown(const Attributes& file);

class MemoryInode final : public Inode {
 public:
  using Ref = std::shared_ptr<MemoryInode>;
  using Children = std::map<std::string, Ref, NameOrder>;

  MemoryInode(MemorySuperRef super, const NewFile& file);
  ~MemoryInode() override;

  Attributes attributes() const override;
  SysOutcome change(const AttributeChange& change) override;
  SysResult<InodeRef> lookup(std::string_view name) override;
  std::optional<Dentry> peek(std::string_view name) const override;
  SysResult<std::vector<DirectoryEntry>> entries() override;
  SysResult<InodeRef> create(std::string_view name,
                             const NewFile& file) override;
  SysOutcome link(std::string_view name, InodeRef file) override;
  SysOutcome unlink(std::string_view name) override;
  SysOutcome rmdir(std::string_view name) override;
  SysOutcome rename(std::string_view name, Inode& into,
                    std::string_view new_name, bool no_replace) override;
  InodeRef parent() override;
  std::string name() override { return folder_ ? folder_->name : ""; }
  SysResult<Bytes> read(std::int64_t offset, std::size_t count) override;
  SysResult<std::int64_t> write(std::int64_t offset,
                                std::string_view bytes) override;
  SysOutcome truncate(std::int64_t size) override;
  std::vector<Extent> extents() override;
  SysResult<std::string> readlink() override;
  SysResult<std::string> getxattr(std::string_view name) override;
  SysOutcome setxattr(std::string_view name, std::string_view value) override;
  SysOutcome removexattr(std::string_view name) override;
  Xattrs xattrs() override { return xattrs_ ? *xattrs_ : Xattrs{}; }

  // --- Raw -------------------------------------------------------------------
  const Children& children() const {
    static const Children kNone;
    return folder_ ? folder_->children : kNone;
  }
  FileType type() const { return meta_.type; }
  const Attributes& raw_attributes() const { return meta_; }
  const std::string& target() const { return target_; }
  const MemorySuperRef& super() const { return super_; }
  const ContentRef& content() const { return content_; }  // Null when empty.
  MemoryInode* find(std::string_view name) const;
  void set_attributes(const Attributes& attributes) { meta_ = attributes; }
  void set_content(ContentRef content);
  void set_xattrs(Xattrs xattrs);
  void attach(std::string_view name, const Ref& child);
  void detach(std::string_view name);
  void clear() { folder_->children.clear(); }  // Of whiteouts.
  /// Of a directory in the writable layer of a union mount: "what is below is
  /// not seen", which overlayfs notes as an extended attribute.
  bool is_opaque() const { return folder_ && folder_->opaque; }
  void set_opaque() { folder_->opaque = true; }
  void stamp(Time now) { meta_.mtime = meta_.ctime = now; }

 private:
  void detach(Children::iterator entry);
  SysOutcome may_create(std::string_view name) const;
  bool is_below(const MemoryInode& ancestor) const;
  SysOutcome may_replace(const MemoryInode& moved,
                         const MemoryInode& victim) const;
  Content& own_content();
  Time now() const { return super_->clock->now(); }

  /// What only a directory has.  One that is in the tree is owned by its
  /// parent; one that was removed keeps the parent alive, so that ".." still
  /// leads there.
  struct Folder {
    Children children;
    std::string name;
    std::weak_ptr<MemoryInode> parent;
    Ref parent_of_removed;
    bool opaque = false;
  };

  MemorySuperRef super_;
  Attributes meta_;
  std::string target_;
  ContentRef content_;
  // Files are many, and most have neither.
  std::unique_ptr<Xattrs> xattrs_;  // Null: none.
  std::unique_ptr<Folder> folder_;  // Null: no directory.
};

}  // namespace drydock::vfs
