// client.h — the docker command of the real world: it hands what it has to
// the daemon, passes signals on, and ends as it is told.

#pragma once

#include <string>

#include "realmode/front/front.h"
#include "sim/base/result.h"
#include "sim/base/text.h"

namespace drydock::realmode {

/// Runs one command; argv[0] is "docker".  Starts the daemon if there is none.
int run_client(const Options& options, const List& argv);

}  // namespace drydock::realmode
