// script.h — one command of the host, run to its end without a terminal.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sim/machine/machine.h"

namespace drydock::machine {

struct ScriptResult {
  int status = 0;
  /// Why it was given up, if it was: spinning without end, or waiting for
  /// something that can never come.
  std::string trouble;
  bool endless = false;  // Of these, the first.
};

/// Where its output goes as it comes, and whence its input is fetched when a
/// process asks for it: an empty answer is the end.
struct ScriptStreams {
  std::function<void(std::string_view)> out, err;
  std::function<std::string()> in;
};

/// `environment` is added to the host's own.
ScriptResult run_script(Machine& machine, List argv, std::string cwd,
                        const ScriptStreams& streams,
                        const List& environment = {});

}  // namespace drydock::machine
