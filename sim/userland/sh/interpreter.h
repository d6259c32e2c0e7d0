// interpreter.h — running commands: XCU 2.9, and the processes that it takes.
//
//     interpreter.cc  lists, compound commands, loops, functions
//     simple.cc       simple commands: assignments, lookup, exec
//     pipelines.cc    pipes, background jobs, subshells, waiting
//     redirects.cc    redirections
//     conditions.cc   [[ ]]
//     signals.cc      traps
//
// Every command is run with flags.  `last`: nothing comes after it in this
// process, so a program may take its place.  `tested`: its failure is looked
// at, so -e leaves it alone.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/userland/sh/ast.h"
#include "sim/userland/sh/shell.h"

namespace drydock::userland::sh {

struct RunFlags {
  bool last = false;
  bool tested = false;
};

Task<int> run(Shell& shell, CommandRef command, RunFlags flags);
Task<int> run_simple(Shell& shell, CommandRef command, RunFlags flags);
Task<int> run_pipeline(Shell& shell, CommandRef command, RunFlags flags);
Task<int> run_subshell(Shell& shell, CommandRef command, RunFlags flags);
Task<int> run_condition(Shell& shell, const Condition& condition);
Task<int> run_background(Shell& shell, CommandRef command, std::string text);

/// Calls a function: positional parameters, scope, return.
Task<int> call_function(Shell& shell, std::string name, List arguments,
                        RunFlags flags);

/// Runs text as a program: eval, traps, -c.  `label` names it in messages.
Task<int> run_text(Shell& shell, std::string text, int line, RunFlags flags);
/// Tells a syntax error; the status is 2.
void complain_syntax(Shell& shell, const SyntaxError& error,
                     const std::string& source);

/// Assigns what a command's assignments say; false after an error.
struct ExpandedAssignment {
  const Assignment* source;
  std::string value;
};
Task<bool> assign_all(Shell& shell, const std::vector<Assignment>& assignments,
                      bool exports);
Task<bool> assign_one(Shell& shell, const Assignment& assignment);

/// -e after a command that failed, and bash's ERR trap.
Task<void> check_errexit(Shell& shell, int status, RunFlags flags);

// --- Processes --------------------------------------------------------------

/// What a child does between fork and its command.
struct ChildPlan {
  CommandRef command;
  std::vector<std::pair<Fd, Fd>> dup;  // dup2(first, second), first closed.
  std::vector<Fd> close;
  RunFlags flags{.last = true, .tested = false};
  bool keeps_errexit = true;
  bool background = false;
  bool substitutes = false;  // It is a $(...).
  bool job_control = false;
  bool foreground = false;
  std::optional<Pid> group;                          // setpgid; 0: its own.
  std::optional<std::pair<std::string, List>> exec;  // A program instead.
  List environment;
};
SysResult<Pid> fork_child(Shell& shell, ChildPlan plan);

/// Waits for a child that is no job; its status as $? shows it.
Task<int> wait_for_child(Shell& shell, Pid pid);
/// Waits for a job in the foreground and tells how it ended.
Task<int> wait_for_job(Shell& shell, int number);
/// Takes note of all children that ended by now.
Task<void> reap(Shell& shell);
/// "Done" and "Terminated" messages before a prompt.
Task<void> tell_jobs(Shell& shell);

/// Runs execve for a path that was found; returns the status of the failure.
Task<int> exec_program(Shell& shell, std::string path, List argv,
                       List environment);

/// Where PATH (or `path`) finds a program; nullopt when nowhere.
std::optional<std::string> find_program(Shell& shell, const std::string& name,
                                        std::optional<std::string> path = {});

// --- Redirections
// -------------------------------------------------------------

/// Descriptors that a command's redirections replaced; -1: it was closed.
using SavedFds = std::vector<std::pair<Fd, Fd>>;
/// False after an error, which was told.  Without `saved` they stay.
Task<bool> redirect(Shell& shell, const std::vector<Redirect>& redirects,
                    SavedFds* saved);
void restore(Shell& shell, SavedFds& saved);

// --- Traps
// --------------------------------------------------------------------

/// Runs the traps of the signals that came.
Task<void> run_traps(Shell& shell);
Task<void> run_trap(Shell& shell, int condition);
/// The EXIT trap, then the shell's last word: answers the status to end with.
Task<int> finish_shell(Shell& shell, int status);

}  // namespace drydock::userland::sh
