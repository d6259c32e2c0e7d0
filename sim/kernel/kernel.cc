// kernel.cc — the machine as a whole: its namespaces and its processes.

#include "sim/kernel/kernel.h"

#include <algorithm>
#include <utility>

#include "sim/kernel/device.h"
#include "sim/kernel/devpts.h"
#include "sim/kernel/kernel_process.h"
#include "sim/kernel/pipe.h"

namespace drydock::kernel {

Kernel::Kernel(Scheduler& scheduler, std::uint64_t seed,
               const ProgramTable& programs, MachineLimits limits)
    : scheduler_(scheduler),
      programs_(programs),
      limits_(limits),
      booted_at_(scheduler.now()),
      random_(Prng::stream(seed, "kernel")),
      machine_(std::make_shared<Namespaces>()),
      devices_(std::make_unique<DeviceTable>(*this)) {
  machine_->pid = make_pid_namespace(nullptr);
  machine_->mnt = make_mount_namespace(vfs::MountTable());
  machine_->uts = make_uts_namespace("localhost");
  machine_->net = make_net_namespace();
  machine_->ipc = make_ipc_namespace();
  machine_->user = std::make_shared<UserNamespace>();
  machine_->user->ino = next_ino();
  machine_->cgroup = std::make_shared<CgroupNamespace>();
  machine_->cgroup->root = std::make_shared<Cgroup>(nullptr, "/");
  machine_->cgroup->ino = next_ino();
}

Kernel::~Kernel() { halt(); }

void Kernel::halt() {
  // Frames first, in order of age: they may call their processes as they end.
  std::vector<std::shared_ptr<KernelProcess>> all;
  for (const auto& [pid, numbers] : machine_->pid->all()) {
    if (numbers->process) all.push_back(numbers->process->shared_from_this());
  }
  for (const std::shared_ptr<KernelProcess>& process : all) {
    process->tear_down();
  }
}

void Kernel::boot(vfs::MountTable table, std::string hostname) {
  machine_->mnt->table = std::move(table);
  machine_->uts->hostname = std::move(hostname);
  const auto init = std::make_shared<KernelProcess>(*this, machine_);
  init->view_.root = init->view_.cwd = machine_->mnt->table.root();
  init->argv_ = std::make_shared<const List>(List{"/sbin/init"});
  init->exe_path_ = "/sbin/init";
  init->name_ = "init";
  init->enter_world(nullptr, nullptr, root_cgroup());
}

PidNamespaceRef Kernel::make_pid_namespace(PidNamespaceRef parent) {
  return std::make_shared<PidNamespace>(std::move(parent), next_ino());
}

MountNamespaceRef Kernel::make_mount_namespace(vfs::MountTable table) {
  return std::make_shared<MountNamespace>(
      MountNamespace{std::move(table), next_ino()});
}

UtsNamespaceRef Kernel::make_uts_namespace(std::string hostname,
                                           std::string domainname) {
  return std::make_shared<UtsNamespace>(
      UtsNamespace{std::move(hostname), std::move(domainname), next_ino()});
}

NetNamespaceRef Kernel::make_net_namespace() {
  return std::make_shared<NetNamespace>(
      NetNamespace{next_ino(), std::make_shared<NetStack>(), {}, 1024});
}

IpcNamespaceRef Kernel::make_ipc_namespace() {
  return std::make_shared<IpcNamespace>(IpcNamespace{next_ino(), {}});
}

std::shared_ptr<Devpts> Kernel::make_devpts() {
  return std::make_shared<Devpts>(*this);
}

CgroupRef Kernel::make_cgroup(std::string_view path, CgroupLimits&& limits) {
  CgroupRef at = root_cgroup();
  const std::string whole = vfs::clean_path(path);
  for (std::size_t end = 0; end < whole.size();) {
    const std::size_t begin = end + 1;
    end = std::min(whole.find('/', begin), whole.size());
    const auto known =
        at->children_.find(std::string_view(whole).substr(begin, end - begin));
    const bool is_known = known != at->children_.end();
    if (is_known && end < whole.size()) {
      at = known->second->shared_from_this();
      continue;
    }
    if (is_known) at->children_.erase(known);
    auto made = std::make_shared<Cgroup>(at, whole.substr(0, end));
    at->children_.emplace(made->name(), made.get());
    at = std::move(made);
  }
  at->limits = std::move(limits);
  return at;
}

SysOutcome Kernel::kill(ProcessHandle& process, int signal) {
  if (!process.process) return Errno::esrch;
  // Whoever calls from here stands outside of every container.
  const KernelProcess& target = *process.process;
  const bool inside = target.namespaces().pid != machine_->pid;
  process.process->send(signal, inside);
  return ok();
}

namespace {

void kill_all(const std::vector<std::shared_ptr<KernelProcess>>& victims) {
  WaitStatus killed;
  killed.kind = WaitStatus::Kind::signaled;
  killed.code = kSigKill;
  for (const std::shared_ptr<KernelProcess>& victim : victims) {
    victim->end(killed);
  }
}

}  // namespace

void Kernel::destroy(PidNamespace& name_space) {
  if (name_space.init) return kill_all({name_space.init->shared_from_this()});
  std::vector<std::shared_ptr<KernelProcess>> victims;
  for (const auto& [pid, numbers] : name_space.all()) {
    if (numbers->process) {
      victims.push_back(numbers->process->shared_from_this());
    }
  }
  kill_all(victims);
}

void Kernel::destroy(Cgroup& cgroup) {
  std::vector<std::shared_ptr<KernelProcess>> victims;
  Link& ring = cgroup.members_;
  for (Link* place = ring.next(); place != &ring; place = place->next()) {
    victims.push_back(process_at<CgroupPlace>(place, ring)->shared_from_this());
  }
  kill_all(victims);
}

std::vector<ProcessInfo> Kernel::processes(
    const PidNamespace& seen_from) const {
  std::vector<ProcessInfo> rows;
  for (const auto& [pid, numbers] : seen_from.all()) {
    if (numbers->process) rows.push_back(numbers->process->info(seen_from));
  }
  return rows;
}

std::vector<ProcessInfo> Kernel::processes(const Cgroup& cgroup) const {
  std::vector<ProcessInfo> rows;
  const Link& ring = cgroup.members_;
  for (Link* place = ring.next(); place != &ring; place = place->next()) {
    rows.push_back(process_at<CgroupPlace>(place, ring)->info(*machine_->pid));
  }
  std::ranges::stable_sort(rows, {}, &ProcessInfo::pid);
  return rows;
}

std::shared_ptr<Pipe> Kernel::fifo(const vfs::InodeRef& inode) {
  std::weak_ptr<Pipe>& known = fifos_[inode.get()];
  if (const std::shared_ptr<Pipe> pipe = known.lock()) return pipe;
  if (fifos_.size() > 2 * fifos_swept_) {
    std::erase_if(fifos_, [&](const auto& each) {
      return each.first != inode.get() && each.second.expired();
    });
    fifos_swept_ = fifos_.size() + 16;
  }
  const auto pipe = std::make_shared<Pipe>(inode->attributes().ino);
  fifos_[inode.get()] = pipe;
  return pipe;
}

std::weak_ptr<OpenFile>& Kernel::unix_socket(const vfs::InodeRef& inode) {
  if (unix_sockets_.size() > 2 * unix_swept_) {
    std::erase_if(unix_sockets_, [&](const auto& each) {
      return each.first != inode && each.second.expired();
    });
    unix_swept_ = unix_sockets_.size() + 16;
  }
  return unix_sockets_[inode];
}

void Kernel::adopt(std::shared_ptr<KernelProcess> process) {
  ++process_count_;
  KernelProcess& adopted = *process;
  adopted.self_ = std::move(process);
}

void Kernel::forget(KernelProcess& process) {
  if (caller_ == &process) caller_ = nullptr;
  if (std::exchange(process.self_, nullptr)) --process_count_;
}

}  // namespace drydock::kernel
