// real_world.h — pages replayed on this machine: a real shell on a real
// terminal, its docker ours.

#pragma once

#include <string>

#include "sim/base/result.h"
#include "sim/scenario/replay.h"

namespace drydock::front {

/// Replays a page over a root of its own, in a network namespace without a way
/// out.  `images`: a folder of archives (docker save) that are loaded first;
/// may be empty.  An error: this machine or this build cannot.
Result<scenario::Replay> replay_for_real(const scenario::Page& page,
                                         scenario::ReplayOptions options,
                                         const std::string& images);

}  // namespace drydock::front
