// process.h — a process, and the system calls that its program makes.
//
// Calls that never wait (stat, mkdir, dup2, ...) are plain functions that
// answer at once.  Calls that may wait (read, wait4, nanosleep, ...) are Tasks:
// the process stops there, others run, and it goes on when the kernel has its
// answer.  Names, arguments and errors are those of the man pages, section 2.
//
// A signal with a default action that ends the process destroys its coroutine
// where it is suspended.  A caught signal makes a waiting call answer EINTR and
// is then found with take_signal(); there are no asynchronous handlers.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/errno.h"
#include "sim/base/fiber.h"
#include "sim/base/stream.h"
#include "sim/base/text.h"
#include "sim/kernel/limits.h"
#include "sim/kernel/net_stack.h"
#include "sim/kernel/program.h"
#include "sim/kernel/signal.h"
#include "sim/vfs/walk.h"

namespace drydock::kernel {

class Kernel;
class OpenFile;  // An open file description: open(2), "NOTES".
using OpenFileRef = std::shared_ptr<OpenFile>;

using Pid = std::int32_t;
using Fd = std::int32_t;

inline constexpr Fd kStdin = 0, kStdout = 1, kStderr = 2;

/// Flags of open(2).
enum OpenFlag : unsigned {
  kReadOnly = 0,
  kWriteOnly = 1,
  kReadWrite = 2,
  kAccessMask = 3,
  kCreate = 0100,
  kExclusive = 0200,
  kTruncate = 01000,
  kAppend = 02000,
  kNonBlock = 04000,
  kDirectoryOnly = 0200000,
  kNoFollow = 0400000,
  kCloseOnExec = 02000000,
};

enum class Whence { set, current, end };

/// How a child ended, or that it stopped: wait(2)'s status.
struct WaitStatus {
  enum class Kind { exited, signaled, stopped, continued };
  Pid pid = 0;
  Kind kind = Kind::exited;
  int code = 0;  // Exit status or signal number.

  /// What a shell's $? shows: the status, or 128 + the signal.
  int shell_status() const { return kind == Kind::exited ? code : 128 + code; }
};

struct WaitOptions {
  bool no_hang = false;   // WNOHANG: pid 0 in the answer when none is ready.
  bool untraced = false;  // WUNTRACED: report stopped children too.
  bool continued = false;
};

enum class Disposition {
  standard,
  ignore,
  caught
};  // SIG_DFL, SIG_IGN, handler.

/// winsize of ioctl_tty(2).
struct WindowSize {
  int rows = 24, columns = 80;
};

/// The parts of termios(3) that are modelled.
struct Termios {
  bool echo = true;
  bool canonical = true;       // ICANON
  bool signals = true;         // ISIG
  bool output_crlf = true;     // OPOST|ONLCR
  bool input_cr_to_nl = true;  // ICRNL
};

enum class SocketFamily { inet, unix_domain };
enum class SocketType { stream, datagram };

/// sockaddr_in or sockaddr_un.
struct SocketAddress {
  Ipv4 ip;
  std::uint16_t port = 0;
  std::string path;  // Of unix sockets; empty: unnamed.
  friend bool operator==(const SocketAddress&, const SocketAddress&) = default;
};

struct Datagram {
  Bytes bytes;
  SocketAddress from;
};

struct Accepted {
  Fd fd;
  SocketAddress peer;
};

/// What fork hands to the child besides a copy of the parent.
struct ForkOptions {
  std::optional<Pid> process_group;  // setpgid in the child; 0: its own pid.
};

struct PollFd {
  Fd fd;
  bool readable = false, writable = false;  // What to wait for.
  bool is_readable = false, is_writable = false, hang_up = false;  // Answer.
};

/// Of unshare(2): which namespaces to have new ones of.
enum UnshareFlag : unsigned {
  kNewMount = 0x00020000,
  kNewCgroup = 0x02000000,
  kNewUts = 0x04000000,
  kNewIpc = 0x08000000,
  kNewUser = 0x10000000,
  kNewPid = 0x20000000,
  kNewNet = 0x40000000,
};

/// What mount(2) is asked: bind, remount, or a new file system by its type
/// ("tmpfs", "proc", "sysfs", "devpts", "mqueue").
struct MountCall {
  std::string source, target, type;
  bool bind = false, remount = false, read_only = false;
  std::string options = "relatime";
};

/// times(2), getrusage(2): always virtual.
struct ProcessTimes {
  Time started;
};

/// A row of ps(1): what /proc/PID tells to those who may look.
struct ProcessInfo {
  Pid pid, parent, group, session;
  vfs::UserId uid;
  char state;       // R S D T Z
  std::string tty;  // "pts/0", "?" for none.
  Time started;
  std::vector<std::string> argv;
  std::string name;  // comm
};

class Process {
 public:
  virtual ~Process() = default;

  // --- Who and where I am; never fails -------------------------------------
  virtual Pid getpid() const = 0;   // In its own pid namespace.
  virtual Pid getppid() const = 0;  // 0 when the parent is outside of it.
  virtual Pid getpgrp() const = 0;
  virtual Pid getsid() const = 0;
  virtual const vfs::Credentials& credentials() const = 0;  // Effective ids.
  virtual vfs::UserId getuid() const = 0;  // Real ids: who ran a set-uid file.
  virtual vfs::GroupId getgid() const = 0;
  virtual const std::vector<std::string>& argv() const = 0;
  virtual const std::vector<std::string>& environ() const = 0;  // "K=V"
  std::optional<std::string> getenv(std::string_view name) const;
  virtual vfs::Mode umask(vfs::Mode mask) = 0;  // Answers the former one.
  virtual vfs::Mode umask() const = 0;
  virtual std::string getcwd() const = 0;
  virtual std::string gethostname() const = 0;
  virtual std::string getdomainname() const = 0;
  virtual Time now() const = 0;
  /// The program id that runs: "gnu/ls"; its flavour is the part before '/'.
  virtual std::string_view program_id() const = 0;
  std::string_view flavour() const;
  /// For programs that make random choices: a stream for each machine.
  virtual std::uint64_t random() = 0;
  virtual Kernel& kernel() = 0;

  // --- Files: answered at once ---------------------------------------------
  virtual SysResult<vfs::Attributes> stat(std::string_view path) = 0;
  virtual SysResult<vfs::Attributes> lstat(std::string_view path) = 0;
  virtual SysResult<vfs::Attributes> fstat(Fd fd) = 0;
  virtual SysOutcome access(std::string_view path, unsigned access) = 0;
  virtual SysResult<std::vector<vfs::DirectoryEntry>> readdir(
      std::string_view path) = 0;  // By name, without dots.
  virtual SysResult<std::string> readlink(std::string_view path) = 0;
  virtual SysResult<std::string> realpath(std::string_view path) = 0;
  virtual SysOutcome mkdir(std::string_view path, vfs::Mode mode) = 0;
  virtual SysOutcome mknod(std::string_view path, const vfs::NewFile& file) = 0;
  virtual SysOutcome symlink(std::string_view target,
                             std::string_view path) = 0;
  virtual SysOutcome link(std::string_view from, std::string_view to) = 0;
  virtual SysOutcome unlink(std::string_view path) = 0;
  virtual SysOutcome rmdir(std::string_view path) = 0;
  virtual SysOutcome rename(std::string_view from, std::string_view to) = 0;
  virtual SysOutcome chmod(std::string_view path, vfs::Mode mode) = 0;
  virtual SysOutcome chown(std::string_view path,
                           std::optional<vfs::UserId> uid,
                           std::optional<vfs::GroupId> gid,
                           vfs::Last last = vfs::Last::follow) = 0;
  virtual SysOutcome utimens(std::string_view path, std::optional<Time> atime,
                             std::optional<Time> mtime,
                             vfs::Last last = vfs::Last::follow) = 0;
  virtual SysOutcome truncate(std::string_view path, std::int64_t size) = 0;
  virtual SysOutcome chdir(std::string_view path) = 0;
  virtual SysOutcome chroot(std::string_view path) = 0;
  virtual SysResult<vfs::Location> resolve(std::string_view path,
                                           vfs::Last last) = 0;
  virtual vfs::View view() const = 0;
  /// mount(2), umount(2): EPERM for all but root.
  virtual SysOutcome mount(const MountCall& call) = 0;
  virtual SysOutcome umount(std::string_view path) = 0;

  // --- Descriptors: answered at once ---------------------------------------
  virtual SysOutcome close(Fd fd) = 0;
  virtual SysResult<Fd> dup(Fd fd, Fd lowest = 0) = 0;  // fcntl(F_DUPFD).
  virtual SysOutcome dup2(Fd from, Fd to) = 0;
  virtual SysOutcome set_close_on_exec(Fd fd, bool on) = 0;
  virtual SysOutcome set_non_blocking(Fd fd, bool on) = 0;
  virtual SysResult<std::pair<Fd, Fd>> pipe() = 0;  // Read end, write end.
  virtual SysResult<std::int64_t> lseek(Fd fd, std::int64_t offset,
                                        Whence whence) = 0;
  virtual SysOutcome ftruncate(Fd fd, std::int64_t size) = 0;
  virtual bool isatty(Fd fd) = 0;
  virtual SysResult<std::string> ttyname(Fd fd) = 0;  // "/dev/pts/0"
  virtual SysResult<Termios> tcgetattr(Fd fd) = 0;
  virtual SysOutcome tcsetattr(Fd fd, const Termios& termios) = 0;
  virtual SysResult<WindowSize> window_size(Fd fd) = 0;
  virtual SysOutcome set_window_size(Fd fd, WindowSize size) = 0;
  virtual SysResult<Pid> tcgetpgrp(Fd fd) = 0;
  virtual SysOutcome tcsetpgrp(Fd fd, Pid group) = 0;
  virtual std::vector<Fd> open_fds() const = 0;

  // --- Descriptors: may wait -----------------------------------------------
  virtual Task<SysResult<Fd>> open(std::string path, unsigned flags,
                                   vfs::Mode mode = 0666) = 0;  // FIFOs wait.
  virtual Task<SysResult<Bytes>> read(Fd fd, std::size_t count) = 0;
  /// Writes all of it unless interrupted; how much was taken.
  virtual Task<SysResult<std::int64_t>> write(Fd fd, Bytes bytes) = 0;
  virtual Task<SysResult<int>> poll(std::vector<PollFd>* fds,
                                    std::optional<Nanoseconds> timeout) = 0;

  // --- Processes -----------------------------------------------------------
  /// A child that runs `body` on a copy of this process; answers its pid.
  /// EAGAIN when a limit of processes (RLIMIT_NPROC, pids cgroup) is reached.
  virtual SysResult<Pid> fork(Program body, ForkOptions options = {}) = 0;
  /// Replaces the program; returns only on failure.
  virtual Task<Errno> execve(std::string path, std::vector<std::string> argv,
                             std::vector<std::string> environ) = 0;
  [[noreturn]] static void unreachable();
  /// Never returns.
  virtual Task<void> exit(int status) = 0;
  virtual Task<SysResult<WaitStatus>> wait4(Pid pid,
                                            WaitOptions options = {}) = 0;
  virtual Task<SysOutcome> kill(Pid pid,
                                int signal) = 0;  // As kill(2): 0, -1, -pgid.
  virtual SysOutcome setpgid(Pid pid, Pid group) = 0;
  virtual SysResult<Pid> setsid() = 0;
  virtual SysOutcome setuid(vfs::UserId uid) = 0;
  virtual SysOutcome setgid(vfs::GroupId gid) = 0;
  virtual SysOutcome setgroups(std::vector<vfs::GroupId> groups) = 0;
  virtual SysOutcome sethostname(std::string_view name) = 0;
  /// unshare(2), flags of UnshareFlag: EPERM, EINVAL for what is not modelled.
  virtual SysOutcome unshare(unsigned flags) = 0;
  /// brk(2), for programs that hold much: how many bytes the heap has now.
  /// ENOMEM when the cgroup has no more; then it may have been killed.
  virtual SysOutcome set_memory(std::int64_t bytes) = 0;
  virtual std::vector<ProcessInfo> processes() const = 0;  // As seen in /proc.

  virtual ResourceLimit getrlimit(Resource resource) const = 0;
  virtual SysOutcome setrlimit(Resource resource, ResourceLimit limit) = 0;

  // --- Signals -------------------------------------------------------------
  virtual SysOutcome sigaction(int signal, Disposition disposition) = 0;
  virtual Disposition disposition(int signal) const = 0;
  /// The lowest caught signal that is pending, taken off; 0 when none is.
  virtual int take_signal() = 0;
  virtual bool signal_pending() const = 0;

  // --- Time ----------------------------------------------------------------
  /// EINTR, with what was left, when a caught signal arrives.
  virtual Task<SysOutcome> nanosleep(Nanoseconds span) = 0;
  /// Waits for a signal: pause(2).
  virtual Task<Errno> pause() = 0;
  /// Lets others run; loops that make no waiting call must have one of these.
  virtual Task<void> sched_yield() = 0;

  // --- Sockets: socket(2), ip(7), tcp(7), udp(7), unix(7) ------------------
  virtual SysResult<Fd> socket(SocketFamily family, SocketType type) = 0;
  virtual SysResult<std::pair<Fd, Fd>> socketpair() = 0;  // unix streams
  /// Port 0 picks one; ports below 1024 are root's: EACCES.
  virtual SysOutcome bind(Fd fd, const SocketAddress& address) = 0;
  virtual SysOutcome listen(Fd fd, int backlog) = 0;
  virtual Task<SysResult<Accepted>> accept(Fd fd) = 0;
  virtual Task<SysOutcome> connect(Fd fd, SocketAddress address) = 0;
  virtual SysOutcome shutdown(Fd fd, bool read, bool write) = 0;
  virtual SysOutcome set_reuse_address(Fd fd, bool on) = 0;
  virtual SysResult<SocketAddress> getsockname(Fd fd) = 0;
  virtual SysResult<SocketAddress> getpeername(Fd fd) = 0;
  virtual SysOutcome sendto(Fd fd, std::string_view bytes,
                            const SocketAddress& to) = 0;
  virtual Task<SysResult<Datagram>> recvfrom(Fd fd, std::size_t count) = 0;
  /// The network that this process sees: interfaces, routes, ports.
  virtual NetStack& network() = 0;
};

/// Reads to the end of file, EINTR tried again; EFBIG beyond `limit`.
Task<SysResult<Bytes>> read_to_end(Process& self, Fd fd,
                                   std::int64_t limit = std::int64_t{1} << 28);
/// open, read_to_end, close.
Task<SysResult<Bytes>> read_file(Process& self, std::string path);
/// Writes to stdout / stderr; failures end in SIGPIPE or are the caller's.
Task<SysResult<std::int64_t>> print(Process& self, std::string text);
Task<SysResult<std::int64_t>> complain(Process& self, std::string text);

}  // namespace drydock::kernel
