// build_context.h — the folder or stream that `docker build` sends.

#pragma once

#include <string>

#include "sim/cli/docker.h"

namespace drydock::cli {

struct SentContext {
  Bytes tar;
  std::string dockerfile = "Dockerfile";  // Within it.
};

/// Looks at the operand and -f, leaves out what .dockerignore says.  The
/// error is the client's whole line (behaviour.md §6.1).
Task<Result<SentContext>> prepare_context(Client& client, std::string operand,
                                          std::string file);

}  // namespace drydock::cli
