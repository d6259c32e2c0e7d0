// container_plan.h — from the engine's wishes to the steps of a set-up.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "realmode/layers/shelf.h"
#include "realmode/plan/step.h"

namespace drydock::realmode {

/// Directories of a container's version 1 cgroups, by the name that they have
/// below /sys/fs/cgroup ("memory").
using Groups = std::map<std::string, std::string>;

/// The set-up of a container's first process.
Result<Plan> plan_container(const engine::ContainerSpec& spec,
                            const Shelf& shelf, const Groups& groups = {});
/// The same, of one that the shelf does not know: over this layer.
Result<Plan> plan_container(const engine::ContainerSpec& spec,
                            const Shelf& shelf, const engine::LayerId& image,
                            const Groups& groups = {});

/// The set-up of one more process in the container whose first one is `pid`.
/// `of` is what the container was started with.
Result<Plan> plan_exec(const engine::ContainerSpec& of,
                       const engine::ProcessSpec& process, bool open_stdin,
                       std::int64_t pid);

}  // namespace drydock::realmode
