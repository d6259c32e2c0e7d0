// run_options.h — what `run` and `create` ask of the engine, from their flags.

#pragma once

#include <string>

#include "sim/base/result.h"
#include "sim/cli/call.h"
#include "sim/cli/run_topics.h"
#include "sim/engine/requests.h"

namespace drydock::cli {

/// All that `docker run` has to do, read from its command line.
struct RunOptions {
  engine::CreateRequest request;       // Handed on by create_container().
  bool tty = false, restarts = false;  // As it says.
  bool detach = false, remove = false, sig_proxy = true;
  bool attach_in = false, attach_out = false, attach_err = false;
  std::string detach_keys, cidfile, pull;
};

/// Reads the flags about these topics, all of those that were given; the error
/// is the client's complaint, without prefix.
Outcome read_run_options(const Call& call, const Topics& topics,
                         RunOptions& options);

/// The same of what may be in files (--env-file, --label-file, a seccomp
/// profile), which the console reads.
Task<Outcome> read_run_files(Call& call, Topics topics, RunOptions& options);

/// --restart's value.
Result<engine::RestartPolicy> parse_restart_policy(std::string_view text,
                                                   bool modern);

/// -e and --env-file, as the environment they give.
Task<Result<List>> read_environment(Call& call);

}  // namespace drydock::cli
