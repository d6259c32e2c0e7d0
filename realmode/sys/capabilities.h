// capabilities.h — root's powers, one by one (capabilities(7)).

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "realmode/sys/fd.h"

namespace drydock::sys {

/// A set of capabilities: bit n is capability n.
using CapabilitySet = std::uint64_t;

/// "CAP_NET_ADMIN", "net_admin": the bit's number.
std::optional<int> capability_named(std::string_view name);
std::string_view capability_name(int number);  // "CAP_CHOWN"
/// "CAP_CHOWN,CAP_KILL", or "none".
std::string capabilities_text(CapabilitySet set);

/// What this process could at most get back by an exec.
CapabilitySet bounding_set();
CapabilitySet effective_set();

/// The bounding set becomes what both have; what was never there is not
/// missed.
Outcome limit_bounding_set(CapabilitySet keep);
/// Permitted and effective; inheritable and ambient become empty.
Outcome set_capabilities(CapabilitySet set);

}  // namespace drydock::sys
