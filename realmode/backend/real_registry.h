// real_registry.h — the registry client of the real world.

#pragma once

#include <memory>

#include "sim/engine/backend.h"

namespace drydock::realmode {

/// There is none yet: every verb answers so, loudly, as unreachable.
std::unique_ptr<engine::RegistryClient> make_registry();

}  // namespace drydock::realmode
