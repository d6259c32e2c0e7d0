// filter.h — which system calls a container may make: seccomp(2).

#pragma once

#include <string>

#include "realmode/sys/capabilities.h"

namespace drydock::realmode {

/// A program of struct sock_filter: what is not on the list is refused with
/// EPERM.  Some calls are there only with the capability that guards them
/// (mount with CAP_SYS_ADMIN), as in Docker's profile.  Made once for each
/// set of capabilities.
Result<std::string> seccomp_filter(sys::CapabilitySet capabilities);

}  // namespace drydock::realmode
