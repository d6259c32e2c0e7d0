// shell.h — the state of one shell process: all that a subshell gets a copy of.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/text.h"
#include "sim/kernel/process.h"
#include "sim/userland/sh/ast.h"
#include "sim/userland/sh/dialect.h"
#include "sim/userland/sh/jobs.h"
#include "sim/userland/sh/options.h"
#include "sim/userland/sh/parser.h"
#include "sim/userland/sh/variables.h"

namespace drydock::userland::sh {

using kernel::Fd;
using kernel::Pid;

/// How control leaves a command before its end.
enum class Flow {
  none,
  break_loop,
  continue_loop,
  return_function,
  exit,   // The shell ends.
  abort,  // An error ends this command line; a script ends with it.
};

struct Function {
  std::shared_ptr<const Command> body;
  std::string text;  // As written.
  bool exported = false;
  bool read_only = false;
  int line = 0;
};

using Functions = std::map<std::string, Function, std::less<>>;

/// trap(1) of one condition: the action; empty text ignores.
using Traps = std::map<int, std::string>;
/// Conditions that are no signals.
inline constexpr int kTrapExit = 0, kTrapDebug = 65, kTrapErr = 66,
                     kTrapReturn = 67;

class Shell {
 public:
  Shell(kernel::Process& process, Dialect dialect);

  kernel::Process& process() const { return *process_; }
  Dialect dialect() const { return dialect_; }
  bool bash() const { return dialect_ == Dialect::bash; }
  bool ash() const { return dialect_ == Dialect::ash; }
  bool dash() const { return dialect_ == Dialect::dash; }

  // --- What is said: kept in order, written by flush() ----------------------
  void say(std::string_view text) { append(kernel::kStdout, text); }
  void complain_plain(std::string_view text) { append(kernel::kStderr, text); }
  /// "sh: 3: text": with the shell's name and the line.
  void complain(std::string_view text);
  /// The same with the builtin's name before the text.
  void complain(std::string_view builtin, std::string_view text);
  /// As complain(); but ash's echo, test, printf and kill are busybox's own
  /// applets, which know neither line nor builtin: "sh: text".
  void complain_as_applet(std::string_view text);
  std::string prefix(std::string_view builtin = {}) const;
  /// Writes it; 0, or the errno of a failed write to standard output.
  Task<int> flush();

  // --- Errors ---------------------------------------------------------------
  /// An error of expansion, assignment or a special builtin: complains and
  /// ends the script (or the line, when interactive).
  void abort(std::string_view text, int status);
  void abort_silently(int status);
  /// The same for errors after which bash goes on with the next line.
  void discard(std::string_view text, int status);
  /// Whether commands should stop running now.
  bool leaving() const { return flow != Flow::none; }

  // --- Variables ------------------------------------------------------------
  /// Tells the kernel how much the variables hold; false: there is no more.
  bool declare_memory();
  std::int64_t declared_memory = 0;
  /// Assigns as a command does: honours -a, OPTIND and friends; aborts when
  /// the variable is read only.
  bool assign(std::string_view name, std::string value);
  bool set_error(std::string_view name, SetError error);
  /// $1, $@ as text, $?, ...: nullopt when unset.
  std::optional<std::string> special(std::string_view name);
  std::optional<std::string> lookup(std::string_view name);
  /// Fills bash's arrays that tell of the shell itself, such as PIPESTATUS.
  void refresh(std::string_view name);

  /// A shell in a child process: traps reset, no jobs, not interactive.
  void become_subshell(kernel::Process& process);

  Options options;
  Variables variables;
  Functions functions;
  Aliases aliases;
  Jobs jobs;
  Traps traps;
  /// The parent's, which `trap` still shows in a subshell until it is used.
  std::optional<Traps> inherited_traps;
  std::vector<int> ignored_at_start;

  List positional;
  std::string name;                  // $0
  std::string label;                 // What messages begin with: $0, or "bash".
  std::string command_string_label;  // "-c" while bash runs -c.
  int status = 0;
  int substitution_status = -1;  // Of the last $(), -1: none was run.
  std::string last_argument;     // $_
  Pid shell_pid = 0;             // $$
  std::optional<Pid> last_background;
  bool subshell = false;
  int subshell_level = 0;
  bool from_command = false;  // -c
  bool script_file = false;   // sh FILE

  Flow flow = Flow::none;
  int flow_levels = 0;     // Of break and continue.
  bool line_only = false;  // An abort ends the line, not the script.
  int loop_depth = 0;
  int call_depth = 0;    // Functions.
  int source_depth = 0;  // . and eval
  int eval_depth = 0;
  int trace_level = 0;  // How often set -x of bash repeats the first of PS4.
  int line = 0;         // Of the command that runs.
  int error_line = 0;
  bool tested = false;  // errexit does not apply here.
  int trap_depth = 0;
  std::optional<int> trap_status;  // $? where the trap that runs set in.
  int trap_call_depth = 0;         // And how many functions deep that was.
  bool in_exit_trap = false;
  std::string running_builtin;
  std::vector<std::string> call_names;  // FUNCNAME
  std::vector<int> call_lines;

  std::map<std::string, std::pair<std::string, int>> hashed;
  List directories;  // pushd
  List history;
  std::vector<int> pipe_status;
  std::int64_t random_seed = 0;
  Time started;
  std::size_t getopts_index = 1;  // dash's own OPTIND.
  int getopts_offset = 0;
  int option_index = 1;
  int function_line = 0;  // First line of the function that runs, for dash.
  std::vector<Fd> process_fds;  // Of <( ), closed after the command.
  bool terminal_owner = false;  // Job control is on.
  Pid original_group = 0;

 private:
  void append(Fd fd, std::string_view text);
  std::optional<std::string> dynamic(std::string_view name);

  kernel::Process* process_;
  Dialect dialect_;
  std::vector<std::pair<Fd, std::string>> said_;
};

/// What this shell says when fork(2) fails for want of processes.
std::string_view cannot_fork(const Shell& shell);

}  // namespace drydock::userland::sh
