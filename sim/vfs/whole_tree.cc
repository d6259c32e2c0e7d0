// whole_tree.cc — walks through trees that may be deeper than the stack.

#include "sim/vfs/whole_tree.h"

#include <string>
#include <utility>
#include <vector>

namespace drydock::vfs {

SysOutcome empty_directory(Inode& directory) {
  /// A directory on the way down, and which of its entries comes next.
  struct Open {
    InodeRef directory;
    std::vector<DirectoryEntry> entries;
    std::size_t next = 0;
  };
  std::vector<Open> way;
  InodeRef fresh = directory.shared_from_this();
  for (;;) {
    if (fresh) {
      SysResult<std::vector<DirectoryEntry>> entries = fresh->entries();
      if (!entries) return entries.error();
      way.push_back({std::exchange(fresh, nullptr), *std::move(entries)});
    }
    Open& here = way.back();
    if (here.next < here.entries.size()) {
      const DirectoryEntry& entry = here.entries[here.next];
      if (entry.type == FileType::directory) {
        const SysResult<InodeRef> below = here.directory->lookup(entry.name);
        if (!below) return below.error();
        fresh = *below;
        continue;  // Counted when it is empty and gone.
      }
      const SysOutcome gone = here.directory->unlink(entry.name);
      if (!gone) return gone;
      ++here.next;
      continue;
    }
    way.pop_back();
    if (way.empty()) return ok();
    Open& above = way.back();
    const SysOutcome gone =
        above.directory->rmdir(above.entries[above.next].name);
    if (!gone) return gone;
    ++above.next;
  }
}

SysOutcome remove_tree(Inode& directory, std::string_view name) {
  const SysResult<InodeRef> file = directory.lookup(name);
  if (!file) return file.error();
  if ((*file)->attributes().type != FileType::directory) {
    return directory.unlink(name);
  }
  const SysOutcome emptied = empty_directory(**file);
  if (!emptied) return emptied;
  return directory.rmdir(name);
}

}  // namespace drydock::vfs
