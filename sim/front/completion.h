// completion.h — what may come next on a line typed at the simulated host.

#pragma once

#include <string>
#include <vector>

#include "sim/machine/machine.h"

namespace drydock::front {

/// Docker's commands after `docker`, then containers, images and paths.
std::vector<std::string> complete(machine::Machine& machine,
                                  const std::string& line);

}  // namespace drydock::front
