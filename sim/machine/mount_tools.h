// mount_tools.h — small deeds on a container's mount table while it is made.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/vfs/walk.h"

namespace drydock::machine {

/// Root looking at this table from its root.
vfs::View root_view(const vfs::MountTable& table);

/// A whole file system, to be mounted.
vfs::Mount mount_of(std::string source, std::string type, std::string options,
                    vfs::FileSystemRef file_system);

/// Mounts it there; where nothing is, nothing happens.
void add_mount(vfs::MountTable& table, std::string_view path, vfs::Mount mount);

/// Makes what a mount will cover, if it is not there: a directory with all
/// above it, or a file.
SysResult<vfs::Location> mount_point(const vfs::MountTable& table,
                                     const std::string& path, bool directory);

/// The directory of a path, made with all above it.
SysResult<vfs::Parent> mount_parent(const vfs::MountTable& table,
                                    const std::string& path);

}  // namespace drydock::machine
