// filter.cc — the lists, by what the calls are for.

#include "realmode/seccomp/filter.h"

#include <errno.h>
#include <linux/sched.h>
#include <sys/socket.h>

#include <array>
#include <map>

#include "realmode/seccomp/program.h"
#include "sim/base/text.h"

namespace drydock::realmode {

namespace {

/// Everybody's.  A name that this machine's libseccomp does not know is
/// passed over: then the kernel's newest call is refused, not let through.
// clang-format off
constexpr const char* kAllowed[] = {
    // Files.
    "access", "chdir", "chmod", "chown", "chown32", "close", "close_range",
    "copy_file_range", "creat", "dup", "dup2", "dup3", "faccessat",
    "faccessat2", "fadvise64", "fadvise64_64", "fallocate", "fchdir", "fchmod",
    "fchmodat", "fchmodat2", "fchown", "fchown32", "fchownat", "fcntl",
    "fcntl64", "fdatasync", "fgetxattr", "flistxattr", "flock", "fremovexattr",
    "fsetxattr", "fstat", "fstat64", "fstatat64", "fstatfs", "fstatfs64",
    "fsync", "ftruncate", "ftruncate64", "futimesat", "getcwd", "getdents",
    "getdents64", "getxattr", "inotify_add_watch", "inotify_init",
    "inotify_init1", "inotify_rm_watch", "fanotify_mark", "ioctl", "lchown",
    "lchown32", "lgetxattr", "link", "linkat", "listxattr", "llistxattr",
    "lremovexattr", "lseek", "_llseek", "lsetxattr", "lstat", "lstat64",
    "memfd_create", "mkdir", "mkdirat", "mknod", "mknodat", "newfstatat",
    "open", "openat", "openat2", "pipe", "pipe2", "pread64", "preadv",
    "preadv2", "pwrite64", "pwritev", "pwritev2", "read", "readahead",
    "readlink", "readlinkat", "readv", "removexattr", "rename", "renameat",
    "renameat2", "rmdir", "sendfile", "sendfile64", "setxattr", "splice",
    "stat", "stat64", "statfs", "statfs64", "statx", "symlink", "symlinkat",
    "sync", "sync_file_range", "syncfs", "tee", "truncate", "truncate64",
    "umask", "unlink", "unlinkat", "utime", "utimensat", "utimensat_time64",
    "utimes", "vmsplice", "write", "writev",
    // Waiting for files.
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_ctl_old",
    "epoll_pwait", "epoll_pwait2", "epoll_wait", "epoll_wait_old", "eventfd",
    "eventfd2", "io_cancel", "io_destroy", "io_getevents", "io_pgetevents",
    "io_setup", "io_submit", "poll", "ppoll", "ppoll_time64", "pselect6",
    "pselect6_time64", "select", "_newselect", "signalfd", "signalfd4",
    "timerfd_create", "timerfd_gettime", "timerfd_gettime64",
    "timerfd_settime", "timerfd_settime64",
    // Memory.
    "brk", "madvise", "membarrier", "mincore", "mlock", "mlock2", "mlockall",
    "mmap", "mmap2", "mprotect", "mremap", "msync", "munlock", "munlockall",
    "munmap", "pkey_alloc", "pkey_free", "pkey_mprotect", "process_mrelease",
    "remap_file_pages",
    // Processes.
    "arch_prctl", "capget", "capset", "execve", "execveat", "exit",
    "exit_group", "fork", "futex", "futex_time64", "futex_waitv",
    "get_robust_list", "get_thread_area", "getcpu", "getpgid", "getpgrp",
    "getpid", "getppid", "getpriority", "getrandom", "getresgid",
    "getresgid32", "getresuid", "getresuid32", "getrlimit", "getrusage",
    "getsid", "gettid", "getuid", "getuid32", "getgid", "getgid32", "getegid",
    "getegid32", "geteuid", "geteuid32", "getgroups", "getgroups32",
    "ioprio_get", "ioprio_set", "kill", "landlock_add_rule",
    "landlock_create_ruleset", "landlock_restrict_self", "modify_ldt",
    "pidfd_open", "pidfd_send_signal", "prctl", "prlimit64", "restart_syscall",
    "rseq", "sched_get_priority_max", "sched_get_priority_min",
    "sched_getaffinity", "sched_getattr", "sched_getparam",
    "sched_getscheduler", "sched_rr_get_interval",
    "sched_rr_get_interval_time64", "sched_setaffinity", "sched_setattr",
    "sched_setparam", "sched_setscheduler", "sched_yield", "seccomp",
    "set_robust_list", "set_thread_area", "set_tid_address", "setfsgid",
    "setfsgid32", "setfsuid", "setfsuid32", "setgid", "setgid32", "setgroups",
    "setgroups32", "setpgid", "setpriority", "setregid", "setregid32",
    "setresgid", "setresgid32", "setresuid", "setresuid32", "setreuid",
    "setreuid32", "setrlimit", "setsid", "setuid", "setuid32", "sysinfo",
    "tgkill", "times", "tkill", "ugetrlimit", "uname", "vfork", "wait4",
    "waitid", "waitpid",
    // Signals and time.
    "alarm", "clock_getres", "clock_getres_time64", "clock_gettime",
    "clock_gettime64", "clock_nanosleep", "clock_nanosleep_time64",
    "getitimer", "gettimeofday", "nanosleep", "pause", "rt_sigaction",
    "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo", "rt_sigreturn",
    "rt_sigsuspend", "rt_sigtimedwait", "rt_sigtimedwait_time64",
    "rt_tgsigqueueinfo", "setitimer", "sigaltstack", "sigprocmask",
    "sigreturn", "time", "timer_create", "timer_delete", "timer_getoverrun",
    "timer_gettime", "timer_gettime64", "timer_settime", "timer_settime64",
    "adjtimex", "clock_adjtime",
    // Sockets, but see kFamilies below.
    "accept", "accept4", "bind", "connect", "getpeername", "getsockname",
    "getsockopt", "listen", "recv", "recvfrom", "recvmmsg",
    "recvmmsg_time64", "recvmsg", "send", "sendmmsg", "sendmsg", "sendto",
    "setsockopt", "shutdown", "socketcall", "socketpair",
    // System V and POSIX messages.
    "ipc", "mq_getsetattr", "mq_notify", "mq_open", "mq_timedreceive",
    "mq_timedreceive_time64", "mq_timedsend", "mq_timedsend_time64",
    "mq_unlink", "msgctl", "msgget", "msgrcv", "msgsnd", "semctl", "semget",
    "semop", "semtimedop", "semtimedop_time64", "shmat", "shmctl", "shmdt",
    "shmget",
};

/// With the capability that the kernel asks for anyway.
struct Guarded {
  std::string_view capability;
  std::array<const char*, 24> calls;
};
constexpr std::array kGuarded = {
    Guarded{"CAP_SYS_ADMIN", {"bpf", "clone", "clone3", "fanotify_init",
        "fsconfig", "fsmount", "fsopen", "fspick", "lookup_dcookie", "mount",
        "mount_setattr", "move_mount", "open_tree", "perf_event_open",
        "quotactl", "setdomainname", "sethostname", "setns", "syslog",
        "umount", "umount2", "unshare"}},
    Guarded{"CAP_DAC_READ_SEARCH", {"open_by_handle_at", "name_to_handle_at"}},
    Guarded{"CAP_SYS_BOOT", {"reboot"}},
    Guarded{"CAP_SYS_CHROOT", {"chroot"}},
    Guarded{"CAP_SYS_MODULE", {"delete_module", "init_module", "finit_module"}},
    Guarded{"CAP_SYS_PACCT", {"acct"}},
    Guarded{"CAP_SYS_PTRACE", {"kcmp", "pidfd_getfd", "process_madvise",
        "process_vm_readv", "process_vm_writev", "ptrace"}},
    Guarded{"CAP_SYS_RAWIO", {"iopl", "ioperm"}},
    Guarded{"CAP_SYS_TIME", {"settimeofday", "stime", "clock_settime",
        "clock_settime64"}},
    Guarded{"CAP_SYS_TTY_CONFIG", {"vhangup"}},
    Guarded{"CAP_SYS_NICE", {"get_mempolicy", "mbind", "set_mempolicy"}},
    Guarded{"CAP_SYSLOG", {"syslog"}},
};
// clang-format on

using Filter = SeccompRules;

bool has(sys::CapabilitySet set, std::string_view name) {
  const auto number = sys::capability_named(name);
  return number && (set >> *number & 1) != 0;
}

Outcome allow(const Filter& filter, const char* name) {
  const int call = ::seccomp_syscall_resolve_name(name);
  if (call == __NR_SCMP_ERROR) return done();
  const int error = ::seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
  // Twice is not an error worth the telling.
  if (error == 0 || error == -EEXIST || error == -EDOM) return done();
  return Error{
      fmt::format("seccomp_rule_add({}): {}", name, std::strerror(-error))};
}

/// Without CAP_SYS_ADMIN a process may make others, but no namespaces.
Outcome allow_plain_clone(const Filter& filter) {
  constexpr std::uint64_t kNamespaces =
      CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
      CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME;
  const int plain =
      ::seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                         SCMP_A0(SCMP_CMP_MASKED_EQ, kNamespaces, 0));
  // Its flags lie in memory, where a filter cannot look: not there at all,
  // and libraries fall back to clone.
  const int third = ::seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS),
                                       SCMP_SYS(clone3), 0);
  if (plain == 0 && third == 0) return done();
  return Error{"seccomp_rule_add(clone)"};
}

/// personality(2) of today's programs: no fewer protections than usual.
Outcome allow_personalities(const Filter& filter) {
  for (const std::uint64_t persona :
       {0x0U, 0x8U, 0x20000U, 0x20008U, 0xffffffffU}) {
    if (::seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(personality),
                           1, SCMP_A0(SCMP_CMP_EQ, persona, 0)) != 0) {
      return Error{"seccomp_rule_add(personality)"};
    }
  }
  return done();
}

/// All families but AF_VSOCK, which leads to the machine's own host.
Outcome allow_sockets(const Filter& filter) {
  if (::seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                         SCMP_A0(SCMP_CMP_NE, AF_VSOCK, 0)) != 0) {
    return Error{"seccomp_rule_add(socket)"};
  }
  return done();
}

Result<std::string> make_filter(sys::CapabilitySet capabilities) {
  const Filter filter(::seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return Error{"seccomp_init()"};
  // A tree is searched in a few steps where a list takes hundreds.
  (void)::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (const char* const call : kAllowed) {
    const Outcome allowed = allow(filter, call);
    if (!allowed) return allowed.error();
  }
  for (const Guarded& guarded : kGuarded) {
    if (!has(capabilities, guarded.capability)) continue;
    for (const char* const call : guarded.calls) {
      if (!call) break;
      const Outcome allowed = allow(filter, call);
      if (!allowed) return allowed.error();
    }
  }
  if (!has(capabilities, "CAP_SYS_ADMIN")) {
    const Outcome allowed = allow_plain_clone(filter);
    if (!allowed) return allowed.error();
  }
  const Outcome personalities = allow_personalities(filter);
  if (!personalities) return personalities.error();
  const Outcome sockets = allow_sockets(filter);
  if (!sockets) return sockets.error();
  return export_program(filter);
}

}  // namespace

Result<std::string> seccomp_filter(sys::CapabilitySet capabilities) {
  static std::map<sys::CapabilitySet, std::string> made;
  const auto before = made.find(capabilities);
  if (before != made.end()) return before->second;
  auto filter = make_filter(capabilities);
  if (filter) made.emplace(capabilities, *filter);
  return filter;
}

}  // namespace drydock::realmode
