// rm.h — removal of trees, for rm and for mv between file systems.

#pragma once

#include <string>

#include "sim/userland/output.h"

namespace drydock::userland {

struct RemoveOptions {
  bool force = false, ask = false, recursive = false, verbose = false;
  bool empty_directories = false;
};

/// Removes a file or a tree; false after complaints.
Task<bool> remove_tree(Output& out, std::string path, RemoveOptions options);

}  // namespace drydock::userland
