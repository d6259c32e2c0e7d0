// cgroup.cc — counting, and holding still.

#include "sim/kernel/cgroup.h"

#include "sim/kernel/kernel_process.h"

namespace drydock::kernel {

bool Cgroup::is_full() const {
  for (const Cgroup* level = this; level; level = level->parent_.get()) {
    const std::int64_t bound = level->limits.pids;
    if (bound > 0 && level->pids_ >= bound) return true;
  }
  return false;
}

bool Cgroup::charge_memory(std::int64_t bytes) {
  for (const Cgroup* level = this; level; level = level->parent_.get()) {
    const std::int64_t bound = level->limits.memory;
    if (bytes > 0 && bound > 0 && level->memory_ + bytes > bound) return false;
  }
  for (Cgroup* level = this; level; level = level->parent_.get()) {
    level->memory_ += bytes;
  }
  return true;
}

void Cgroup::enter(KernelProcess& process) {
  process.CgroupPlace::insert_before(members_);
  for (Cgroup* level = this; level; level = level->parent_.get()) {
    ++level->pids_;
  }
  if (frozen_) process.hold();
}

void Cgroup::leave(KernelProcess& process) {
  if (!process.CgroupPlace::linked()) return;
  process.CgroupPlace::unlink();
  for (Cgroup* level = this; level; level = level->parent_.get()) {
    --level->pids_;
  }
  if (frozen_) process.release();
}

void Cgroup::freeze() {
  if (std::exchange(frozen_, true)) return;
  for (Link* place = members_.next(); place != &members_;
       place = place->next()) {
    process_at<CgroupPlace>(place, members_)->hold();
  }
}

void Cgroup::thaw() {
  if (!std::exchange(frozen_, false)) return;
  for (Link* place = members_.next(); place != &members_;
       place = place->next()) {
    process_at<CgroupPlace>(place, members_)->release();
  }
}

}  // namespace drydock::kernel
