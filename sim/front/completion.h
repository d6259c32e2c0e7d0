// completion.h — what may come next on a line typed at the simulated host.

#pragma once

#include <string>
#include <vector>

#include "sim/machine/host_terminal.h"
#include "sim/machine/machine.h"

namespace drydock::front {

/// Sorted words that the last one on the line may become: programs, docker's
/// commands, their flags, containers, images, volumes or paths, as the place
/// asks for.  Inside a container: nothing, since its shell would have to know.
std::vector<std::string> complete(machine::Machine& machine,
                                  const machine::HostTerminal& terminal,
                                  const std::string& line);

}  // namespace drydock::front
