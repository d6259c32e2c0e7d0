// ports_cell.h — the PORTS column of `docker ps`.

#pragma once

#include <string>
#include <vector>

#include "sim/engine/backend.h"

namespace drydock::cli {

/// "0.0.0.0:32769->80/tcp, 443/tcp" (behaviour.md §5): neighbours make ranges.
std::string ports_cell(std::vector<engine::PortBinding> ports);

}  // namespace drydock::cli
