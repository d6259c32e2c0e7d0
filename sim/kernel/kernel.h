// kernel.h — one simulated Linux kernel: its processes, and who made them.
//
// The machine room builds a computer on it: it mounts a tree, spawns a first
// process into namespaces of its choice, and waits for the handle that it got.
// Nothing here costs time or memory for what has ended, and no operation costs
// more with more processes than those that it is about.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/prng.h"
#include "sim/base/scheduler.h"
#include "sim/base/wait.h"
#include "sim/kernel/limits.h"
#include "sim/kernel/namespaces.h"
#include "sim/kernel/process.h"
#include "sim/kernel/program.h"
#include "sim/kernel/seccomp.h"

namespace drydock::kernel {

class DeviceTable;
class Devpts;
class KernelProcess;
class Pipe;
class Tty;
using TtyRef = std::shared_ptr<Tty>;
/// Shared by all who never changed theirs.
using ResourceLimitsRef = std::shared_ptr<const ResourceLimits>;

/// A process as its maker knows it; stays true after its end.
struct ProcessHandle {
  Pid pid = 0;                       // In the machine's own pid namespace.
  KernelProcess* process = nullptr;  // Null once it has ended.
  Event ended;
  WaitStatus status;  // Once it has ended.
  Time ended_at;
  bool oom_killed = false;  // Somebody in its cgroup was, as it ended.
};
using ProcessHandleRef = std::shared_ptr<ProcessHandle>;

/// All that a first process is born with.
struct SpawnSpec {
  std::string path;  // Absolute, in the tree that it will see.
  std::vector<std::string> argv, environ;
  Program body;  // Runs instead of `path`, when given.

  NamespacesRef namespaces;  // Null: those of the machine.
  vfs::Location root;        // No inode: the root of its mount namespace.
  std::string cwd = "/";
  vfs::Credentials who;
  vfs::Mode umask = 022;
  std::vector<OpenFileRef> fds;  // Numbered from 0.
  TtyRef tty;                    // Controlling terminal, if any.
  CgroupRef cgroup;              // Null: the machine's root cgroup.
  ResourceLimitsRef limits;      // Null: standard_limits().
  SeccompRef seccomp;
  bool no_new_privileges = false;
  int oom_score_adj = 0;
  /// Whose child it is; null: the kernel itself takes its status.
  KernelProcess* parent = nullptr;
};

/// /proc/version and uname(2).
struct KernelIdentity {
  std::string release = "3.16.0-4-amd64";
  std::string version = "#1 SMP Debian 3.16.7-ckt11-1+deb8u5 (2015-10-09)";
  std::string machine = "x86_64";
  int cpus = 1;
  std::int64_t memory = std::int64_t{2} << 30;
  /// Of cgroups v1, as /proc/PID/cgroup lists them; "" is v2's.
  List hierarchies = {
      "pids",    "perf_event",  "blkio",  "net_cls,net_prio", "freezer",
      "devices", "cpu,cpuacct", "memory", "cpuset",           "name=systemd"};
  vfs::CapabilitySet capabilities = 0x3fffffffff;  // Those that it knows.
  /// /proc/PID/status tells of ambient capabilities, no_new_privs and filters.
  bool tells_privileges = false;
};

class Kernel {
 public:
  Kernel(Scheduler& scheduler, std::uint64_t seed, const ProgramTable& programs,
         MachineLimits limits = {});
  Kernel(const Kernel&) = delete;
  ~Kernel();

  Scheduler& scheduler() { return scheduler_; }
  Time now() const { return scheduler_.now(); }
  Time booted_at() const { return booted_at_; }
  const ProgramTable& programs() const { return programs_; }
  const MachineLimits& limits() const { return limits_; }
  KernelIdentity identity;
  int swappiness = 60;  // vm.swappiness
  Prng& random() { return random_; }

  // --- Namespaces and cgroups ----------------------------------------------
  /// The machine's own.  Their mount table is empty until boot().
  const Namespaces& machine() const { return *machine_; }
  /// Mounts the machine's tree and starts its PID 1, which only reaps.
  void boot(vfs::MountTable table, std::string hostname = "localhost");

  PidNamespaceRef make_pid_namespace(PidNamespaceRef parent);
  MountNamespaceRef make_mount_namespace(vfs::MountTable table);
  UtsNamespaceRef make_uts_namespace(std::string hostname,
                                     std::string domainname = "(none)");
  NetNamespaceRef make_net_namespace();
  IpcNamespaceRef make_ipc_namespace();
  const CgroupRef& root_cgroup() const { return machine_->cgroup->root; }
  /// With all above it that are not there yet; one of this path that is there
  /// already is hidden by it.
  CgroupRef make_cgroup(std::string_view path, CgroupLimits&& limits = {});

  /// Another instance of /dev/pts, with numbers of its own.
  std::shared_ptr<Devpts> make_devpts();
  /// /proc of a pid namespace, made when first asked for and then shared.
  vfs::FileSystemRef proc(const PidNamespaceRef& name_space);

  /// sysctl(8) from outside: writes /proc/sys/PATH as a process in these
  /// namespaces would.  ENOENT: there is no such parameter.
  SysOutcome set_sysctl(const Namespaces& in, std::string_view path,
                        std::string_view value);

  /// /sys, one for all: what differs is who asks.
  vfs::FileSystemRef sys();

  // --- Processes -----------------------------------------------------------
  /// Starts a process with all that `spec` has.  The first in a pid namespace
  /// is its PID 1.  Errors are execve's, and fork's EAGAIN.
  SysResult<ProcessHandleRef> spawn(SpawnSpec&& spec);

  /// Sends a signal from outside of all containers; ESRCH after the end.
  SysOutcome kill(ProcessHandle& process, int signal);

  /// Ends everything at once, frames first: the power is cut.
  void halt();

  /// SIGKILL for all that live in this pid namespace and below it.
  void destroy(PidNamespace& name_space);
  /// The same for a cgroup's processes: cgroup.kill.
  void destroy(Cgroup& cgroup);

  /// By pid, with numbers as that namespace sees them.
  std::vector<ProcessInfo> processes(const PidNamespace& seen_from) const;
  /// Those of one cgroup, with the machine's numbers, by pid.
  std::vector<ProcessInfo> processes(const Cgroup& cgroup) const;

  std::int64_t process_count() const { return process_count_; }

  // --- For the kernel's own parts ------------------------------------------
  /// Whose system call is being answered: what /proc/self means.
  KernelProcess* caller() const { return caller_; }
  void set_caller(KernelProcess* caller) { caller_ = caller; }
  /// In whose namespaces /proc/sys is read and written now.
  const Namespaces& asker() const;
  const std::shared_ptr<std::int64_t>& open_files() { return open_files_; }
  std::uint64_t next_ino() { return ++last_ino_; }
  DeviceTable& devices() { return *devices_; }
  /// For mount(2); null: no such type.
  vfs::FileSystemRef new_file_system(std::string_view type,
                                     const KernelProcess& by);
  /// What listens or receives behind a unix socket's inode; null: nobody.
  std::weak_ptr<OpenFile>& unix_socket(const vfs::InodeRef& inode);
  /// The pipe behind a FIFO, the same for all who have it open.
  std::shared_ptr<Pipe> fifo(const vfs::InodeRef& inode);

  /// May one more process be born to this one?  EAGAIN, ENOMEM.
  SysOutcome may_fork(const PidNamespace& into, const Cgroup& cgroup,
                      vfs::UserId uid, int depth) const;
  void adopt(std::shared_ptr<KernelProcess> process);
  void forget(KernelProcess& process);

 private:
  Scheduler& scheduler_;
  const ProgramTable& programs_;
  MachineLimits limits_;
  Time booted_at_;
  Prng random_;
  std::uint64_t last_ino_ = 4026531840;  // Where Linux's nsfs begins.
  std::shared_ptr<Namespaces> machine_;
  std::unique_ptr<DeviceTable> devices_;
  vfs::FileSystemRef sys_;
  KernelProcess* caller_ = nullptr;
  const Namespaces* acting_ = nullptr;  // During set_sysctl.
  std::int64_t process_count_ = 0;
  std::shared_ptr<std::int64_t> open_files_ = std::make_shared<std::int64_t>(0);
  std::map<const vfs::Inode*, std::weak_ptr<Pipe>> fifos_;  // Never walked.
  std::map<vfs::InodeRef, std::weak_ptr<OpenFile>> unix_sockets_;  // The same.
  // The dead are swept out when they may be half of all.
  std::size_t fifos_swept_ = 16, unix_swept_ = 16;
};

}  // namespace drydock::kernel
