// memory.cc — what programs declare to hold, and the killer when it is too
// much: brk(2), proc(5) oom_score_adj.

#include <algorithm>

#include "sim/kernel/kernel_process.h"

namespace drydock::kernel {

namespace {

void collect(const Cgroup& cgroup, std::vector<KernelProcess*>& into) {
  const std::vector<KernelProcess*> own = cgroup.members();
  into.insert(into.end(), own.begin(), own.end());
  for (const auto& [name, child] : cgroup.children()) collect(*child, into);
}

}  // namespace

/// Who dies when this cgroup is full: who holds most, as oom_score_adj shifts
/// it; null where all are spared.
KernelProcess* KernelProcess::oom_victim(const Cgroup& full,
                                         std::int64_t wanted) const {
  std::vector<KernelProcess*> all;
  collect(full, all);
  KernelProcess* worst = nullptr;
  std::int64_t most = 0;
  for (KernelProcess* const process : all) {
    if (!process->alive() || process->oom_score_adj_ == -1000) continue;
    const std::int64_t own = process->memory_ + kProcessMemory;
    const std::int64_t score =
        own + (process == this ? wanted : 0) +
        full.limits.memory / 1000 * process->oom_score_adj_;
    if (worst && score <= most) continue;
    worst = process;
    most = score;
  }
  return worst;
}

SysOutcome KernelProcess::set_memory(std::int64_t bytes) {
  const std::int64_t more = bytes - memory_;
  while (alive()) {
    Cgroup* const full = cgroup_->charge_memory(more);
    if (!full) {
      memory_ = bytes;
      return ok();
    }
    KernelProcess* const victim = oom_victim(*full, more);
    if (full->limits.oom_kill_disable || !victim) {
      // It sleeps from its next call on, until there is more.
      full->wait_for_memory(*this);
      return ok();
    }
    victim->cgroup_->count_oom_kill();
    victim->send(kSigKill, true);
  }
  return Errno::enomem;
}

void KernelProcess::give_memory_back() {
  if (memory_ != 0) cgroup_->charge_memory(-std::exchange(memory_, 0));
}

SysOutcome KernelProcess::set_oom_score_adj(int value) {
  if (value < -1000 || value > 1000) return Errno::einval;
  const bool lower = value < oom_score_adj_;
  if (lower && !view_.who.may(vfs::Capability::sys_resource)) {
    return Errno::eacces;
  }
  oom_score_adj_ = value;
  return ok();
}

/// What the seccomp filter says of a call.
SysOutcome KernelProcess::filtered(std::string_view call) {
  if (!seccomp_) return ok();
  const SeccompFilter::Rule& rule = seccomp_->of(call);
  using Action = SeccompFilter::Rule::Action;
  if (rule.action == Action::allow) return ok();
  if (rule.action == Action::kill) send(kSigSys, true);
  return rule.error;
}

}  // namespace drydock::kernel
