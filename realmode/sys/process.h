// process.h — clone3(2), pidfds, namespaces and what a process may still do.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "realmode/sys/fd.h"

namespace drydock::sys {

/// clone3(2) without a new stack: as fork(2), with the namespaces of `flags`.
struct Clone {
  std::uint64_t flags = 0;
  int cgroup = -1;  // A directory of cgroup v2: CLONE_INTO_CGROUP.
  /// The answer's: which the child is known by, in the parent.
  Fd pidfd;
};
/// 0 in the child, its pid in the parent.
Result<pid_t> clone(Clone& how);

Result<Fd> pidfd_open(pid_t pid);
Outcome pidfd_send_signal(int pidfd, int signal);
/// waitid(P_PIDFD): the shell's status of a child that has ended; waits.
Result<int> wait_for(int pidfd);
/// Is it still there, and no zombie?
bool is_alive(pid_t pid);

Outcome setns(int fd, std::uint64_t flags);
Outcome unshare(std::uint64_t flags);

/// All descriptors from here on up are closed.
Outcome close_range(unsigned first);
/// The same, when the process becomes another program.
Outcome close_range_on_exec(unsigned first);

Outcome sethostname(const std::string& name);
Outcome setdomainname(const std::string& name);

/// prctl(PR_SET_NO_NEW_PRIVS)
Outcome set_no_new_privileges();
/// prctl(PR_SET_PDEATHSIG): ends with its parent.
Outcome set_parent_death_signal(int signal);
/// seccomp(SECCOMP_SET_MODE_FILTER) with a program of struct sock_filter.
Outcome set_seccomp_filter(const std::string& program);

}  // namespace drydock::sys
