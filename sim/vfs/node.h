// node.h — a file of a read-only layer; internal to this room.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/vfs/content.h"
#include "sim/vfs/layer.h"
#include "sim/vfs/memory_inode.h"
#include "sim/vfs/persistent_map.h"
#include "sim/vfs/undertaker.h"

namespace drydock::vfs {

struct Node;
using NodeRef = std::shared_ptr<const Node>;

/// A file as the merged tree of a layer has it.  Two names of one node are
/// hard links.
struct Node {
  Node() = default;
  Node(const Node&) = delete;
  ~Node() {
    if (!children.empty()) Undertaker::take(children.release());
  }

  bool is_directory() const { return attributes.type == FileType::directory; }

  /// The entry of this name, or null; null too when this is no directory.
  const NodeRef* find(std::string_view name) const {
    return children.find(name);
  }

  Attributes attributes;
  std::string target;  // Of a symlink.
  ContentRef content;  // Null when empty.
  Xattrs xattrs;
  PersistentMap<NodeRef> children;
};

/// What overlayfs notes on its own files in the writable layer.
inline constexpr std::string_view kOverlayXattrs = "trusted.overlay.";

/// overlayfs's way to write down a deletion: a character device 0/0.
bool is_whiteout(const MemoryInode& upper);

/// One entry that a layer has of its own.  A layer's entries are a list in
/// the order in which a walk through its tree meets them, the root first; the
/// depth of each tells which directory it is in.
struct OwnEntry {
  std::uint64_t depth = 0;  // 0 is the root.
  std::string name;
  std::shared_ptr<Node> node;  // Null: a whiteout.
  bool opaque = false;         // Hides the lower directory of its name.
};
using OwnEntries = std::vector<OwnEntry>;

/// What the writable layer below `root` holds, leaving out `without` and what
/// is as it was in `lower` (null: nothing).
OwnEntries freeze(const MemoryInode& root, const Node* lower,
                  const std::vector<std::string>& without);

/// Completes the nodes of `own` so that the first is the root of the tree that
/// one sees through it onto `lower`.
void merge(OwnEntries& own, const Node* lower);

/// `docker diff` (behaviour.md §diff).
std::vector<Change> changes_of(const OwnEntries& own, const Node* lower);

/// Bytes of the regular files, each hard-linked one once (behaviour.md §7).
std::int64_t size_of(const OwnEntries& own);

/// A layer as this room makes them.
class FrozenLayer final : public Layer {
 public:
  FrozenLayer(LayerRef parent, OwnEntries own, std::uint64_t ino_last);

  LayerRef parent() const override { return parent_; }
  std::size_t depth() const override { return depth_; }
  std::int64_t size() const override { return size_; }
  std::int64_t virtual_size() const override { return virtual_size_; }
  FileSystemRef merged() const override;
  std::vector<Change> changes() const override;

  const NodeRef& root() const { return root_; }
  const OwnEntries& own() const { return own_; }
  std::uint64_t ino_last() const { return ino_last_; }

 private:
  LayerRef parent_;
  OwnEntries own_;
  NodeRef root_;
  std::size_t depth_;
  std::int64_t size_, virtual_size_;
  std::uint64_t ino_last_;  // The numbers above are free for layers on top.
};

/// The tree of a layer; null of no layer.
inline const Node* root_of(const LayerRef& layer) {
  if (!layer) return nullptr;
  return static_cast<const FrozenLayer&>(*layer).root().get();
}

}  // namespace drydock::vfs
