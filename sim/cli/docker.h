// docker.h — the docker command line client, for either profile and world.
//
//     Client client{engine, console, docker_20_10()};
//     const int status = co_await docker(client, {"docker", "ps", "-a"});

#pragma once

#include <string>
#include <vector>

#include "sim/base/task.h"
#include "sim/cli/console.h"
#include "sim/cli/profile.h"
#include "sim/engine/engine.h"

namespace drydock::cli {

/// Who calls: an engine to ask, a terminal to talk to, and how.  Outlives
/// each call.
struct Client {
  engine::Engine& engine;
  Console& console;
  const Profile& profile;
  bool hints = false;    // Reasons and ways out after classic mistakes.
  bool explain = false;  // What the engine and its backend did.
  /// Steps that were taken and not told yet; null: nobody listens.
  std::vector<engine::Step>* steps = nullptr;
};

/// Runs one command; argv[0] is "docker".  The answer is its exit status.
Task<int> docker(Client& client, std::vector<std::string> argv);

/// Names of all commands of a profile ("run", "container ls"), for completion.
std::vector<std::string> command_names(const Profile& profile);

}  // namespace drydock::cli
