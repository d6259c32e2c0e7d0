// human.h — spans and sizes as docker writes them for people.

#pragma once

#include <cstdint>
#include <string>

#include "sim/base/time.h"

namespace drydock::engine {

/// "3 minutes", "About an hour" (behaviour.md §0.5).  1.8 says "1 seconds".
std::string human_duration(Nanoseconds span, bool singular);

}  // namespace drydock::engine
