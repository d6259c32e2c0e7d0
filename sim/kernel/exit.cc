// exit.cc — how a process ends, and what becomes of those it leaves behind.

#include <utility>

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/tty.h"

namespace drydock::kernel {

Task<void> KernelProcess::exit(int status) {
  co_await enter();
  WaitStatus how;
  how.code = status & 0xff;
  end(how);
  for (;;) co_await Never();
}

void KernelProcess::end(WaitStatus how) {
  if (!alive()) return;
  const std::shared_ptr<KernelProcess> keep = shared_from_this();
  if (is_namespace_init()) end_members();
  state_ = State::zombie;
  status_ = how;
  // Not counted as held any more: its frames may go.
  if (main_) kernel_.scheduler().bury(std::move(main_));
  const bool leads = group_->session->numbers == numbers_;
  fds_.close_all();
  if (leads) leave_session();
  give_away_children();
  give_memory_back();
  cgroup_->leave(*this);
  count_user(-1);
  announce_end();
}

void KernelProcess::tear_down() {
  const std::shared_ptr<KernelProcess> keep =
      self_ ? std::move(self_) : shared_from_this();
  state_ = State::gone;
  if (main_) kernel_.scheduler().bury(std::move(main_));
  fds_.close_all();
  cgroup_->leave(*this);
  SiblingPlace::unlink();
  GroupPlace::unlink();
  numbers_->process = nullptr;
  // Whoever started it may look at the handle once more.
  if (handle_) std::exchange(handle_, nullptr)->process = nullptr;
}

/// With its PID 1 a pid namespace ends: pid_namespaces(7).
void KernelProcess::end_members() {
  PidNamespace& own = *namespaces_->pid;
  own.ending = true;
  std::vector<std::shared_ptr<KernelProcess>> members;
  for (const auto& [pid, numbers] : own.all()) {
    KernelProcess* const member = numbers->process;
    if (member && member != this) members.push_back(member->shared_from_this());
  }
  WaitStatus killed;
  killed.kind = WaitStatus::Kind::signaled;
  killed.code = kSigKill;
  for (const std::shared_ptr<KernelProcess>& member : members) {
    member->end(killed);
    // Nobody inside is left to wait for it.
    const bool inside =
        member->parent_ && own.contains(*member->parent_->namespaces_->pid);
    if (inside && member->state_ == State::zombie) member->reap();
  }
}

/// The end of a session's leader hangs its terminal up: setsid(2), tty(4).
void KernelProcess::leave_session() {
  const std::shared_ptr<Tty> tty = group_->session->tty;
  if (tty) tty->disown(*group_->session);
}

KernelProcess* KernelProcess::reaper() const {
  const PidNamespace* space = namespaces_->pid.get();
  while (space) {
    KernelProcess* const init = space->init;
    if (init && init != this && init->alive()) return init;
    space = space->parent().get();
  }
  return nullptr;
}

void KernelProcess::give_away_children() {
  KernelProcess* const heir = reaper();
  // Groups that lose their last tie to the session, with someone stopped in
  // them, are told: setpgid(2), "orphaned process group".
  std::vector<ProcessGroupRef> groups;
  while (children_.linked()) {
    KernelProcess& child =
        *process_at<SiblingPlace>(children_.next(), children_);
    child.SiblingPlace::unlink();
    child.parent_ = heir;
    if (child.alive() && child.group_ != group_) groups.push_back(child.group_);
    if (heir) {
      child.depth_ = heir->depth_ + 1;
      child.SiblingPlace::insert_before(heir->children_);
    }
    if (child.state_ != State::zombie) continue;
    if (!heir || heir->ignores_children()) {
      child.reap();
    } else {
      heir->child_news_.notify_all();
    }
  }
  // Its own group loses a tie only if the parent was one.  Asking first keeps
  // the end of one in a group of thousands cheap.
  const bool tie = group_ && parent_ && parent_->group_ &&
                   parent_->group_ != group_ &&
                   parent_->group_->session == group_->session;
  if (tie) groups.push_back(group_);
  for (const ProcessGroupRef& group : groups) hang_up_if_orphaned(*group);
}

bool KernelProcess::ignores_children() const {
  return !main_ || (ignored_ & signal_bit(kSigChld)) != 0;
}

void KernelProcess::announce_end() {
  status_.pid = parent_ ? pid_in(*parent_->namespaces_->pid) : getpid();
  if (handle_) {
    handle_->status = status_;
    handle_->process = nullptr;
    handle_->ended_at = kernel_.now();
    handle_->oom_killed = cgroup_->oom_kills() > 0;
    std::exchange(handle_, nullptr)->ended.set();
  }
  if (!parent_ || parent_->ignores_children()) {
    KernelProcess* const parent = parent_;
    reap();
    if (parent) parent->child_news_.notify_all();
    return;
  }
  notify_parent();
}

/// The last of it: its numbers are free again once nobody leads by them.
void KernelProcess::reap() {
  const std::shared_ptr<KernelProcess> keep = shared_from_this();
  state_ = State::gone;
  if (!view_.mounts->empty()) {
    // It may stand in its own /proc, which would keep it for ever.
    view_.cwd = view_.root = view_.mounts->root();
  }
  SiblingPlace::unlink();
  GroupPlace::unlink();
  parent_ = nullptr;
  numbers_->process = nullptr;
  if (is_namespace_init()) namespaces_->pid->init = nullptr;
  kernel_.forget(*this);
}

}  // namespace drydock::kernel
