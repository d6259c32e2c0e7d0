// login.h — asking who the user is, proving it to a registry, remembering it.

#pragma once

#include <string>

#include "sim/cli/docker.h"

namespace drydock::cli {

struct LoginRequest {
  std::string server;  // As credentials name it; empty: the Hub.
  std::string user, password, email;
};

/// The dialogue of `docker login`; what the request has is not asked for.
/// Answers the exit status.
Task<int> log_in(Client& client, LoginRequest request);

}  // namespace drydock::cli
