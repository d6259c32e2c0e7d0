// credentials.h — who the user is at which registry: ~/.docker/config.json.

#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sim/cli/docker.h"

namespace drydock::cli {

inline constexpr std::string_view kIndexServer = "https://index.docker.io/v1/";

struct Credential {
  std::string user, password, email;
};

struct Credentials {
  std::map<std::string, Credential> by_server;
  engine::RegistryAuth of(const std::string& server) const;
};

/// From config.json, or, when there is none, from the old ~/.dockercfg.
Task<Credentials> load_credentials(Client& client);
Task<Outcome> save_credentials(Client& client, Credentials credentials);
std::string credentials_path(const Client& client);

}  // namespace drydock::cli
