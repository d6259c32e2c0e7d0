// top.h — `docker top`: the host's ps, less what is not the container's.

#pragma once

#include <string_view>
#include <vector>

#include "sim/base/text.h"
#include "sim/kernel/process.h"

namespace drydock::machine {

/// The header line of ps's output and the lines whose PID column names one of
/// these processes.  Without such a column, the header alone.
List rows_of_container(std::string_view ps_output,
                       const std::vector<kernel::ProcessInfo>& processes);

}  // namespace drydock::machine
