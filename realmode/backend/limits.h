// limits.h — what a container is bound by, in the words of cgroups(7).

#pragma once

#include <vector>

#include "realmode/sys/cgroup.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

/// What its cgroups bound.  An error: a device that is not there, or a value
/// that no kernel takes.
Result<std::vector<sys::CgroupSetting>> settings_of(
    const engine::Limits& limits);

}  // namespace drydock::realmode
