// exec.h — from an executable file to the program that it stands for.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/kernel_process.h"

namespace drydock::kernel {

/// What execve(2) would run, told to `executable`, which is new.  ENOENT,
/// EACCES, ENOEXEC, ELOOP, E2BIG.
SysOutcome load(Kernel& kernel, const vfs::View& view, std::string path,
                std::vector<std::string> argv, Executable* executable);

}  // namespace drydock::kernel
