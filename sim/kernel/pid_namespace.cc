// pid_namespace.cc — giving out numbers and taking them back.

#include "sim/kernel/pid_namespace.h"

#include <cassert>

#include "sim/kernel/tty.h"

namespace drydock::kernel {

PidNumbers::PidNumbers(PidNamespaceRef own) : own_(std::move(own)) {
  assert(own_->level() < kPidNamespacesDeep);
  for (PidNamespace* level = own_.get(); level; level = level->parent().get()) {
    numbers_[level->level()] = level->assign(*this);
  }
}

PidNumbers::~PidNumbers() {
  for (PidNamespace* level = own_.get(); level; level = level->parent().get()) {
    level->all_.erase(numbers_[level->level()]);
  }
}

Pid PidNumbers::own() const { return numbers_[own_->level()]; }

Pid PidNumbers::in(const PidNamespace& from) const {
  if (!from.contains(*own_)) return 0;
  return numbers_[from.level()];
}

Pid PidNamespace::assign(PidNumbers& numbers) {
  do {
    // After a wrap the low numbers are left to daemons, as in Linux.
    last_ = last_ >= kPidMax - 1 ? 300 : last_ + 1;
  } while (!all_.try_emplace(last_, &numbers).second);
  return last_;
}

bool PidNamespace::contains(const PidNamespace& other) const {
  const PidNamespace* level = &other;
  while (level && level->level_ > level_) level = level->parent_.get();
  return level == this;
}

PidNumbers* PidNamespace::find(Pid pid) const {
  const auto found = all_.find(pid);
  return found == all_.end() ? nullptr : found->second;
}

KernelProcess* PidNamespace::find_process(Pid pid) const {
  PidNumbers* const numbers = find(pid);
  return numbers ? numbers->process : nullptr;
}

ProcessGroup::ProcessGroup(PidNumbersRef leader, std::shared_ptr<Session> in)
    : numbers(std::move(leader)), session(std::move(in)) {
  numbers->group = this;
}

ProcessGroup::~ProcessGroup() { numbers->group = nullptr; }

Session::Session(PidNumbersRef leader) : numbers(std::move(leader)) {
  numbers->session = this;
}

Session::~Session() {
  // Of a machine that is switched off: nobody has ended, so nobody told it.
  if (tty) tty->disown(*this);
  numbers->session = nullptr;
}

}  // namespace drydock::kernel
