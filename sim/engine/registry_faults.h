// registry_faults.h — what the daemon says when a registry does not answer.

#pragma once

#include "sim/engine/fault.h"
#include "sim/engine/rules.h"
#include "sim/image/reference.h"

namespace drydock::engine {

struct RegistryFault;

/// The words of an unreachable registry, as this profile's Go has them: 1.4
/// does not name the system call nor the name server.
std::string dial_words(const Rules& rules, std::string why);

/// "Get https://...: dial tcp ...", with what the verb says around it.  `path`
/// is the repository, or a search's term.
Fault unreachable(const Rules& rules, Message message,
                  const RegistryFault& fault, std::string_view host,
                  std::string_view path);

}  // namespace drydock::engine
