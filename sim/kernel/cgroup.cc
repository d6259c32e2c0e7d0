// cgroup.cc — counting, and holding still.

#include "sim/kernel/cgroup.h"

#include <algorithm>

#include "sim/base/text.h"
#include "sim/kernel/kernel_process.h"

namespace drydock::kernel {

Cgroup::~Cgroup() {
  if (!parent_) return;
  const auto entry = parent_->children_.find(name());
  // A cgroup of the same name may have come meanwhile.
  if (entry != parent_->children_.end() && entry->second == this) {
    parent_->children_.erase(entry);
  }
}

std::string_view Cgroup::name() const {
  if (!parent_) return path_;
  const std::size_t above = parent_->parent_ ? parent_->path_.size() : 0;
  return std::string_view(path_).substr(above + 1);
}

bool Cgroup::is_full() const {
  for (const Cgroup* level = this; level; level = level->parent_.get()) {
    const std::int64_t bound = level->limits.pids;
    if (bound > 0 && level->pids_ >= bound) return true;
  }
  return false;
}

Cgroup* Cgroup::charge_memory(std::int64_t bytes) {
  for (Cgroup* level = this; level; level = level->parent_.get()) {
    const std::int64_t bound = level->limits.memory;
    if (bytes <= 0 || bound <= 0 || level->memory() + bytes <= bound) continue;
    ++level->limit_hits_;
    return level;
  }
  for (Cgroup* level = this; level; level = level->parent_.get()) {
    level->memory_ += bytes;
    level->memory_peak_ = std::max(level->memory_peak_, level->memory());
  }
  return nullptr;
}

bool Cgroup::permits_device(vfs::FileType type, vfs::Device device,
                            std::string_view access) const {
  const char letter = type == vfs::FileType::block_device ? 'b' : 'c';
  const auto covers = [&](const DeviceRule& rule) {
    const bool same = (rule.type == 'a' || rule.type == letter) &&
                      (rule.major < 0 || rule.major == device.major) &&
                      (rule.minor < 0 || rule.minor == device.minor);
    return same && std::ranges::all_of(access, [&](char wanted) {
             return rule.access.find(wanted) != std::string::npos;
           });
  };
  for (const Cgroup* level = this; level; level = level->parent_.get()) {
    const auto& rules = level->limits.devices;
    if (rules && !std::ranges::any_of(*rules, covers)) return false;
  }
  return true;
}

std::string Cgroup::cpus() const {
  for (const Cgroup* level = this; level; level = level->parent_.get()) {
    if (!level->limits.cpuset_cpus.empty()) return level->limits.cpuset_cpus;
  }
  return "";
}

std::string Cgroup::mems() const {
  for (const Cgroup* level = this; level; level = level->parent_.get()) {
    if (!level->limits.cpuset_mems.empty()) return level->limits.cpuset_mems;
  }
  return "";
}

std::vector<KernelProcess*> Cgroup::members() const {
  std::vector<KernelProcess*> all;
  for (Link* place = members_.next(); place != &members_;
       place = place->next()) {
    all.push_back(process_at<CgroupPlace>(place, members_));
  }
  return all;
}

void Cgroup::enter(KernelProcess& process) {
  process.CgroupPlace::insert_before(members_);
  for (Cgroup* level = this; level; level = level->parent_.get()) {
    ++level->pids_;
    level->memory_peak_ = std::max(level->memory_peak_, level->memory());
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
  if (std::erase(waiting_, &process) > 0) process.release();
}

void Cgroup::freeze() {
  if (std::exchange(frozen_, true)) return;
  for (KernelProcess* const member : members()) member->hold();
}

void Cgroup::thaw() {
  if (!std::exchange(frozen_, false)) return;
  for (KernelProcess* const member : members()) member->release();
}

void Cgroup::wait_for_memory(KernelProcess& process) {
  if (std::ranges::count(waiting_, &process) > 0) return;
  waiting_.push_back(&process);
  process.hold();
}

void Cgroup::let_go() {
  for (KernelProcess* const process : std::exchange(waiting_, {})) {
    process->release();
  }
}

void Cgroup::count_oom_kill() {
  for (Cgroup* level = this; level; level = level->parent_.get()) {
    ++level->oom_kills_;
    if (level->on_oom) level->on_oom();
  }
}

int count_of_list(std::string_view list) {
  int count = 0;
  for (const std::string& part : split(trim(list), ',')) {
    const List ends = split(part, '-');
    const auto first = parse_int(ends.front());
    const auto last = parse_int(ends.back());
    if (!first || !last || ends.size() > 2 || *first < 0 || *last < *first) {
      return 0;
    }
    count += static_cast<int>(*last - *first) + 1;
  }
  return count;
}

}  // namespace drydock::kernel
