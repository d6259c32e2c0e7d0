// processes.h — processes as ps, pgrep and top look at them.

#pragma once

#include <string>
#include <vector>

#include "sim/kernel/process.h"

namespace drydock::userland {

/// The command line, "[name]" where there is none.
std::string command_of(const kernel::ProcessInfo& process);

/// ps's STAT: "Ss", "R+": state, session leader, foreground group.
std::string status_of(kernel::Process& self,
                      const kernel::ProcessInfo& process);

/// A terminal as ps shows it: "pts/0", "?".
std::string tty_of(const kernel::ProcessInfo& process);

/// "08:00" of today, "Oct11" of earlier days, "2014" of other years.
std::string start_time(Time started, Time now);

/// "01:02:03" or "1-02:03:04" since then: ps's etime, without the hours when
/// there are none.
std::string elapsed(Nanoseconds span);

}  // namespace drydock::userland
