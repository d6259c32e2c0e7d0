// execute.h — the last steps: where it begins, who it is, and the program.

#pragma once

#include "realmode/plan/apply.h"

namespace drydock::realmode {

/// The working directory is made when it is not there: Docker's rule.
Outcome enter_directory(Stage& stage, const List& words);

/// Becomes the user, then the program; returns only with the reason why not.
Faulty execute(Stage& stage, const List& argv);

/// Sends the calls so far to the shim, if anybody listens.
void tell_calls(const Stage& stage);

}  // namespace drydock::realmode
