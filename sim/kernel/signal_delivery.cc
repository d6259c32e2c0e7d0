// signal_delivery.cc — signal(7): who gets what, and what it does to him.

#include <bit>
#include <utility>

#include "sim/kernel/kernel_process.h"

namespace drydock::kernel {

namespace {

DefaultAction default_action(int signal) {
  const SignalRow* const row = signal_row(signal);
  return row ? row->action : DefaultAction::terminate;  // Real-time signals.
}

bool is_uncatchable(int signal) {
  return signal == kSigKill || signal == kSigStop;
}

}  // namespace

SysOutcome KernelProcess::sigaction(int signal, Disposition disposition) {
  if (signal < 1 || signal > 64) return Errno::einval;
  if (is_uncatchable(signal)) return Errno::einval;
  const std::uint64_t bit = signal_bit(signal);
  caught_ &= ~bit;
  ignored_ &= ~bit;
  if (disposition == Disposition::caught) caught_ |= bit;
  if (disposition == Disposition::ignore) ignored_ |= bit;
  if (disposition != Disposition::caught) caught_pending_ &= ~bit;
  return ok();
}

Disposition KernelProcess::disposition(int signal) const {
  if (signal < 1 || signal > 64) return Disposition::standard;
  if (caught_ & signal_bit(signal)) return Disposition::caught;
  if (ignored_ & signal_bit(signal)) return Disposition::ignore;
  return Disposition::standard;
}

int KernelProcess::take_signal() {
  if (caught_pending_ == 0) return 0;
  const int signal = std::countr_zero(caught_pending_) + 1;
  caught_pending_ &= ~signal_bit(signal);
  if (caught_pending_ == 0) interrupt_ = false;
  return signal;
}

bool KernelProcess::interrupted() {
  return alive() && std::exchange(interrupt_, false);
}

bool KernelProcess::ignores(int signal) const {
  return (ignored_ & signal_bit(signal)) != 0;
}

void KernelProcess::send(int signal, bool from_ancestor) {
  if (!alive() || signal == 0) return;
  // PID 1 of a namespace is deaf to what it has no handler for, but for KILL
  // and STOP from outside: pid_namespaces(7).
  const bool forced = from_ancestor && is_uncatchable(signal);
  const bool caught = disposition(signal) == Disposition::caught;
  if (is_namespace_init() && !caught && !forced) return;
  const std::shared_ptr<KernelProcess> keep = shared_from_this();
  act(signal);
}

void KernelProcess::act(int signal) {
  const DefaultAction action = default_action(signal);
  if (action == DefaultAction::resume || signal == kSigKill) resume();
  if (!alive()) return;  // Of something that came while it was stopped.
  if (signal == kSigStop) return stop(signal);
  switch (disposition(signal)) {
    case Disposition::ignore:
      return;
    case Disposition::caught:
      caught_pending_ |= signal_bit(signal);
      interrupt_ = true;
      signals_.notify_all();
      return;
    case Disposition::standard:
      break;
  }
  switch (action) {
    case DefaultAction::ignore:
    case DefaultAction::resume:
      return;
    case DefaultAction::stop:
      if (!in_orphaned_group()) stop(signal);
      return;
    case DefaultAction::terminate:
    case DefaultAction::core:
      break;
  }
  if (state_ == State::stopped) {
    standard_pending_ |= signal_bit(signal);
    return;
  }
  WaitStatus how;
  how.kind = WaitStatus::Kind::signaled;
  how.code = signal;
  end(how);
}

void KernelProcess::stop(int signal) {
  if (state_ != State::running) return;
  state_ = State::stopped;
  fibers_.hold();
  status_.kind = WaitStatus::Kind::stopped;
  status_.code = signal;
  stop_unreported_ = true;
  continue_unreported_ = false;
  notify_parent();
}

void KernelProcess::resume() {
  if (state_ != State::stopped) return;
  state_ = State::running;
  stop_unreported_ = false;
  continue_unreported_ = true;
  fibers_.release();
  notify_parent();
  const std::uint64_t pending = std::exchange(standard_pending_, 0);
  for (int signal = 1; signal <= 64; ++signal) {
    if (pending & signal_bit(signal)) act(signal);
  }
}

/// SIGCHLD, and whoever waits for us looks again.
void KernelProcess::notify_parent() {
  if (!parent_) return;
  parent_->send(kSigChld, false);
  if (parent_) parent_->child_news_.notify_all();
}

// --- kill(2) ---------------------------------------------------------------

bool KernelProcess::may_be_signaled_by(const KernelProcess& sender) const {
  const vfs::UserId uid = sender.view_.who.uid;
  if (sender.may(vfs::Capability::kill)) return true;
  for (const vfs::UserId mine : {real_uid_, saved_uid_}) {
    if (mine == uid || mine == sender.real_uid_) return true;
  }
  return false;
}

SysOutcome KernelProcess::kill_one(KernelProcess& target, int signal) {
  const bool session =
      signal == kSigCont && target.group_->session == group_->session;
  if (!target.may_be_signaled_by(*this) && !session) return Errno::eperm;
  const bool from_ancestor =
      target.namespaces_->pid != namespaces_->pid &&
      namespaces_->pid->contains(*target.namespaces_->pid);
  target.send(signal, from_ancestor);
  return ok();
}

SysOutcome KernelProcess::kill_group(Pid group, int signal) {
  const PidNumbers* const leader =
      group == 0 ? group_->numbers.get() : namespaces_->pid->find(group);
  if (!leader || !leader->group) return Errno::esrch;
  std::vector<std::shared_ptr<KernelProcess>> members;
  const Link& ring = leader->group->members;
  for (Link* place = ring.next(); place != &ring; place = place->next()) {
    members.push_back(process_at<GroupPlace>(place, ring)->shared_from_this());
  }
  return kill_each(members, signal);
}

SysOutcome KernelProcess::kill_all(int signal) {
  std::vector<std::shared_ptr<KernelProcess>> members;
  for (const auto& [pid, numbers] : namespaces_->pid->all()) {
    KernelProcess* const process = numbers->process;
    if (!process || process == this || pid == 1) continue;
    members.push_back(process->shared_from_this());
  }
  return kill_each(members, signal);
}

/// Success when one of them could be signalled; this process comes last.
SysOutcome KernelProcess::kill_each(
    const std::vector<std::shared_ptr<KernelProcess>>& targets, int signal) {
  if (targets.empty()) return Errno::esrch;
  bool reached = false;
  bool includes_self = false;
  for (const std::shared_ptr<KernelProcess>& target : targets) {
    if (target.get() == this) {
      includes_self = true;
      continue;
    }
    if (kill_one(*target, signal)) reached = true;
  }
  if (includes_self) {
    send(signal, false);
    reached = true;
  }
  return reached ? ok() : SysOutcome(Errno::eperm);
}

SysOutcome KernelProcess::kill_now(Pid pid, int signal) {
  if (signal < 0 || signal > 64) return Errno::einval;
  if (pid == -1) return kill_all(signal);
  if (pid == 0) return kill_group(0, signal);
  if (pid < 0) return kill_group(-pid, signal);
  KernelProcess* const target = namespaces_->pid->find_process(pid);
  if (!target) return Errno::esrch;
  return kill_one(*target, signal);
}

Task<SysOutcome> KernelProcess::kill(Pid pid, int signal) {
  co_await enter();
  const SysOutcome sent = kill_now(pid, signal);
  // It may have been its own end, or its own stop.
  if (!alive() || fibers_.held()) co_await enter();
  co_return sent;
}

// --- Waiting for nothing but time and signals ------------------------------

Task<SysOutcome> KernelProcess::nanosleep(Nanoseconds span) {
  co_await enter();
  if (span < 0) co_return Errno::einval;
  const Time due = now() + span;
  while (now() < due) {
    if (interrupted()) co_return Errno::eintr;
    co_await EitherWait(nullptr, signals_, due);
  }
  co_return ok();
}

Task<Errno> KernelProcess::pause() {
  co_await enter();
  while (!interrupted()) co_await EitherWait(nullptr, signals_);
  co_return Errno::eintr;
}

Task<void> KernelProcess::sched_yield() {
  co_await enter();
  co_await Yield();
}

}  // namespace drydock::kernel
