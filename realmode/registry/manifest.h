// manifest.h — from a name to an image: lists, manifests of three kinds, and
// the config, each believed when its digest is right.

#pragma once

#include <map>
#include <string>

#include "realmode/registry/session.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

struct ManifestName {
  std::string host, repository, reference;
  engine::RegistryAuth auth;
};

/// `sizes` learns how long each blob is to be.
Task<engine::RegistryResult<engine::Manifest>> fetch_manifest(
    Session& session, ManifestName name,
    std::map<std::string, std::int64_t>* sizes);

}  // namespace drydock::realmode
