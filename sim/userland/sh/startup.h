// startup.h — from the command line and the environment to a shell that is
// ready to run.

#pragma once

#include <optional>
#include <string>

#include "sim/userland/sh/shell.h"

namespace drydock::userland::sh {

/// What the command line asks for.
struct Invocation {
  std::optional<std::string> command;  // -c
  std::string script;                  // FILE; empty: standard input.
  bool reads_stdin = false;            // -s
  bool login = false, no_rc = false, no_profile = false;
  std::string rc_file;
  std::optional<int> status;  // The shell ends at once.
};

/// Reads argv; what is said of mistakes is left in the shell.
Invocation read_invocation(Shell& shell);

/// The environment, and the variables that a shell sets.
void set_variables(Shell& shell);

/// /etc/profile, ~/.bashrc, $ENV and their like.
Task<void> read_startup_files(Shell& shell, const Invocation& invocation);

/// Job control, and the signals of an interactive shell.
void become_interactive(Shell& shell);

/// `set -o NAME` or `set -LETTER`; false when there is no such option.
bool set_option(Shell& shell, std::string_view name, char letter, bool on);

}  // namespace drydock::userland::sh
