// propagation.h — whether what is mounted below a directory of the host can be
// shared with a container: mount_namespaces(7), "SHARED SUBTREES".

#pragma once

#include <optional>

#include "sim/engine/backend.h"

namespace drydock::realmode {

/// What Docker says of -v HOST:PATH:shared (or slave) when the mount that HOST
/// lies on is not of that kind.
std::optional<engine::StartFault> propagation_fault(
    const engine::MountSpec& mount);

}  // namespace drydock::realmode
