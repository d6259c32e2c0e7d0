// device_plan.h — the device nodes of a container, and which of them may be
// opened.

#pragma once

#include <vector>

#include "realmode/plan/step.h"
#include "realmode/sys/cgroup.h"

namespace drydock::realmode {

/// Steps for what is in /dev: Docker's list, --device, and with --privileged
/// whatever the host has.
Outcome add_devices(std::vector<Step>& steps,
                    const engine::ContainerSpec& spec);

/// Devices that it may use: Docker's list, --device and --device-cgroup-rule;
/// all if privileged.
Result<std::vector<sys::DeviceRule>> device_rules(
    const engine::ContainerSpec& spec);

}  // namespace drydock::realmode
