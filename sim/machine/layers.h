// layers.h — the layers of all images here, and the roots that stand on them.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/engine/backend.h"
#include "sim/vfs/layer.h"

namespace drydock::machine {

class FirstLook;

/// Layers by id.  Each image that containers are made of also has a layer of
/// mount points on top (/proc, /dev, /etc/hosts ...), shared by all of them
/// and part of none of its images: Docker's "init layer".
class LayerShelf {
 public:
  LayerShelf(const Clock& clock, vfs::DiskRef disk)
      : clock_(clock), disk_(std::move(disk)) {}

  vfs::LayerRef find(const engine::LayerId& id) const;  // Null if unknown.
  void put(const engine::LayerId& id, vfs::LayerRef layer);
  void drop(const engine::LayerId& id);

  /// A fresh writable layer over the mount points over this image.
  vfs::UnionMountRef make_root(const engine::LayerId& image);

  /// What was found in roots over this image while nobody had changed them.
  std::shared_ptr<FirstLook> first_look(const engine::LayerId& image);

  const vfs::DiskRef& disk() const { return disk_; }

  std::size_t size() const { return layers_.size(); }

 private:
  /// The layer of mount points, and what is found in a root over it.
  struct InitLayer {
    vfs::LayerRef layer;
    std::shared_ptr<FirstLook> first_look;
  };
  const InitLayer& init_layer(const engine::LayerId& image);

  const Clock& clock_;
  vfs::DiskRef disk_;
  std::map<engine::LayerId, vfs::LayerRef, std::less<>> layers_;
  std::map<engine::LayerId, InitLayer, std::less<>> init_layers_;
};

/// Is it one of the engine's own files in a container: never in diff, commit
/// or the contents of export (behaviour.md §2 diff)?
bool is_engine_file(std::string_view path);

/// The same as a list of paths, for UnionMount::commit.
std::vector<std::string> engine_files();

}  // namespace drydock::machine
