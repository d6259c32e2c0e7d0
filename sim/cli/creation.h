// creation.h — what `run` and `create` have in common: a container out of what
// was typed, or a word of why there is none.

#pragma once

#include <optional>
#include <string>

#include "sim/cli/call.h"
#include "sim/cli/run_options.h"

namespace drydock::cli {

/// "docker: X.\nSee 'docker run --help'." (behaviour.md §0.1).
std::string run_report(const Call& call, std::string text, bool with_help);

/// Says why nothing was run, as `run` or as `create` does.  Of what was typed
/// wrong the status says only that.
Task<int> refuse_run(Call& call, std::string text, bool with_help,
                     bool mistyped = false);

/// The container, or nothing after having said why; `status` is the answer.
/// Pulls a missing image, and minds --cidfile.
Task<std::optional<engine::ContainerId>> create_container(Call& call,
                                                          RunOptions& options,
                                                          int& status);

}  // namespace drydock::cli
