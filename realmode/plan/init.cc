// init.cc — reaping and passing on: tini's work, in a screenful.

#include "realmode/plan/init.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "realmode/sys/process.h"

namespace drydock::realmode {

namespace {

/// The shell's status of a child that has ended.
int status_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Everybody who has ended; the program's status, once it is among them.
int reap(pid_t program, int before) {
  int answer = before;
  int status = 0;
  for (;;) {
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return answer;
    if (pid == program) answer = status_of(status);
  }
}

[[noreturn]] void be_init(pid_t program, const sigset_t& all) {
  // What the program reads and prints ends with it, not with us.
  (void)sys::close_range(0);
  for (int status = -1;;) {
    status = reap(program, status);
    if (status >= 0) ::_exit(status);
    siginfo_t news = {};
    const int number = ::sigwaitinfo(&all, &news);
    if (number > 0 && number != SIGCHLD) (void)::kill(program, number);
  }
}

}  // namespace

Outcome leave_init_behind() {
  sigset_t all;
  sigfillset(&all);
  // A fault of our own is nobody else's.
  for (const int number : {SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGTRAP}) {
    sigdelset(&all, number);
  }
  (void)::sigprocmask(SIG_SETMASK, &all, nullptr);
  // Before the program may look; it has its own when it is executed.
  (void)::prctl(PR_SET_NAME, "docker-init", 0, 0, 0);
  const pid_t program = ::fork();
  if (program < 0) return sys::refused("fork()");
  if (program > 0) be_init(program, all);
  // Its terminal, if there is one, has the program in front.
  (void)::setpgid(0, 0);
  (void)::tcsetpgrp(0, ::getpgrp());
  return done();
}

}  // namespace drydock::realmode
