// ranges.h — lists of positions: "1,3-5,7-".

#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"

namespace drydock::userland {

struct PositionRange {
  std::int64_t first = 1;
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
};

/// Positions, counted from one, sorted and merged.  `what` is "field" or
/// "byte/character", for the errors of cut.
Result<std::vector<PositionRange>> parse_positions(std::string_view text,
                                                   bool fields);

bool contains(const std::vector<PositionRange>& ranges, std::int64_t position);

}  // namespace drydock::userland
