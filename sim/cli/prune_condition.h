// prune_condition.h — --filter of the prunes: until=TIME, label=L, label!=L.

#pragma once

#include <string_view>

#include "sim/base/time.h"
#include "sim/engine/fault.h"
#include "sim/engine/requests.h"

namespace drydock::cli {

struct PruneCondition {
  Time before{INT64_MAX};     // What was made later stays.
  List labels, other_labels;  // "KEY" or "KEY=VALUE".

  bool takes(Time created, const engine::StringMap& own) const;
};

/// `until` is a time or a span before `now`.  Other keys are refused in the
/// daemon's words.
engine::Answer<PruneCondition> prune_condition(const engine::Filters& filters,
                                               Time now);

}  // namespace drydock::cli
