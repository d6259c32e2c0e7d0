// builtin_list.h — the built-in utilities, by file.

#pragma once

#include "sim/userland/sh/shell.h"

namespace drydock::userland::sh {

using Words = drydock::List;

// printing.cc
int echo_builtin(Shell& shell, const Words& words);
int printf_builtin(Shell& shell, const Words& words);
int test_builtin(Shell& shell, const Words& words);
int true_builtin(Shell& shell, const Words& words);
int false_builtin(Shell& shell, const Words& words);

// directories.cc
int cd_builtin(Shell& shell, const Words& words);
int pwd_builtin(Shell& shell, const Words& words);
int pushd_builtin(Shell& shell, const Words& words);
int popd_builtin(Shell& shell, const Words& words);
int dirs_builtin(Shell& shell, const Words& words);

// variable_builtins.cc
int export_builtin(Shell& shell, const Words& words);
int readonly_builtin(Shell& shell, const Words& words);
int unset_builtin(Shell& shell, const Words& words);
int local_builtin(Shell& shell, const Words& words);
int shift_builtin(Shell& shell, const Words& words);
int getopts_builtin(Shell& shell, const Words& words);
int let_builtin(Shell& shell, const Words& words);

// declare.cc
int declare_builtin(Shell& shell, const Words& words);

// set.cc
int set_builtin(Shell& shell, const Words& words);
int shopt_builtin(Shell& shell, const Words& words);

// control.cc
int break_builtin(Shell& shell, const Words& words);
int continue_builtin(Shell& shell, const Words& words);
int return_builtin(Shell& shell, const Words& words);
int exit_builtin(Shell& shell, const Words& words);
Task<int> eval_builtin(Shell& shell, Words words);
Task<int> dot_builtin(Shell& shell, Words words);
Task<int> exec_builtin(Shell& shell, Words words);
Task<int> command_builtin(Shell& shell, Words words);
Task<int> builtin_builtin(Shell& shell, Words words);

// naming.cc
int type_builtin(Shell& shell, const Words& words);
int hash_builtin(Shell& shell, const Words& words);
int alias_builtin(Shell& shell, const Words& words);
int unalias_builtin(Shell& shell, const Words& words);
int history_builtin(Shell& shell, const Words& words);
int help_builtin(Shell& shell, const Words& words);
int describe_command(Shell& shell, const std::string& name, bool verbose);

// job_builtins.cc
Task<int> jobs_builtin(Shell& shell, Words words);
Task<int> fg_builtin(Shell& shell, Words words);
Task<int> wait_builtin(Shell& shell, Words words);
Task<int> kill_builtin(Shell& shell, Words words);
int disown_builtin(Shell& shell, const Words& words);
int trap_builtin(Shell& shell, const Words& words);

// process_builtins.cc
int umask_builtin(Shell& shell, const Words& words);
int ulimit_builtin(Shell& shell, const Words& words);
int times_builtin(Shell& shell, const Words& words);

// reading.cc
Task<int> read_builtin(Shell& shell, Words words);
Task<int> mapfile_builtin(Shell& shell, Words words);

}  // namespace drydock::userland::sh
