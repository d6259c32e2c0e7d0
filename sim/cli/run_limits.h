// run_limits.h — the flags of run and create about resources, devices, health
// and security, read.

#pragma once

#include "sim/base/result.h"
#include "sim/cli/call.h"
#include "sim/engine/requests.h"

namespace drydock::cli {

/// What `update` has too: memory, CPUs, processes.
Outcome read_limits(const Flags& flags, engine::Limits& limits);

Outcome read_resources(const Flags& flags, engine::HostConfig& host);
Outcome read_devices(const Flags& flags, engine::HostConfig& host);
Outcome read_health(const Flags& flags, image::ContainerConfig& config);
Outcome read_capabilities(const Call& call, engine::HostConfig& host);

/// --pid, --uts, --userns, --ipc, --cgroupns.
Outcome read_modes(const Call& call, engine::CreateRequest& request);

/// --security-opt; a seccomp profile is a file of the client's.
Task<Result<std::monostate>> read_security(Call& call,
                                           engine::HostConfig& host);

/// Flags whose effect drydock has not: refused, each by its name.
Outcome refuse_unmodelled(const Call& call);

}  // namespace drydock::cli
