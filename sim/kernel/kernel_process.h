// kernel_process.h — the kernel's side of a process.
//
// One class, many files: process.cc who it is, files.cc paths, open.cc,
// descriptors.cc and descriptor_calls.cc files that are open, fork.cc,
// exec.cc, exit.cc, wait.cc, signal_delivery.cc, job_control.cc.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/wait.h"
#include "sim/kernel/cgroup.h"
#include "sim/kernel/fd_table.h"
#include "sim/kernel/kernel.h"
#include "sim/kernel/namespaces.h"
#include "sim/kernel/process.h"
#include "sim/kernel/seccomp.h"

namespace drydock::kernel {

// Places in the rings that a process is a member of.
struct SiblingPlace : Link {};
struct GroupPlace : Link {};
struct CgroupPlace : Link {};

/// A program that has been found and may run: execve(2), half way.
struct Executable {
  Program program;
  std::string program_id;
  std::vector<std::string> argv;
  std::string path;      // /proc/PID/exe
  std::string name;      // comm
  vfs::Attributes file;  // For set-id bits.
};

class PipeFile;
class Socket;
class StreamSocket;
struct Listener;
using ListenerRef = std::shared_ptr<Listener>;

class KernelProcess final : public Process,
                            public SiblingPlace,
                            public GroupPlace,
                            public CgroupPlace,
                            public std::enable_shared_from_this<KernelProcess> {
 public:
  enum class State { running, stopped, zombie, gone };

  KernelProcess(Kernel& kernel, NamespacesRef namespaces);
  ~KernelProcess() override;

  // --- Process -------------------------------------------------------------
  Pid getpid() const override;
  Pid getppid() const override;
  Pid getpgrp() const override;
  Pid getsid() const override;
  const vfs::Credentials& credentials() const override { return view_.who; }
  vfs::UserId getuid() const override { return real_uid_; }
  vfs::GroupId getgid() const override { return real_gid_; }
  const std::vector<std::string>& argv() const override { return *argv_; }
  const std::vector<std::string>& environ() const override { return *environ_; }
  vfs::Mode umask(vfs::Mode mask) override;
  vfs::Mode umask() const override { return umask_; }
  std::string getcwd() const override;
  std::string gethostname() const override;
  std::string getdomainname() const override;
  Time now() const override;
  std::string_view program_id() const override { return program_id_; }
  std::uint64_t random() override;
  Kernel& kernel() override { return kernel_; }

  SysResult<vfs::Attributes> stat(std::string_view path) override;
  SysResult<vfs::Attributes> lstat(std::string_view path) override;
  SysResult<vfs::Attributes> fstat(Fd fd) override;
  SysOutcome access(std::string_view path, unsigned access) override;
  SysResult<std::vector<vfs::DirectoryEntry>> readdir(
      std::string_view path) override;
  SysResult<std::string> readlink(std::string_view path) override;
  SysResult<std::string> realpath(std::string_view path) override;
  SysOutcome mkdir(std::string_view path, vfs::Mode mode) override;
  SysOutcome mknod(std::string_view path, const vfs::NewFile& file) override;
  SysOutcome symlink(std::string_view target, std::string_view path) override;
  SysOutcome link(std::string_view from, std::string_view to) override;
  SysOutcome unlink(std::string_view path) override;
  SysOutcome rmdir(std::string_view path) override;
  SysOutcome rename(std::string_view from, std::string_view to) override;
  SysOutcome chmod(std::string_view path, vfs::Mode mode) override;
  SysOutcome chown(std::string_view path, std::optional<vfs::UserId> uid,
                   std::optional<vfs::GroupId> gid, vfs::Last last) override;
  SysOutcome utimens(std::string_view path, std::optional<Time> atime,
                     std::optional<Time> mtime, vfs::Last last) override;
  SysOutcome truncate(std::string_view path, std::int64_t size) override;
  SysOutcome chdir(std::string_view path) override;
  SysOutcome chroot(std::string_view path) override;
  SysResult<vfs::Location> resolve(std::string_view path,
                                   vfs::Last last) override;
  vfs::View view() const override { return view_; }
  SysOutcome mount(const MountCall& call) override;
  SysOutcome umount(std::string_view path) override;

  SysOutcome close(Fd fd) override;
  SysResult<Fd> dup(Fd fd, Fd lowest) override;
  SysOutcome dup2(Fd from, Fd to) override;
  SysOutcome set_close_on_exec(Fd fd, bool on) override;
  SysOutcome set_non_blocking(Fd fd, bool on) override;
  SysResult<std::pair<Fd, Fd>> pipe() override;
  SysResult<std::int64_t> lseek(Fd fd, std::int64_t offset,
                                Whence whence) override;
  SysOutcome ftruncate(Fd fd, std::int64_t size) override;
  bool isatty(Fd fd) override;
  SysResult<std::string> ttyname(Fd fd) override;
  SysResult<Termios> tcgetattr(Fd fd) override;
  SysOutcome tcsetattr(Fd fd, const Termios& termios) override;
  SysResult<WindowSize> window_size(Fd fd) override;
  SysOutcome set_window_size(Fd fd, WindowSize size) override;
  SysResult<Pid> tcgetpgrp(Fd fd) override;
  SysOutcome tcsetpgrp(Fd fd, Pid group) override;
  std::vector<Fd> open_fds() const override { return fds_.list(); }

  Task<SysResult<Fd>> open(std::string path, unsigned flags,
                           vfs::Mode mode) override;
  Task<SysResult<Bytes>> read(Fd fd, std::size_t count) override;
  Task<SysResult<std::int64_t>> write(Fd fd, Bytes bytes) override;
  Task<SysResult<int>> poll(std::vector<PollFd>* fds,
                            std::optional<Nanoseconds> timeout) override;

  SysResult<Pid> fork(Program body, ForkOptions options) override;
  Task<Errno> execve(std::string path, std::vector<std::string> argv,
                     std::vector<std::string> environ) override;
  Task<void> exit(int status) override;
  Task<SysResult<WaitStatus>> wait4(Pid pid, WaitOptions options) override;
  Task<SysOutcome> kill(Pid pid, int signal) override;
  SysOutcome setpgid(Pid pid, Pid group) override;
  SysResult<Pid> setsid() override;
  SysOutcome setuid(vfs::UserId uid) override;
  SysOutcome setgid(vfs::GroupId gid) override;
  SysOutcome setgroups(std::vector<vfs::GroupId> groups) override;
  SysOutcome sethostname(std::string_view name) override;
  SysOutcome unshare(unsigned flags) override;
  SysOutcome set_memory(std::int64_t bytes) override;
  std::vector<ProcessInfo> processes() const override;
  ResourceLimit getrlimit(Resource resource) const override;
  SysOutcome setrlimit(Resource resource, ResourceLimit limit) override;

  SysOutcome sigaction(int signal, Disposition disposition) override;
  Disposition disposition(int signal) const override;
  int take_signal() override;
  bool signal_pending() const override { return caught_pending_ != 0; }

  Task<SysOutcome> nanosleep(Nanoseconds span) override;
  Task<Errno> pause() override;
  Task<void> sched_yield() override;

  SysResult<Fd> socket(SocketFamily family, SocketType type) override;
  SysResult<std::pair<Fd, Fd>> socketpair() override;
  SysOutcome bind(Fd fd, const SocketAddress& address) override;
  SysOutcome listen(Fd fd, int backlog) override;
  Task<SysResult<Accepted>> accept(Fd fd) override;
  Task<SysOutcome> connect(Fd fd, SocketAddress address) override;
  SysOutcome shutdown(Fd fd, bool read, bool write) override;
  SysOutcome set_reuse_address(Fd fd, bool on) override;
  SysResult<SocketAddress> getsockname(Fd fd) override;
  SysResult<SocketAddress> getpeername(Fd fd) override;
  SysOutcome sendto(Fd fd, std::string_view bytes,
                    const SocketAddress& to) override;
  Task<SysResult<Datagram>> recvfrom(Fd fd, std::size_t count) override;
  NetStack& network() override { return *namespaces_->net->stack; }

  // --- What the rest of the kernel knows of it -----------------------------
  State state() const { return state_; }
  Kernel& kernel_of() const { return kernel_; }
  bool alive() const { return state_ < State::zombie; }
  const Namespaces& namespaces() const { return *namespaces_; }
  const PidNumbers& numbers() const { return *numbers_; }
  Pid pid_in(const PidNamespace& from) const { return numbers_->in(from); }
  KernelProcess* parent() const { return parent_; }
  const ProcessGroupRef& group() const { return group_; }
  Session& session() const { return *group_->session; }
  const CgroupRef& cgroup() const { return cgroup_; }
  const FdTable& fds() const { return fds_; }
  const std::string& exe_path() const { return exe_path_; }
  const std::string& name() const { return name_; }
  Time started() const { return started_; }
  const ResourceLimits& resource_limits() const { return *limits_; }
  std::int64_t memory() const { return memory_ + kProcessMemory; }
  int oom_score_adj() const { return oom_score_adj_; }
  SysOutcome set_oom_score_adj(int value);
  bool no_new_privileges() const { return no_new_privileges_; }
  bool has_seccomp() const { return seccomp_ != nullptr; }
  std::uint64_t caught_signals() const { return caught_; }
  std::uint64_t ignored_signals() const { return ignored_; }
  vfs::UserId saved_uid() const { return saved_uid_; }
  bool is_namespace_init() const;
  std::string tty_name() const;  // "pts/0", "?"
  char state_letter() const;
  ProcessInfo info(const PidNamespace& seen_from) const;

  /// A signal from the kernel itself: a terminal, a broken pipe.
  void raise(int signal) { send(signal, false); }
  /// `from_ancestor`: the sender lives in a pid namespace that contains ours.
  void send(int signal, bool from_ancestor);
  /// Whether one who is `who` may signal this one: kill(2).
  bool may_be_signaled_by(const KernelProcess& sender) const;

  /// For the freezer: hold and release are counted.
  void hold() { fibers_.hold(); }
  void release() { fibers_.release(); }

  /// Ends it here and now: _exit(2), or a signal.
  void end(WaitStatus how);

  /// Only for a kernel that ends: frames and files go, nobody is told.
  void tear_down();

  /// The queue that a signal wakes.
  WaitQueue& signals() { return signals_; }
  /// True once for each caught signal: the call must answer EINTR.
  bool interrupted();

  /// Whether background access to its terminal would stop it.
  bool ignores(int signal) const;
  bool in_orphaned_group() const;

 private:
  friend class Kernel;

  /// The beginning of every call that may wait: here the dead stop, the
  /// stopped are parked, and a loop of calls that never wait gives way.
  class Entry;
  Entry enter();
  bool may_go_on();

  static Task<void> run_program(std::shared_ptr<KernelProcess> self,
                                Program program);
  void start(Program program);
  void enter_world(KernelProcess* parent, ProcessGroupRef group,
                   const CgroupRef& cgroup);
  void become(Executable&& executable, std::vector<std::string> environ);
  void lead_session();
  void join(ProcessGroupRef group);
  void set_credentials_of_file(const vfs::Attributes& file);
  void count_user(std::int64_t change);
  void inherit(const KernelProcess& parent);
  SysOutcome equip(SpawnSpec& spec);

  // memory.cc
  KernelProcess* oom_victim(const Cgroup& full, std::int64_t wanted) const;
  void give_memory_back();
  SysOutcome filtered(std::string_view call);
  bool may(vfs::Capability capability) const {
    return view_.who.may(capability);
  }

  // exit.cc
  void end_members();
  void leave_session();
  void give_away_children();
  void announce_end();
  void reap();
  KernelProcess* reaper() const;
  bool ignores_children() const;

  // wait.cc
  bool is_child_wanted(const KernelProcess& child, Pid pid) const;
  std::optional<WaitStatus> report_of(KernelProcess& child,
                                      const WaitOptions& options);
  SysResult<std::optional<WaitStatus>> look_for_child(
      Pid pid, const WaitOptions& options);

  // signal_delivery.cc
  void stop(int signal);
  void resume();
  void act(int signal);
  void notify_parent();
  SysOutcome kill_now(Pid pid, int signal);
  SysOutcome kill_all(int signal);
  SysOutcome kill_group(Pid group, int signal);
  SysOutcome kill_one(KernelProcess& target, int signal);
  SysOutcome kill_each(
      const std::vector<std::shared_ptr<KernelProcess>>& targets, int signal);

  // open.cc
  struct OpenCall {
    unsigned flags;
    vfs::Mode mode;
    int links = 0;  // Symlinks followed so far.
  };
  SysResult<OpenFileRef> open_path(const vfs::View& from, std::string_view path,
                                   OpenCall call);
  SysResult<OpenFileRef> open_link(const vfs::Parent& at, OpenCall call);
  SysResult<OpenFileRef> open_entry(const vfs::Parent& at, OpenCall call);
  SysResult<OpenFileRef> create_file(const vfs::Parent& at, OpenCall call);
  SysResult<OpenFileRef> open_inode(const vfs::Location& place, unsigned flags);
  Task<SysOutcome> await_peer(std::shared_ptr<PipeFile> end);
  SysOutcome count_open(OpenFile& file);
  SysResult<Fd> install(OpenFileRef file, unsigned flags);

  // files.cc
  SysResult<vfs::Parent> place_for_new(std::string_view path);
  SysResult<vfs::Parent> entry_to_remove(std::string_view path);
  vfs::NewFile owned(vfs::NewFile file, const vfs::Location& directory) const;
  SysOutcome make(std::string_view path, vfs::NewFile file);
  SysOutcome may_write(const vfs::Location& place) const;
  SysOutcome may_remove(const vfs::Location& directory,
                        const vfs::Location& entry) const;
  SysOutcome may_own(const vfs::Location& place) const;
  bool is_busy(const vfs::Location& place) const;

  // job_control.cc
  static void hang_up_if_orphaned(ProcessGroup& group);
  SysResult<Tty*> tty_of(Fd fd);
  SysResult<Tty*> controlling_tty_of(Fd fd);

  // socket_calls.cc
  SysResult<std::shared_ptr<Socket>> socket_of(Fd fd);
  SysOutcome bind_unix(const std::shared_ptr<Socket>& socket,
                       const SocketAddress& name);
  SysResult<OpenFileRef> unix_peer(const std::string& path);
  Task<SysOutcome> connect_stream(std::shared_ptr<StreamSocket> socket,
                                  SocketAddress address);
  SysOutcome connect_now(StreamSocket& socket, const SocketAddress& address,
                         ListenerRef* listener);

  std::int64_t fd_limit() const;

  Kernel& kernel_;
  std::shared_ptr<KernelProcess> self_;  // It is its own until it is reaped.
  NamespacesRef namespaces_;
  PidNumbersRef numbers_;
  ProcessGroupRef group_;
  CgroupRef cgroup_;
  ProcessHandleRef handle_;  // Of a spawned process.

  // Who it is.
  vfs::View view_;
  vfs::UserId real_uid_ = 0, saved_uid_ = 0;
  vfs::GroupId real_gid_ = 0, saved_gid_ = 0;
  vfs::Mode umask_ = 022;
  std::shared_ptr<const std::vector<std::string>> argv_, environ_;
  std::string program_id_, exe_path_, name_;
  ResourceLimitsRef limits_;
  SeccompRef seccomp_;
  bool no_new_privileges_ = false;
  int oom_score_adj_ = 0;
  std::int64_t memory_ = 0;  // As the program declares it.
  Time started_;
  int depth_ = 0;
  bool has_executed_ = false;

  // What it does.
  State state_ = State::running;
  FiberGroup fibers_;
  std::unique_ptr<Fiber> main_;
  FdTable fds_;
  unsigned calls_ = 0;

  // Family.
  KernelProcess* parent_ = nullptr;
  Link children_;  // SiblingPlace, oldest first.
  WaitQueue child_news_;
  WaitStatus status_;             // Once it has ended; or why it stopped.
  bool stop_unreported_ = false;  // For wait4 with untraced.
  bool continue_unreported_ = false;

  // Signals, as bit masks: bit n-1 is signal n.
  std::uint64_t caught_ = 0, ignored_ = 0;
  std::uint64_t caught_pending_ = 0;
  std::uint64_t standard_pending_ = 0;  // Came while it was stopped.
  bool interrupt_ = false;
  WaitQueue signals_;
};

/// From a place in a ring to the process; null at the ring's head.
template <typename Place>
KernelProcess* process_at(Link* place, const Link& head) {
  if (place == &head) return nullptr;
  return static_cast<KernelProcess*>(static_cast<Place*>(place));
}

constexpr std::uint64_t signal_bit(int signal) {
  return std::uint64_t{1} << (signal - 1);
}

class KernelProcess::Entry {
 public:
  explicit Entry(KernelProcess& self) : self_(self) {}
  bool await_ready() const noexcept { return self_.may_go_on(); }
  void await_suspend(std::coroutine_handle<> leaf) {
    Fiber& fiber = *Fiber::current();
    fiber.wait_in(leaf);
    if (self_.alive()) fiber.wake();
  }
  void await_resume() const noexcept {}

 private:
  KernelProcess& self_;
};

inline KernelProcess::Entry KernelProcess::enter() { return Entry(*this); }

}  // namespace drydock::kernel
