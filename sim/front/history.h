// history.h — made-up sequences of docker commands, the same for a seed.

#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/prng.h"
#include "sim/base/text.h"
#include "sim/cli/profile.h"

namespace drydock::front {

/// Commands without the leading "docker", each as its words.
using History = std::vector<List>;

/// Names that histories give to what they make; nothing else is touched.
inline constexpr std::string_view kContainerNames[] = {"dd-a", "dd-b", "dd-c"};
inline constexpr std::string_view kImageNames[] = {"dd-image:one",
                                                   "dd-image:two"};
inline constexpr std::string_view kVolumeNames[] = {"dd-v1", "dd-v2"};

/// `length` commands on containers of `image`; only commands of the profile.
History make_history(Prng draws, const cli::Profile& profile,
                     const std::string& image, int length);

/// Commands that take away whatever a history may have left.
History clean_up(const cli::Profile& profile);

}  // namespace drydock::front
