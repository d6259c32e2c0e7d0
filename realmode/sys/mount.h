// mount.h — the doors to the tree of files: the mount API of Linux 5.2 and
// later, where a mount is a descriptor before it has a place.
//
// mount(2) stays for what has no other way: changing the propagation of a
// whole tree on kernels without mount_setattr(2).

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "realmode/sys/fd.h"

namespace drydock::sys {

/// fsconfig(2): key and value; a key without value is a flag ("ro").
using MountOptions = std::vector<std::pair<std::string, std::string>>;

/// fsopen, fsconfig of each option, create, fsmount: a mount without a place.
/// The kernel's own words from the file system's log are added to a refusal.
Result<Fd> make_mount(const std::string& type, const MountOptions& options,
                      std::uint64_t attributes);

/// open_tree(OPEN_TREE_CLONE): a bind mount without a place.
Result<Fd> clone_tree(int directory, const std::string& path, bool recursive);

/// mount_setattr(2) of a mount without a place, or of one at a path.
Outcome set_attributes(int mount, std::uint64_t set, bool recursive);

/// Of a mount without a place and all in it: hears of nothing, tells nothing.
Outcome make_private(int mount);

/// Gives the mount its place.
Outcome move_mount(int mount, const std::string& target);
Outcome move_mount(int mount, int target);

/// Nothing that is mounted here is seen elsewhere; the other way round, mounts
/// and unmounts of the host still arrive.
Outcome make_slave(const std::string& path);
/// Neither way.
Outcome make_private(const std::string& path);

Outcome mount(const std::string& source, const std::string& target,
              const std::string& type, std::uint64_t flags,
              const std::string& options);
Outcome umount(const std::string& target, int flags);

/// The root becomes `new_root`, and the old one lies on top of it, to be taken
/// off by umount("."): pivot_root(".", ".") of pivot_root(2), "Notes".
Outcome enter_root(int new_root);

}  // namespace drydock::sys
