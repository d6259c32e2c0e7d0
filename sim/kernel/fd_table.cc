// fd_table.cc — the lowest free number wins.

#include "sim/kernel/fd_table.h"

#include <algorithm>
#include <utility>

#include "sim/kernel/open_file.h"

namespace drydock::kernel {

const FdTable::Slot* FdTable::slot(Fd fd) const {
  if (fd >= kNear) {
    const auto found = far_.find(fd);
    return found == far_.end() ? nullptr : &found->second;
  }
  const auto at = static_cast<std::size_t>(fd);
  if (fd < 0 || at >= near_.size() || !near_[at].file) return nullptr;
  return &near_[at];
}

FdTable::Slot& FdTable::room_for(Fd fd) {
  if (fd >= kNear) return far_[fd];
  const auto at = static_cast<std::size_t>(fd);
  if (at == near_.size()) return near_.emplace_back();
  if (at > near_.size()) near_.resize(at + 1);
  return near_[at];
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
  room_for(fd) = {std::move(file), close_on_exec};
  return fd;
}

SysOutcome FdTable::put(Fd fd, OpenFileRef file, bool close_on_exec,
                        std::int64_t limit) {
  if (fd < 0 || fd >= limit) return Errno::ebadf;
  // The former file may wake others when it ends: let go of it last.
  const Slot former =
      std::exchange(room_for(fd), Slot{std::move(file), close_on_exec});
  return ok();
}

SysOutcome FdTable::close(Fd fd) {
  if (!slot(fd)) return Errno::ebadf;
  const Slot former = std::exchange(room_for(fd), {});
  far_.erase(fd);
  return ok();
}

SysOutcome FdTable::set_close_on_exec(Fd fd, bool on) {
  if (!slot(fd)) return Errno::ebadf;
  room_for(fd).close_on_exec = on;
  return ok();
}

bool FdTable::closes_on_exec(Fd fd) const {
  const Slot* const found = slot(fd);
  return found && found->close_on_exec;
}

void FdTable::close_for_exec() {
  for (std::size_t at = 0; at < near_.size(); ++at) {
    if (near_[at].close_on_exec) static_cast<void>(close(static_cast<Fd>(at)));
  }
  for (auto at = far_.begin(); at != far_.end();) {
    const auto each = at++;
    if (each->second.close_on_exec) static_cast<void>(close(each->first));
  }
}

void FdTable::begin_with(std::vector<OpenFileRef>&& files) {
  near_.reserve(files.size());
  for (OpenFileRef& file : files) near_.push_back({std::move(file), false});
}

void FdTable::close_all() {
  // What ends may call back; by then nothing is open any more.
  std::vector<Slot> near;
  std::map<Fd, Slot> far;
  near.swap(near_);
  if (!far_.empty()) far.swap(far_);
  for (Slot& slot : near) slot.file.reset();
  for (auto& [fd, slot] : far) slot.file.reset();
}

std::vector<Fd> FdTable::list() const {
  std::vector<Fd> fds;
  for (std::size_t at = 0; at < near_.size(); ++at) {
    if (near_[at].file) fds.push_back(static_cast<Fd>(at));
  }
  for (const auto& [fd, slot] : far_) fds.push_back(fd);
  return fds;
}

}  // namespace drydock::kernel
