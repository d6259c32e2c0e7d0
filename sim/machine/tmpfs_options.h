// tmpfs_options.h — "size=64m,mode=1777,noexec": tmpfs(5) and mount(8).

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/vfs/inode.h"

namespace drydock::machine {

struct TmpfsOptions {
  std::int64_t size = 0;  // Bytes; 0: half of the memory.
  vfs::Mode mode = 01777;
  vfs::UserId uid = 0;
  vfs::GroupId gid = 0;
  bool read_only = false;
  std::string shown;  // As /proc/mounts has them, without ro or rw.
};

/// Docker's own ones (noexec,nosuid,nodev) first; later words win.
TmpfsOptions read_tmpfs_options(std::string_view text);

}  // namespace drydock::machine
