// registry_manifest.h — a manifest as the JSON that registries keep.
//
// Schema 2 (2016): a config and its layers, by digest.  Schema 1 (2015): the
// v1 JSON of each image of the chain beside its layer.  Both as Docker writes
// them, indented by three, so that the digest is that of these very bytes.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/engine/backend.h"

namespace drydock::engine {

inline constexpr std::string_view
    kSchema1Type = "application/vnd.docker.distribution.manifest.v1+json",
    kSchema1SignedType =
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
    kSchema2Type = "application/vnd.docker.distribution.manifest.v2+json",
    kConfigType = "application/vnd.docker.container.image.v1+json",
    kLayerType = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// The media type that manifest_json() will give it.
std::string_view media_type_of(const Manifest& manifest);

/// Schema 1 when there are v1_images, else schema 2.
std::string manifest_json(const Manifest& manifest, std::string_view repository,
                          std::string_view tag);

/// What a registry gave.  Of schema 2, `config` is empty and its digest stands
/// in `config_digest`.
struct ParsedManifest {
  Manifest manifest;
  std::string config_digest;
};
Result<ParsedManifest> parse_manifest(std::string_view json);

}  // namespace drydock::engine
