// init.h — `--init`: a PID 1 that does what a PID 1 must.

#pragma once

#include "realmode/sys/fd.h"

namespace drydock::realmode {

/// Returns in a child that becomes the program.  The parent never returns: it
/// reaps whoever is left to it, passes signals on to the program, and ends as
/// that does.
Outcome leave_init_behind();

}  // namespace drydock::realmode
