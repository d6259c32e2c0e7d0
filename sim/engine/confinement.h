// confinement.h — what --cap-add, --security-opt, --cpuset-cpus and their kin
// mean, and what is wrong with them.

#pragma once

#include <optional>
#include <string_view>

#include "sim/engine/container.h"
#include "sim/engine/rules.h"

namespace drydock::engine {

/// The capabilities that come of --cap-add, --cap-drop and --privileged.
vfs::CapabilitySet effective_capabilities(const HostConfig& host);

/// A word of --cap-add that is no capability; empty: there is none.  Compared
/// without regard to case, with or without CAP_.
std::string unknown_capability(const List& words);

/// --security-opt, in its parts.
struct SecurityOptions {
  std::string seccomp;  // "": the default; "unconfined"; else JSON.
  std::string apparmor;
  List labels;
  bool no_new_privileges = false;
};
/// The error is the daemon's.
Answer<SecurityOptions> read_security_options(const List& words);

/// "0-2,4": each number once, ascending; nullopt: it is no such list.
std::optional<std::vector<int>> parse_cpuset(std::string_view list);

/// What later engines refuse at create, where 1.8 lets the runtime fail.
std::optional<Fault> check_confinement(const HostConfig& host,
                                       const HostInfo& info);

}  // namespace drydock::engine
