// union_inode.h — a file seen through a union mount; internal to this room.
//
// 1. `upper` is the file in the writable layer, `lower` the one in the layers
//    below; at least one is there.  Only a directory has both: it is merged.
// 2. There is one UnionInode for each file that somebody holds.  The state of
//    the mount finds those with an upper file, and each directory those of its
//    entries that are in lower layers only.
// 3. A UnionInode keeps its parent alive, never the other way round; the tree
//    itself is in the upper files and in the layers.
// 4. A file that is in lower layers only has one name here, though it may have
//    several there: overlayfs breaks hard links when it copies up.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/vfs/memory_inode.h"
#include "sim/vfs/node.h"

namespace drydock::vfs {

class UnionInode;
using UnionInodeRef = std::shared_ptr<UnionInode>;

/// What the inodes of one mount share.
struct UnionState {
  LayerRef lower;
  MemorySuperRef super;  // Of the writable layer.
  bool read_only = false;
  std::map<const MemoryInode*, UnionInode*> by_upper;  // Looked up only.
};
using UnionStateRef = std::shared_ptr<UnionState>;

class UnionInode final : public Inode {
 public:
  UnionInode(UnionStateRef state, UnionInodeRef parent, std::string_view name,
             NodeRef lower, MemoryInode::Ref upper);
  ~UnionInode() override;

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
  std::string name() override;
  SysResult<Bytes> read(std::int64_t offset, std::size_t count) override;
  SysResult<std::int64_t> write(std::int64_t offset,
                                std::string_view bytes) override;
  SysOutcome truncate(std::int64_t size) override;
  std::vector<Extent> extents() override;
  SysResult<std::string> readlink() override;
  SysResult<std::string> getxattr(std::string_view name) override;
  SysOutcome setxattr(std::string_view name, std::string_view value) override;
  SysOutcome removexattr(std::string_view name) override;
  Xattrs xattrs() override;

  const MemoryInode::Ref& upper() const { return upper_; }

 private:
  /// What the two sides have under a name.
  struct Found {
    MemoryInode::Ref upper;  // Not a whiteout.
    bool whiteout = false;
    NodeRef lower;  // Whether it is seen or not.

    bool exists() const { return upper || (lower && !whiteout); }
    FileType type() const {
      return upper ? upper->type() : lower->attributes.type;
    }
    bool is_directory() const { return type() == FileType::directory; }
    bool is_pure_upper() const;  // A directory that nothing shows through.
    bool is_empty() const;       // A directory without visible entries.
  };
  Found find(std::string_view name) const;
  bool is_directory() const {
    return (upper_ ? upper_->type() : lower_->attributes.type) ==
           FileType::directory;
  }
  bool removed() const;
  bool is_below(const UnionInode& directory, std::string_view name) const;
  bool merged() const { return upper_ && lower_; }

  SysOutcome copy_up();
  SysOutcome copy_up_here();  // The parent has an upper directory.
  SysOutcome may_create(std::string_view name) const;
  SysOutcome may_rename(const Found& moved, std::string_view name,
                        const UnionInode& into, std::string_view new_name,
                        bool no_replace) const;
  void drop(std::string_view name, const Found& found);
  void hide(std::string_view name);
  void forget(std::string_view name, const Found& found);
  InodeRef face(std::string_view name, const Found& found);
  void moved_to(const UnionInodeRef& parent, std::string_view name);

  UnionStateRef state_;
  UnionInodeRef parent_;  // Null of the root.
  std::string name_;
  NodeRef lower_;
  MemoryInode::Ref upper_;
  bool removed_ = false;
  std::map<std::string, UnionInode*, NameOrder> lower_only_;  // Rule 2.
};

}  // namespace drydock::vfs
