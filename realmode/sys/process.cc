// process.cc — clone3(2) and what follows it.

#include "realmode/sys/process.h"

#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"
#include "realmode/sys/flags.h"
#include "realmode/sys/trace.h"

// <sched.h> would bring glibc's own clone_args.
extern "C" {
int setns(int fd, int flags) noexcept;
int unshare(int flags) noexcept;
}

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

namespace drydock::sys {

Result<pid_t> clone(Clone& how) {
  int pidfd = -1;
  struct clone_args args = {};
  args.flags = how.flags | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
  args.exit_signal = SIGCHLD;
  if (how.cgroup >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<std::uint64_t>(how.cgroup);
  }
  const Door door("clone3");
  const auto pid = door ? ::syscall(SYS_clone3, &args, sizeof args) : -1;
  if (pid < 0) return refused("clone3({})", clone_flags(args.flags));
  if (pid > 0) {
    how.pidfd = Fd(pidfd);
    note("clone3({}) = {}", clone_flags(args.flags), pid);
  }
  return static_cast<pid_t>(pid);
}

Result<Fd> pidfd_open(pid_t pid) {
  const auto fd = ::syscall(SYS_pidfd_open, pid, 0);
  if (fd < 0) return refused("pidfd_open({})", pid);
  return Fd(static_cast<int>(fd));
}

Outcome pidfd_send_signal(int pidfd, int signal) {
  if (::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0) == 0) {
    note("pidfd_send_signal({}, {})", pidfd, signal);
    return done();
  }
  return refused("pidfd_send_signal({}, {})", pidfd, signal);
}

Result<int> wait_for(int pidfd) {
  siginfo_t info = {};
  for (;;) {
    const int answer = ::waitid(static_cast<idtype_t>(P_PIDFD),
                                static_cast<id_t>(pidfd), &info, WEXITED);
    if (answer == 0) break;
    if (errno != EINTR) return refused("waitid(P_PIDFD, {})", pidfd);
  }
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

bool is_alive(pid_t pid) {
  const auto status = read_file(fmt::format("/proc/{}/stat", pid));
  if (!status) return false;
  const std::size_t name_end = status->rfind(") ");
  if (name_end == std::string::npos) return false;
  const char state = (*status)[name_end + 2];
  return state != 'Z' && state != 'X';
}

Outcome setns(int fd, std::uint64_t flags) {
  const Door door("setns");
  if (door && ::setns(fd, static_cast<int>(flags)) == 0) {
    note("setns({}, {})", fd, clone_flags(flags));
    return done();
  }
  return refused("setns({}, {})", fd, clone_flags(flags));
}

Outcome unshare(std::uint64_t flags) {
  const Door door("unshare");
  if (door && ::unshare(static_cast<int>(flags)) == 0) {
    note("unshare({})", clone_flags(flags));
    return done();
  }
  return refused("unshare({})", clone_flags(flags));
}

Outcome close_range(unsigned first) {
  if (::syscall(SYS_close_range, first, ~0U, 0) == 0) return done();
  return refused("close_range({}, ~0)", first);
}

Outcome close_range_on_exec(unsigned first) {
  if (::syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) {
    return done();
  }
  return refused("close_range({}, ~0, CLOSE_RANGE_CLOEXEC)", first);
}

Outcome sethostname(const std::string& name) {
  const Door door("sethostname");
  if (door && ::sethostname(name.data(), name.size()) == 0) {
    note("sethostname(\"{}\")", name);
    return done();
  }
  return refused("sethostname(\"{}\")", name);
}

Outcome setdomainname(const std::string& name) {
  if (::syscall(SYS_setdomainname, name.data(), name.size()) == 0) {
    note("setdomainname(\"{}\")", name);
    return done();
  }
  return refused("setdomainname(\"{}\")", name);
}

Outcome set_no_new_privileges() {
  const Door door("no_new_privs");
  if (door && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
    note("prctl(PR_SET_NO_NEW_PRIVS, 1)");
    return done();
  }
  return refused("prctl(PR_SET_NO_NEW_PRIVS, 1)");
}

Outcome set_parent_death_signal(int signal) {
  if (::prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0) == 0) return done();
  return refused("prctl(PR_SET_PDEATHSIG, {})", signal);
}

Outcome set_seccomp_filter(const std::string& program) {
  struct sock_fprog filter = {};
  filter.len =
      static_cast<unsigned short>(program.size() / sizeof(struct sock_filter));
  filter.filter =
      reinterpret_cast<struct sock_filter*>(const_cast<char*>(program.data()));
  // Without SPEC_ALLOW speculation stays mitigated, as Docker has it.
  const Door door("seccomp");
  if (door &&
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0) {
    note("seccomp(SECCOMP_SET_MODE_FILTER, {} instructions)", filter.len);
    return done();
  }
  return refused("seccomp(SECCOMP_SET_MODE_FILTER, {} instructions)",
                 filter.len);
}

}  // namespace drydock::sys
