// process.cc — who a process is, and what may change that.

#include <algorithm>
#include <cstdlib>

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/tty.h"

namespace drydock::kernel {

namespace {

const std::shared_ptr<const std::vector<std::string>>& no_words() {
  static const auto none = std::make_shared<const std::vector<std::string>>();
  return none;
}

const ResourceLimitsRef& shared_limits() {
  static const auto standard =
      std::make_shared<const ResourceLimits>(standard_limits());
  return standard;
}

}  // namespace

std::optional<std::string> Process::getenv(std::string_view name) const {
  for (const std::string& entry : environ()) {
    const std::string_view text = entry;
    if (text.size() > name.size() && text.starts_with(name) &&
        text[name.size()] == '=') {
      return std::string(text.substr(name.size() + 1));
    }
  }
  return std::nullopt;
}

std::string_view Process::flavour() const {
  const std::string_view id = program_id();
  return id.substr(0, id.find('/'));
}

void Process::unreachable() { std::abort(); }

KernelProcess::KernelProcess(Kernel& kernel, NamespacesRef namespaces)
    : kernel_(kernel),
      namespaces_(std::move(namespaces)),
      argv_(no_words()),
      environ_(no_words()),
      limits_(shared_limits()),
      started_(kernel.now()) {
  view_.mounts = &namespaces_->mnt->table;
}

KernelProcess::~KernelProcess() = default;

Pid KernelProcess::getpid() const { return numbers_->own(); }

Pid KernelProcess::getppid() const {
  return parent_ ? parent_->pid_in(*namespaces_->pid) : 0;
}

Pid KernelProcess::getpgrp() const {
  return group_->numbers->in(*namespaces_->pid);
}

Pid KernelProcess::getsid() const {
  return group_->session->numbers->in(*namespaces_->pid);
}

vfs::Mode KernelProcess::umask(vfs::Mode mask) {
  return std::exchange(umask_, mask & 0777);
}

std::string KernelProcess::getcwd() const {
  return vfs::path_of(view_, view_.cwd);
}

std::string KernelProcess::gethostname() const {
  return namespaces_->uts->hostname;
}

std::string KernelProcess::getdomainname() const {
  return namespaces_->uts->domainname;
}

Time KernelProcess::now() const { return kernel_.now(); }

std::uint64_t KernelProcess::random() { return kernel_.random().next(); }

bool KernelProcess::is_namespace_init() const {
  return namespaces_->pid->init == this;
}

void KernelProcess::count_user(std::int64_t change) {
  auto& users = namespaces_->pid->users;
  const auto count = users.try_emplace(real_uid_, 0).first;
  count->second += change;
  if (count->second == 0) users.erase(count);
}

SysOutcome KernelProcess::setuid(vfs::UserId uid) {
  const SysOutcome passed = filtered("setuid");
  if (!passed) return passed;
  if (may(vfs::Capability::setuid)) {
    count_user(-1);
    real_uid_ = saved_uid_ = uid;
    count_user(+1);
  } else if (uid != real_uid_ && uid != saved_uid_) {
    return Errno::eperm;
  }
  view_.who.uid = uid;
  return ok();
}

SysOutcome KernelProcess::setgid(vfs::GroupId gid) {
  const SysOutcome passed = filtered("setgid");
  if (!passed) return passed;
  if (may(vfs::Capability::setgid)) {
    real_gid_ = saved_gid_ = gid;
  } else if (gid != real_gid_ && gid != saved_gid_) {
    return Errno::eperm;
  }
  view_.who.gid = gid;
  return ok();
}

SysOutcome KernelProcess::setgroups(std::vector<vfs::GroupId> groups) {
  if (!may(vfs::Capability::setgid)) return Errno::eperm;
  view_.who.groups = std::move(groups);
  return ok();
}

SysOutcome KernelProcess::sethostname(std::string_view name) {
  const SysOutcome passed = filtered("sethostname");
  if (!passed) return passed;
  if (!may(vfs::Capability::sys_admin)) return Errno::eperm;
  if (name.size() > 64) return Errno::einval;  // HOST_NAME_MAX
  namespaces_->uts->hostname = name;
  return ok();
}

SysOutcome KernelProcess::unshare(unsigned flags) {
  const SysOutcome passed = filtered("unshare");
  if (!passed) return passed;
  if (!may(vfs::Capability::sys_admin)) return Errno::eperm;
  constexpr unsigned kModelled =
      kNewMount | kNewUts | kNewIpc | kNewNet | kNewCgroup;
  if (flags & ~kModelled) return Errno::einval;
  auto own = std::make_shared<Namespaces>(*namespaces_);
  if (flags & kNewMount) {
    const vfs::MountTable& old = namespaces_->mnt->table;
    own->mnt = kernel_.make_mount_namespace(old.copy());
    const vfs::MountTable& table = own->mnt->table;
    view_.root = table.same_place(old, view_.root);
    view_.cwd = table.same_place(old, view_.cwd);
    view_.mounts = &table;
  }
  if (flags & kNewUts) {
    own->uts =
        kernel_.make_uts_namespace(own->uts->hostname, own->uts->domainname);
  }
  if (flags & kNewIpc) own->ipc = kernel_.make_ipc_namespace();
  if (flags & kNewNet) own->net = kernel_.make_net_namespace();
  if (flags & kNewCgroup) {
    own->cgroup = std::make_shared<CgroupNamespace>(
        CgroupNamespace{cgroup_, kernel_.next_ino()});
  }
  namespaces_ = std::move(own);
  return ok();
}

ResourceLimits standard_limits() {
  ResourceLimits limits;
  for (std::size_t at = 0; at < kResources; ++at) {
    limits[at] = kResourceTable[at].standard;
  }
  return limits;
}

ResourceLimit KernelProcess::getrlimit(Resource resource) const {
  return (*limits_)[static_cast<std::size_t>(resource)];
}

SysOutcome KernelProcess::setrlimit(Resource resource, ResourceLimit limit) {
  const ResourceLimit now = getrlimit(resource);
  if (limit.soft > limit.hard) return Errno::einval;
  if (limit.hard > now.hard && !may(vfs::Capability::sys_resource)) {
    return Errno::eperm;
  }
  ResourceLimits changed = *limits_;
  changed[static_cast<std::size_t>(resource)] = limit;
  limits_ = std::make_shared<const ResourceLimits>(changed);
  return ok();
}

std::int64_t KernelProcess::fd_limit() const {
  const std::int64_t soft = getrlimit(Resource::nofile).soft;
  return std::min<std::int64_t>(soft, 1 << 20);  // fs.nr_open
}

char KernelProcess::state_letter() const {
  if (state_ >= State::zombie) return 'Z';
  if (cgroup_ && cgroup_->frozen()) return 'D';
  if (state_ == State::stopped) return 'T';
  return kernel_.caller() == this ? 'R' : 'S';
}

std::string KernelProcess::tty_name() const {
  const std::shared_ptr<Tty>& tty = group_->session->tty;
  return tty ? tty->name() : "?";
}

ProcessInfo KernelProcess::info(const PidNamespace& seen_from) const {
  ProcessInfo row;
  row.pid = pid_in(seen_from);
  row.parent = parent_ ? parent_->pid_in(seen_from) : 0;
  row.group = group_->numbers->in(seen_from);
  row.session = group_->session->numbers->in(seen_from);
  row.uid = view_.who.uid;
  row.state = state_letter();
  row.tty = tty_name();
  row.started = started_;
  if (alive()) row.argv = *argv_;
  row.name = name_;
  return row;
}

std::vector<ProcessInfo> KernelProcess::processes() const {
  kernel_.set_caller(const_cast<KernelProcess*>(this));
  return kernel_.processes(*namespaces_->pid);
}

}  // namespace drydock::kernel
