// input.h — lines from a descriptor, taking no byte beyond what is needed, so
// that commands can read what comes after.

#pragma once

#include <optional>
#include <string>

#include "sim/userland/sh/shell.h"

namespace drydock::userland::sh {

struct LineRead {
  std::string text;    // Without the delimiter.
  bool ended = false;  // The delimiter came.
  bool interrupted = false;
  bool timed_out = false;
  std::optional<Errno> error;
};

struct LineLimits {
  char delimiter = '\n';
  std::optional<std::size_t> count;  // read -n
  std::optional<Time> deadline;      // read -t
  bool ignores_delimiter = false;    // read -N
};

/// Reads up to the delimiter.  Of a file it reads ahead and goes back; of a
/// terminal it takes lines as they come; of a pipe it takes single bytes.
Task<LineRead> read_line(Shell& shell, Fd fd, LineLimits limits);

}  // namespace drydock::userland::sh
