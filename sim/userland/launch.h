// launch.h — running another program: execvp(3) and the words when it fails.

#pragma once

#include <string>

#include "sim/userland/options.h"

namespace drydock::userland {

/// execvp(3): looks the name up in $PATH of `environ` unless it has a slash; a
/// file that is no executable format is given to /bin/sh.  Returns on failure.
Task<Errno> exec_by_name(kernel::Process& self, List argv, List environ);

/// exec_by_name; on failure complains "failed to run command 'x': why"
/// (`deed` is the words before the name) and answers 127 when there is no such
/// program, else 126.
Task<int> become(Output& out, List argv, List environ, std::string deed);

/// The whole path that $PATH gives a name; the name itself if it has a slash;
/// empty when there is none.
std::string find_program(kernel::Process& self, std::string_view name);

/// A child that becomes `argv`; answers its pid.
SysResult<kernel::Pid> start(kernel::Process& self, List argv, List environ,
                             std::string name);

/// `environ` with NAME=value set.
void set_variable(List& environ, std::string_view name, std::string_view value);
void unset_variable(List& environ, std::string_view name);

}  // namespace drydock::userland
