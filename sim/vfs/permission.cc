// permission.cc — who may do what to a file, by its mode bits.

#include <algorithm>

#include "sim/vfs/walk.h"

namespace drydock::vfs {

bool permits(const Attributes& file, const Credentials& who, unsigned access) {
  constexpr unsigned kExecute = static_cast<unsigned>(Access::execute);
  if (who.may(Capability::dac_override)) {
    // All but running what nobody may run.
    const bool runs = (access & kExecute) != 0;
    const bool runnable =
        file.type == FileType::directory || (file.mode & 0111) != 0;
    return !runs || runnable;
  }
  const bool in_group =
      who.gid == file.gid || std::ranges::count(who.groups, file.gid) > 0;
  const unsigned shift = who.uid == file.uid ? 6 : in_group ? 3 : 0;
  return ((file.mode >> shift) & access) == access;
}

SysOutcome may_remove(const Attributes& directory, const Attributes& file,
                      const Credentials& who) {
  constexpr unsigned kChange = static_cast<unsigned>(Access::write) |
                               static_cast<unsigned>(Access::execute);
  if (!permits(directory, who, kChange)) return Errno::eacces;
  const bool sticky = (directory.mode & 01000) != 0;
  const bool owns = who.may(Capability::fowner) || who.uid == file.uid ||
                    who.uid == directory.uid;
  return sticky && !owns ? Errno::eperm : ok();
}

}  // namespace drydock::vfs
