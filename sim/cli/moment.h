// moment.h — points in time as users type them: --since, --until.

#pragma once

#include <optional>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/time.h"

namespace drydock::cli {

/// Unix seconds, RFC 3339, or a span back from now.  `flag` is named in the
/// complaint; nullopt for no text at all.
Result<std::optional<Time>> parse_moment(std::string_view text,
                                         std::string_view flag, Time now);

}  // namespace drydock::cli
