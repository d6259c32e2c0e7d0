// program.h — what a process runs.
//
// A program is a coroutine over its process.  An executable file of the
// simulated machine says in its first line which one it is:
//
//     "\x7fELF drydock:gnu/ls\n"       the ls of GNU coreutils
//     "\x7fELF drydock:busybox/*\n"    one file for many: the base name of
//     argv[0]
//     "#!/bin/sh\n"                    a script, as everywhere
//
// so that copying, linking, tarring or pulling the file keeps it runnable.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sim/base/task.h"

namespace drydock::kernel {

class Process;

/// Returns the exit status, 0-255.
using Program = std::function<Task<int>(Process&)>;

/// The first bytes of an executable that runs the program of this id.
std::string executable_content(std::string_view program_id);

/// The set of programs that this build models, by id ("gnu/ls").  The kernel
/// only asks; userland's table answers.
class ProgramTable {
 public:
  virtual ~ProgramTable() = default;

  /// Null when this program is in an image but is not modelled: the kernel
  /// then says so on stderr and the process exits 127.
  virtual Program find(std::string_view id) const = 0;
};

}  // namespace drydock::kernel
