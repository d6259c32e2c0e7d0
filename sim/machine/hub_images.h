// hub_images.h — the Hub's own images, each built once for all its visitors.
//
// An image of the catalogue is a fact of the world: what is in it, its ids,
// digests and times follow from its folder alone, not from who pulls it, when,
// or after what.  So each is built on a computer of its own, whose clock
// stands at the hour when the real one was made; and since layers never
// change, all machines of this program share what came of it.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/base/stream.h"
#include "sim/engine/backend.h"
#include "sim/image/config.h"
#include "sim/vfs/layer.h"

namespace drydock::machine {

/// What one step of a build put on those before it.
struct HubStep {
  image::ImageRef image;
  vfs::LayerRef layer;    // Null: it changed settings only.
  std::string digest;     // "sha256:...": of the layer's tar.
  std::int64_t size = 0;  // Of that tar.
  std::string folder;     // Of the catalogue: where the step was made.
};

/// An image with all that it stands on, base first.
using HubImage = std::vector<HubStep>;
using HubImageRef = std::shared_ptr<const HubImage>;

/// `folder` as in catalog::Repository::Tag.  Errors: no such folder; one that
/// does not build.
Result<HubImageRef> hub_image(const std::string& folder);

/// The image as its registry describes it, but for its digest: as the chain
/// itself (schema 1), or as a config and its layers.
engine::Manifest manifest_of(const HubImage& image, bool schema_2);

/// A layer on its way to somebody: its archive, written when it is first read.
/// Who knows what this is may take the layer itself.
class LayerSource final : public ByteSource {
 public:
  /// No layer: an archive of nothing.
  LayerSource(vfs::LayerRef layer, std::string digest)
      : layer_(std::move(layer)), digest_(std::move(digest)) {}
  Task<Result<Bytes>> read(std::size_t max) override;

  const std::string& digest() const { return digest_; }

  /// The layer as it lies on this one, the same for all who ask; null where
  /// `below` is none of the Hub's, and then the archive has to be read.
  vfs::LayerRef layer_on(const vfs::LayerRef& below) const;

 private:
  vfs::LayerRef layer_;
  std::string digest_;
  std::unique_ptr<StringSource> tar_;
};

}  // namespace drydock::machine
