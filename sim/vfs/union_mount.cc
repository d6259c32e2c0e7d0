// union_mount.cc — a writable layer over read-only ones; a layer's own view.

#include <utility>

#include "sim/vfs/layer.h"
#include "sim/vfs/node.h"
#include "sim/vfs/union_inode.h"

namespace drydock::vfs {
namespace {

MemoryInode::Ref make_upper_root(const MemorySuperRef& super,
                                 const Node* lower) {
  NewFile directory;
  directory.type = FileType::directory;
  directory.mode = 0755;
  auto root = std::make_shared<MemoryInode>(super, directory);
  if (lower != nullptr) {
    Attributes attributes = lower->attributes;
    attributes.links = 2;
    root->set_attributes(attributes);
    root->set_xattrs(lower->xattrs);
  }
  return root;
}

class WritableMount final : public UnionMount {
 public:
  WritableMount(LayerRef lower, const Clock& clock, std::int64_t bytes_max,
                DiskRef disk) {
    const auto state = std::make_shared<UnionState>();
    const auto super = std::make_shared<MemorySuper>();
    super->clock = &clock;
    super->tmpfs = false;
    super->bytes_max = bytes_max;
    super->disk = std::move(disk);
    NodeRef below;
    if (lower) {
      const auto& layer = static_cast<const FrozenLayer&>(*lower);
      super->next_ino = layer.ino_last() + 1;
      below = layer.root();
    }
    state->lower = std::move(lower);
    state->super = super;
    root_ = std::make_shared<UnionInode>(state, nullptr, "", below,
                                         make_upper_root(super, below.get()));
    state_ = state;
  }

  InodeRef root() override { return root_; }
  std::string type() const override { return "overlay"; }
  LayerRef lower() const override { return state_->lower; }

  bool is_untouched() const override {
    const Node* const below = root_of(state_->lower);
    if (below == nullptr) return false;
    const Attributes& is = root_->upper()->raw_attributes();
    const Attributes& was = below->attributes;
    return root_->upper()->children().empty() && is.mode == was.mode &&
           is.uid == was.uid && is.gid == was.gid;
  }

  std::vector<Change> changes() const override {
    return changes_of(own(), root_of(state_->lower));
  }

  std::int64_t size() const override { return size_of(own()); }

  using UnionMount::commit;
  LayerRef commit(const std::vector<std::string>& without,
                  LayerRef onto) const override {
    OwnEntries own = freeze(*root_->upper(), root_of(onto), without);
    return std::make_shared<FrozenLayer>(std::move(onto), std::move(own),
                                         state_->super->next_ino - 1);
  }

 private:
  OwnEntries own() const {
    return freeze(*root_->upper(), root_of(state_->lower), {});
  }

  UnionStateRef state_;
  UnionInodeRef root_;
};

/// The merged tree of one layer, which nobody changes.
class ReadOnlyMount final : public FileSystem {
 public:
  explicit ReadOnlyMount(LayerRef layer) {
    const NodeRef tree = static_cast<const FrozenLayer&>(*layer).root();
    const auto state = std::make_shared<UnionState>();
    state->lower = std::move(layer);
    state->read_only = true;
    root_ = std::make_shared<UnionInode>(state, nullptr, "", tree, nullptr);
  }

  InodeRef root() override { return root_; }
  std::string type() const override { return "overlay"; }

 private:
  UnionInodeRef root_;
};

}  // namespace

UnionMountRef make_union_mount(LayerRef lower, const Clock& clock,
                               std::int64_t bytes_max, DiskRef disk) {
  return std::make_shared<WritableMount>(std::move(lower), clock, bytes_max,
                                         std::move(disk));
}

FileSystemRef FrozenLayer::merged() const {
  return std::make_shared<ReadOnlyMount>(shared_from_this());
}

}  // namespace drydock::vfs
