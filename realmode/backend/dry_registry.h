// dry_registry.h — a registry that is not asked.

#pragma once

#include <memory>

#include "sim/engine/backend.h"

namespace drydock::realmode {

/// Refuses everything: what is fetched or sent in a dry run would be real.
std::unique_ptr<engine::RegistryClient> make_dry_registry();

}  // namespace drydock::realmode
