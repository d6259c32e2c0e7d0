// explain.h — what the engine did, told under the command that asked for it.

#pragma once

#include <cstddef>

#include "sim/base/task.h"
#include "sim/cli/docker.h"

namespace drydock::cli {

/// Stands around one command.  Steps that were taken before it began, by what
/// goes on by itself, are told as such.
class ExplainScope {
 public:
  explicit ExplainScope(Client& client)
      : client_(client), before_(client.steps ? client.steps->size() : 0) {}

  /// One line a step, on standard error, when the client explains.
  Task<void> tell() const;

 private:
  Client& client_;
  std::size_t before_;
};

}  // namespace drydock::cli
