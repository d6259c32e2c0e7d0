// signals.h — what a shell does with its own signals.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/userland/sh/shell.h"

namespace drydock::userland::sh {

/// In a subshell: traps that run something are off, those that ignore stay.
void reset_signals(Shell& shell);

/// Tells the kernel what to do with a signal, after a change of traps.
void apply_trap(Shell& shell, int signal);

/// "INT", "SIGINT", "2", "EXIT", "0" (and bash's ERR, DEBUG, RETURN).
std::optional<int> parse_condition(const Shell& shell, std::string_view text);
/// "INT", "EXIT"; bash says "SIGINT".
std::string condition_name(const Shell& shell, int condition);

/// dash catches SIGINT when it runs a command string or a script, and then
/// ends by it: so ^C ends it as PID 1 too, which SIGINT itself would not.
void catch_interrupts(Shell& shell);

/// What interactive shells ignore and catch.
void set_interactive_signals(Shell& shell);

}  // namespace drydock::userland::sh
