// filters.h — --filter key=value, as the engine takes them.

#pragma once

#include "sim/cli/flags.h"
#include "sim/engine/requests.h"

namespace drydock::cli {

engine::Filters filters_of(const Flags& flags);

}  // namespace drydock::cli
