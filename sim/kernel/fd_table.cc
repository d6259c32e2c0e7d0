// fd_table.cc — the lowest free number wins.

#include "sim/kernel/fd_table.h"

#include <algorithm>
#include <utility>

#include "sim/kernel/open_file.h"

namespace drydock::kernel {

const FdTable::Slot* FdTable::slot(Fd fd) const {
  const auto at = static_cast<std::size_t>(fd);
  if (fd < 0 || at >= slots_.size() || !slots_[at].file) return nullptr;
  return &slots_[at];
}

OpenFileRef FdTable::get(Fd fd) const {
  const Slot* const found = slot(fd);
  return found ? found->file : nullptr;
}

SysResult<Fd> FdTable::add(OpenFileRef file, bool close_on_exec, Fd lowest,
                           std::int64_t limit) {
  if (lowest < 0 || (lowest > 0 && lowest >= limit)) return Errno::einval;
  Fd fd = lowest;
  while (slot(fd)) ++fd;
  if (fd >= limit) return Errno::emfile;
  const auto at = static_cast<std::size_t>(fd);
  if (at >= slots_.size()) slots_.resize(at + 1);
  slots_[at] = {std::move(file), close_on_exec};
  return fd;
}

SysOutcome FdTable::put(Fd fd, OpenFileRef file, bool close_on_exec,
                        std::int64_t limit) {
  if (fd < 0 || fd >= limit) return Errno::ebadf;
  const auto at = static_cast<std::size_t>(fd);
  if (at >= slots_.size()) slots_.resize(at + 1);
  // The former file may wake others when it ends: let go of it last.
  const Slot former =
      std::exchange(slots_[at], Slot{std::move(file), close_on_exec});
  return ok();
}

SysOutcome FdTable::close(Fd fd) {
  if (!slot(fd)) return Errno::ebadf;
  const Slot former = std::exchange(slots_[static_cast<std::size_t>(fd)], {});
  return ok();
}

SysOutcome FdTable::set_close_on_exec(Fd fd, bool on) {
  if (!slot(fd)) return Errno::ebadf;
  slots_[static_cast<std::size_t>(fd)].close_on_exec = on;
  return ok();
}

bool FdTable::closes_on_exec(Fd fd) const {
  const Slot* const found = slot(fd);
  return found && found->close_on_exec;
}

void FdTable::close_for_exec() {
  for (const Fd fd : list()) {
    if (closes_on_exec(fd)) static_cast<void>(close(fd));
  }
}

void FdTable::close_all() {
  std::vector<Slot> slots = std::exchange(slots_, {});
  for (Slot& slot : slots) slot.file.reset();
}

std::vector<Fd> FdTable::list() const {
  std::vector<Fd> fds;
  for (std::size_t at = 0; at < slots_.size(); ++at) {
    if (slots_[at].file) fds.push_back(static_cast<Fd>(at));
  }
  return fds;
}

}  // namespace drydock::kernel
