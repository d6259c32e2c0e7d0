// layer.h — read-only layers, the union mount over them, and what changed.
//
// A layer is what one step of a build added to, changed in or removed from
// what lay below.  It is immutable and shared.  Beside its own entries each
// layer keeps the whole merged tree up to itself, made by copying the paths
// that it changes and sharing the rest, so that a lookup costs the same
// through 1 layer and through 127, and starting a container costs O(1).

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/stream.h"
#include "sim/base/time.h"
#include "sim/vfs/disk.h"
#include "sim/vfs/inode.h"

namespace drydock::vfs {

class Layer;
using LayerRef = std::shared_ptr<const Layer>;

inline constexpr std::size_t kLayersMax = 127;

/// One line of `docker diff` (behaviour.md §diff).
enum class ChangeKind : char { added = 'A', changed = 'C', deleted = 'D' };
struct Change {
  ChangeKind kind;
  std::string path;  // Absolute.
  friend bool operator==(const Change&, const Change&) = default;
};

class Layer : public std::enable_shared_from_this<Layer> {
 public:
  virtual ~Layer() = default;
  virtual LayerRef parent() const = 0;    // Null for a base layer.
  virtual std::size_t depth() const = 0;  // Layers down to the base, >= 1.
  virtual std::int64_t size() const = 0;  // behaviour.md §7: "Layer size".
  virtual std::int64_t virtual_size() const = 0;  // Along the chain.

  /// The merged tree, read-only (EROFS); `type()` is "overlay".
  virtual FileSystemRef merged() const = 0;

  /// What this layer did to its parent, sorted by path.
  virtual std::vector<Change> changes() const = 0;
};

/// A writable layer on top of a read-only one (or of nothing): a container's
/// file system.  It owns its upper layer only.
class UnionMount : public FileSystem {
 public:
  virtual LayerRef lower() const = 0;

  /// Is everything, the root directory too, as it is in the layers below?
  virtual bool is_untouched() const = 0;

  /// A/C/D against the layers below, sorted by path.  Costs O(changes).
  virtual std::vector<Change> changes() const = 0;

  /// Bytes of the regular files in the writable layer: ps -s.
  virtual std::int64_t size() const = 0;

  /// Freezes a copy of the writable layer on top of `onto`: commit.  Costs
  /// O(changes).  Entries at or below a path of `without` (mount points,
  /// /etc/hosts ...) are left out.  `onto` is lower() or one below it: a
  /// container's file system lies on a layer of mount points of its own, which
  /// is no part of its image.
  virtual LayerRef commit(const std::vector<std::string>& without,
                          LayerRef onto) const = 0;
  LayerRef commit(const std::vector<std::string>& without) const {
    return commit(without, lower());
  }
};
using UnionMountRef = std::shared_ptr<UnionMount>;

/// `lower` may be null: an empty base ("scratch").  Writing more than
/// `bytes_max` into the writable layer is ENOSPC (0 is no limit), and so is
/// more than `disk` has room for.
UnionMountRef make_union_mount(LayerRef lower, const Clock& clock,
                               std::int64_t bytes_max = 0,
                               DiskRef disk = nullptr);

/// A layer from its archive, with whiteouts (behaviour.md §7).  A broken
/// archive gives an error and no layer.  `parent` may be null.
Task<Result<LayerRef>> read_layer(ByteSource& from, LayerRef parent,
                                  const Clock& clock, DiskRef disk = nullptr);

/// The archive of what a layer has of its own: `.wh.NAME` for what it hides,
/// `.wh..wh..opq` in a directory that hides all below it.
Task<Outcome> write_layer(LayerRef layer, ByteSink& to);

/// Whether one more layer may be put on top of this one (or of nothing).
Outcome may_stack(const LayerRef& parent);

}  // namespace drydock::vfs
