// profile.h — --security-opt seccomp=FILE: a filter of the user's own.

#pragma once

#include <string>

#include "realmode/sys/capabilities.h"

namespace drydock::realmode {

/// A program of struct sock_filter from a profile as Docker reads it: a JSON
/// object with defaultAction and syscalls, each with names, action, errnoRet,
/// args, and includes and excludes by capability and architecture.  Calls that
/// this machine does not know are passed over; anything else that is not
/// understood is an error, since a filter that means less than it says is none.
Result<std::string> seccomp_profile(const std::string& json,
                                    sys::CapabilitySet capabilities);

}  // namespace drydock::realmode
