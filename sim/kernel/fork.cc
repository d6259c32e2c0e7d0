// fork.cc — how a process is born: fork(2), and spawn from outside.

#include <algorithm>

#include "sim/kernel/exec.h"
#include "sim/kernel/kernel_process.h"
#include "sim/kernel/tty.h"

namespace drydock::kernel {

SysOutcome Kernel::may_fork(const PidNamespace& into, const Cgroup& cgroup,
                            vfs::UserId uid, int depth) const {
  if (into.ending) return Errno::enomem;
  if (depth > limits_.depth) return Errno::eagain;
  if (process_count_ >= limits_.processes) return Errno::eagain;
  const auto user = into.users.find(uid);
  const std::int64_t own = user == into.users.end() ? 0 : user->second;
  if (own >= limits_.processes_per_user) return Errno::eagain;
  if (cgroup.is_full()) return Errno::eagain;
  return ok();
}

bool KernelProcess::may_go_on() {
  kernel_.set_caller(this);
  // A loop of calls that are all answered at once must not keep the others
  // from running for ever.
  constexpr unsigned kCallsPerTurn = 32;
  return alive() && !fibers_.held() && ++calls_ % kCallsPerTurn != 0;
}

Task<void> KernelProcess::run_program(std::shared_ptr<KernelProcess> self,
                                      Program program) {
  const int status = co_await program(*self);
  // In a crowd everything is slow, dying too.  So a fork bomb comes to the
  // limit of turns as soon as a loop does, or to that of processes.
  constexpr std::int64_t kCrowd = 1024;
  constexpr int kTurnsInCrowd = 32;
  if (self->kernel_.process_count() > kCrowd) {
    for (int i = 0; i < kTurnsInCrowd; ++i) co_await Yield();
  }
  WaitStatus how;
  how.code = status & 0xff;
  if (self->alive()) self->end(how);
}

void KernelProcess::start(Program program) {
  if (main_) kernel_.scheduler().bury(std::move(main_));
  main_ = std::make_unique<Fiber>(
      kernel_.scheduler(), run_program(shared_from_this(), std::move(program)),
      &fibers_);
  main_->wake();
}

/// Takes its place in the world; a child inherits it from its parent.
void KernelProcess::enter_world(KernelProcess* parent, ProcessGroupRef group,
                                const CgroupRef& cgroup) {
  numbers_ = std::make_shared<PidNumbers>(namespaces_->pid);
  numbers_->process = this;
  if (!namespaces_->pid->init) namespaces_->pid->init = this;
  parent_ = parent;
  if (parent) {
    SiblingPlace::insert_before(parent->children_);
    depth_ = parent->depth_ + 1;
  }
  count_user(+1);
  if (group) {
    join(std::move(group));
  } else {
    lead_session();
  }
  cgroup_ = cgroup;
  cgroup_->enter(*this);
  kernel_.adopt(shared_from_this());
}

void KernelProcess::join(ProcessGroupRef group) {
  GroupPlace::unlink();
  group_ = std::move(group);
  GroupPlace::insert_before(group_->members);
}

void KernelProcess::lead_session() {
  const auto session = std::make_shared<Session>(numbers_);
  join(std::make_shared<ProcessGroup>(numbers_, session));
}

/// What fork(2) copies.  The heap is shared until somebody writes: it is not
/// counted again.
void KernelProcess::inherit(const KernelProcess& parent) {
  view_ = parent.view_;
  real_uid_ = parent.real_uid_;
  saved_uid_ = parent.saved_uid_;
  real_gid_ = parent.real_gid_;
  saved_gid_ = parent.saved_gid_;
  umask_ = parent.umask_;
  argv_ = parent.argv_;
  environ_ = parent.environ_;
  program_id_ = parent.program_id_;
  exe_path_ = parent.exe_path_;
  name_ = parent.name_;
  limits_ = parent.limits_;
  fds_ = parent.fds_;
  caught_ = parent.caught_;
  ignored_ = parent.ignored_;
  seccomp_ = parent.seccomp_;
  no_new_privileges_ = parent.no_new_privileges_;
  oom_score_adj_ = parent.oom_score_adj_;
}

SysResult<Pid> KernelProcess::fork(Program body, ForkOptions options) {
  if (!alive()) return Errno::eagain;
  const SysOutcome passed = filtered("clone");
  if (!passed) return passed.error();
  const SysOutcome allowed =
      kernel_.may_fork(*namespaces_->pid, *cgroup_, real_uid_, depth_ + 1);
  if (!allowed) return allowed.error();
  const std::int64_t nproc = getrlimit(Resource::nproc).soft;
  if (real_uid_ != 0 && namespaces_->pid->users[real_uid_] >= nproc) {
    return Errno::eagain;
  }
  const auto child = std::make_shared<KernelProcess>(kernel_, namespaces_);
  child->inherit(*this);
  child->enter_world(this, group_, cgroup_);
  const Pid pid = child->getpid();
  if (options.process_group) {
    static_cast<void>(setpgid(pid, *options.process_group));
  }
  child->start(std::move(body));
  return pid;
}

/// What a spawn gives besides a program and a place in the world.
SysOutcome KernelProcess::equip(SpawnSpec& spec) {
  view_.root = spec.root.inode ? std::move(spec.root) : view_.mounts->root();
  view_.cwd = view_.root;
  view_.who = std::move(spec.who);
  real_uid_ = saved_uid_ = view_.who.uid;
  real_gid_ = saved_gid_ = view_.who.gid;
  umask_ = spec.umask;
  if (spec.limits) limits_ = std::move(spec.limits);
  seccomp_ = std::move(spec.seccomp);
  no_new_privileges_ = spec.no_new_privileges;
  oom_score_adj_ = spec.oom_score_adj;
  const SysOutcome moved = chdir(spec.cwd);
  if (!moved) return moved;
  for (const OpenFileRef& file : spec.fds) {
    const SysOutcome counted = count_open(*file);
    if (!counted) return counted;
  }
  const auto count = static_cast<std::int64_t>(spec.fds.size());
  if (count > fd_limit()) return Errno::emfile;
  fds_.begin_with(std::move(spec.fds));
  return ok();
}

SysResult<ProcessHandleRef> Kernel::spawn(SpawnSpec&& spec) {
  const NamespacesRef spaces =
      spec.namespaces ? std::move(spec.namespaces) : machine_;
  const CgroupRef& cgroup = spec.cgroup ? spec.cgroup : root_cgroup();
  const int depth = spec.parent ? spec.parent->depth_ + 1 : 0;
  const SysOutcome allowed =
      may_fork(*spaces->pid, *cgroup, spec.who.uid, depth);
  if (!allowed) return allowed.error();

  const auto child = std::make_shared<KernelProcess>(*this, spaces);
  const SysOutcome equipped = child->equip(spec);
  if (!equipped) return equipped.error();
  Executable executable;
  if (spec.body) {
    executable.program = std::move(spec.body);
    executable.argv = std::move(spec.argv);
    executable.name =
        vfs::base_name(executable.argv.empty() ? "" : executable.argv.front());
  } else {
    const SysOutcome loaded = load(*this, child->view_, std::move(spec.path),
                                   std::move(spec.argv), &executable);
    if (!loaded) return loaded.error();
  }

  child->enter_world(spec.parent, nullptr, cgroup);
  if (spec.tty) spec.tty->become_controlling(*child);
  child->handle_ = std::make_shared<ProcessHandle>();
  child->handle_->pid = child->pid_in(*machine_->pid);
  child->handle_->process = child.get();
  child->become(std::move(executable), std::move(spec.environ));
  return child->handle_;
}

}  // namespace drydock::kernel
