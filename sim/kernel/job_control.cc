// job_control.cc — groups, sessions and their terminal.

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/open_file.h"
#include "sim/kernel/tty.h"

namespace drydock::kernel {

SysOutcome KernelProcess::setpgid(Pid pid, Pid group) {
  if (group < 0) return Errno::einval;
  const PidNamespace& here = *namespaces_->pid;
  KernelProcess* const target = pid == 0 ? this : here.find_process(pid);
  const bool mine = target && (target == this || target->parent_ == this);
  if (!mine || !target->alive()) return Errno::esrch;
  if (target->group_->session != group_->session) return Errno::eperm;
  if (target != this && target->has_executed_) return Errno::eacces;
  if (target->group_->session->numbers == target->numbers_) {
    return Errno::eperm;  // A session's leader stays where it is.
  }
  const Pid own = target->pid_in(here);
  if (group == 0 || group == own) {
    if (target->group_->numbers == target->numbers_) return ok();
    target->join(
        std::make_shared<ProcessGroup>(target->numbers_, group_->session));
    return ok();
  }
  const PidNumbers* const leader = here.find(group);
  if (!leader || !leader->group) return Errno::eperm;
  if (leader->group->session != group_->session) return Errno::eperm;
  // Its members own it; find one of them.
  const Link& ring = leader->group->members;
  KernelProcess* const member = process_at<GroupPlace>(ring.next(), ring);
  if (!member) return Errno::eperm;
  target->join(member->group_);
  return ok();
}

SysResult<Pid> KernelProcess::setsid() {
  if (numbers_->group) return Errno::eperm;  // It leads a group.
  lead_session();
  return getpid();
}

bool KernelProcess::in_orphaned_group() const {
  const Link& ring = group_->members;
  for (Link* place = ring.next(); place != &ring; place = place->next()) {
    const KernelProcess& member = *process_at<GroupPlace>(place, ring);
    const KernelProcess* const parent = member.parent_;
    if (!member.alive() || !parent || !parent->alive()) continue;
    if (parent->group_ == group_) continue;
    if (parent->group_->session == group_->session) return false;
  }
  return true;
}

/// A group that nobody can continue any more, with someone stopped in it, is
/// hung up and continued.
void KernelProcess::hang_up_if_orphaned(ProcessGroup& group) {
  bool stopped = false;
  const Link& ring = group.members;
  for (Link* place = ring.next(); place != &ring; place = place->next()) {
    const KernelProcess& member = *process_at<GroupPlace>(place, ring);
    if (member.state_ == State::stopped) stopped = true;
  }
  if (!stopped) return;
  if (!process_at<GroupPlace>(ring.next(), ring)->in_orphaned_group()) return;
  signal_group(group, kSigHup);
  signal_group(group, kSigCont);
}

SysResult<Tty*> KernelProcess::tty_of(Fd fd) {
  const OpenFileRef file = fds_.get(fd);
  if (!file) return Errno::ebadf;
  if (!file->tty()) return Errno::enotty;
  return file->tty();
}

SysResult<Tty*> KernelProcess::controlling_tty_of(Fd fd) {
  const SysResult<Tty*> tty = tty_of(fd);
  if (!tty) return tty;
  if ((*tty)->session() != group_->session.get()) return Errno::enotty;
  return tty;
}

bool KernelProcess::isatty(Fd fd) { return static_cast<bool>(tty_of(fd)); }

SysResult<std::string> KernelProcess::ttyname(Fd fd) {
  const SysResult<Tty*> tty = tty_of(fd);
  if (!tty) return tty.error();
  const OpenFileRef file = fds_.get(fd);
  if (file->directory().inode) {
    return vfs::join_path(vfs::path_of(view_, file->directory()), file->name());
  }
  return "/dev/" + (*tty)->name();
}

SysResult<Termios> KernelProcess::tcgetattr(Fd fd) {
  const SysResult<Tty*> tty = tty_of(fd);
  if (!tty) return tty.error();
  return (*tty)->termios();
}

namespace {

/// Changes to a terminal from the background stop who makes them; these calls
/// cannot wait, so they answer EINTR once continued.
SysOutcome may_change(Tty& tty, KernelProcess& self) {
  const SysOutcome allowed = tty.check_foreground(self, kSigTtou);
  if (!allowed && allowed.error() == kRestart) return Errno::eintr;
  return allowed;
}

}  // namespace

SysOutcome KernelProcess::tcsetattr(Fd fd, const Termios& termios) {
  const SysResult<Tty*> tty = tty_of(fd);
  if (!tty) return tty.error();
  const SysOutcome allowed = may_change(**tty, *this);
  if (!allowed) return allowed;
  (*tty)->set_termios(termios);
  return ok();
}

SysResult<WindowSize> KernelProcess::window_size(Fd fd) {
  const SysResult<Tty*> tty = tty_of(fd);
  if (!tty) return tty.error();
  return (*tty)->window_size();
}

SysOutcome KernelProcess::set_window_size(Fd fd, WindowSize size) {
  const SysResult<Tty*> tty = tty_of(fd);
  if (!tty) return tty.error();
  (*tty)->set_window_size(size);
  return ok();
}

SysResult<Pid> KernelProcess::tcgetpgrp(Fd fd) {
  const SysResult<Tty*> tty = controlling_tty_of(fd);
  if (!tty) return tty.error();
  return (*tty)->foreground(*namespaces_->pid);
}

SysOutcome KernelProcess::tcsetpgrp(Fd fd, Pid group) {
  const SysResult<Tty*> tty = controlling_tty_of(fd);
  if (!tty) return tty.error();
  if (group < 0) return Errno::einval;
  const PidNumbers* const leader = namespaces_->pid->find(group);
  if (!leader || !leader->group) return Errno::esrch;
  if (leader->group->session != group_->session) return Errno::eperm;
  const SysOutcome allowed = may_change(**tty, *this);
  if (!allowed) return allowed;
  (*tty)->set_foreground(*leader->group);
  return ok();
}

}  // namespace drydock::kernel
