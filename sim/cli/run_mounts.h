// run_mounts.h — -v, --mount, -p and --expose, read into a request.

#pragma once

#include <string_view>

#include "sim/base/result.h"
#include "sim/cli/call.h"
#include "sim/engine/requests.h"

namespace drydock::cli {

Outcome read_mounts(const Call& call, engine::CreateRequest& request);
Outcome read_ports(const Call& call, engine::CreateRequest& request);

/// An IPv4 or IPv6 address in text.
bool is_address(std::string_view text);

}  // namespace drydock::cli
