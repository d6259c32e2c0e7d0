// pull_progress.h — pull and push with what they show of their progress.

#pragma once

#include <string>

#include "sim/cli/call.h"

namespace drydock::cli {

/// Pulls and shows its steps on stdout, or on stderr for `run`.
Task<engine::Done> pull_showing(Client& client, std::string reference,
                                bool all_tags, bool on_stderr);
Task<engine::Done> push_showing(Client& client, std::string reference,
                                bool all_tags);

/// Credentials for the registry that this name leads to, from the user's
/// config.json or .dockercfg; none if there are none.
Task<engine::RegistryAuth> auth_for(Client& client, std::string reference);

}  // namespace drydock::cli
