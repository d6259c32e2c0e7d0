// magic_link.h — the links of /proc that lead to files, not to names.

#pragma once

#include "sim/kernel/process.h"
#include "sim/vfs/inode.h"

namespace drydock::kernel {

/// Where such a link leads: an open file, or else a place.
struct MagicTarget {
  OpenFileRef file;
  vfs::Location place;
};

class MagicLink : public vfs::Inode {
 public:
  virtual SysResult<MagicTarget> target() const = 0;
};

}  // namespace drydock::kernel
