// container_plan.h — from the engine's wishes to the steps of a set-up.

#pragma once

#include <string>
#include <vector>

#include "realmode/layers/shelf.h"
#include "realmode/plan/step.h"
#include "realmode/sys/cgroup.h"

namespace drydock::realmode {

/// The set-up of a container's first process.
Result<Plan> plan_container(const engine::ContainerSpec& spec,
                            const Shelf& shelf);
/// The same, of one that the shelf does not know: over this layer.
Result<Plan> plan_container(const engine::ContainerSpec& spec,
                            const Shelf& shelf, const engine::LayerId& image);

/// The set-up of one more process in the container whose first one is `pid`.
/// `of` is what the container was started with.
Result<Plan> plan_exec(const engine::ContainerSpec& of,
                       const engine::ProcessSpec& process, bool open_stdin,
                       std::int64_t pid);

/// What its cgroups bound.
std::vector<sys::CgroupSetting> settings_of(const engine::Limits& limits);

}  // namespace drydock::realmode
