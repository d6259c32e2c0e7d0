// whole_tree.h — deeds on a directory and all that is below it.

#pragma once

#include <string_view>

#include "sim/vfs/inode.h"

namespace drydock::vfs {

/// rm -r: an entry, and, if it is a directory, what it holds, at any depth.
/// ENOENT when it is not there.
SysOutcome remove_tree(Inode& directory, std::string_view name);

/// Removes all that a directory holds.
SysOutcome empty_directory(Inode& directory);

}  // namespace drydock::vfs
