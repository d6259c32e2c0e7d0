// confinement.h — what a container's process may not: cgroup, capabilities,
// seccomp and rlimits, from the words of its specification.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/engine/backend.h"
#include "sim/kernel/kernel.h"

namespace drydock::machine {

/// Sets the bounds of a container's cgroup that is new; the runtime's own
/// complaint where the kernel would refuse one.  `path` is the cgroup's, for
/// that complaint.
Outcome set_cgroup_limits(const engine::ContainerSpec& spec,
                          const std::string& path,
                          kernel::CgroupLimits& bounds);
/// The same, where the container runs and only its bounds change.
Outcome change_cgroup_limits(const engine::Limits& limits,
                             const std::string& path,
                             kernel::CgroupLimits& bounds);

/// The filter of this specification; null: none.
Result<kernel::SeccompRef> seccomp_filter(const engine::ContainerSpec& spec);

/// The rlimits that every process of the container begins with; null: the
/// standard ones.
kernel::ResourceLimitsRef resource_limits(
    const std::vector<engine::Ulimit>& ulimits);

}  // namespace drydock::machine
