// names.h — names of containers: which are good, and random ones.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sim/base/prng.h"

namespace drydock::engine {

/// [a-zA-Z0-9][a-zA-Z0-9_.-]+: so at least two characters.
bool is_good_name(std::string_view name);

/// One letter is enough where a volume is named in -v.
bool is_good_volume_name(std::string_view name);

/// Draws "adjective_surname" (behaviour.md §0.3): up to six tries, from the
/// second on with a digit; empty when all were taken.
std::string random_name(Prng& prng,
                        const std::function<bool(const std::string&)>& taken);

}  // namespace drydock::engine
