// filters.h — flags of KEY=VALUE, as the engine takes them.

#pragma once

#include "sim/cli/flags.h"
#include "sim/engine/requests.h"

namespace drydock::cli {

/// --filter, grouped by key.
engine::Filters filters_of(const Flags& flags);

/// --label, --opt, --sysctl and their kin; the last of a key counts, and one
/// without a value is empty.
engine::StringMap pairs_of(const List& entries);

}  // namespace drydock::cli
