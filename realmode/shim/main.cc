// main.cc — drydock-shim: one small process for each container.
//
// It owns the container's streams, its log and its exit status, so that a
// daemon may come and go.  It is one program in sealed memory (see
// daemon/shim_program.h): no container can overwrite it.

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "realmode/plan/packing.h"
#include "realmode/shim/child.h"
#include "realmode/shim/protocol.h"
#include "realmode/shim/pump.h"
#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"
#include "realmode/sys/process.h"
#include "realmode/sys/sockets.h"
#include "realmode/sys/trace.h"

namespace {

using namespace drydock;
using namespace drydock::realmode;

/// What ends the daemon or its terminal is none of a shim's business.
void ignore_signals() {
  (void)::setsid();
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE}) {
    (void)::signal(number, SIG_IGN);
  }
  // The daemon does not wait for its shims; a shim waits for its child.
  (void)::signal(SIGCHLD, SIG_DFL);
}

void say(const sys::Fd& control, const List& words) {
  (void)sys::send(control.get(), pack(words));
}

int run(const Plan& plan, bool has_cgroup) {
  sys::Fd control(kControlFd);
  std::vector<sys::Message> early;
  List calls;
  if (plan.explain) sys::listener = &calls;
  auto child = launch(plan, kControlFd, has_cgroup ? kCgroupFd : -1, &early);
  sys::listener = nullptr;
  if (has_cgroup) ::close(kCgroupFd);
  if (!calls.empty()) say(control, {"calls", "shim", pack(calls)});
  if (!child) {
    const engine::StartFault& why = child.error();
    say(control,
        {"fault", std::to_string(static_cast<int>(why.kind)), why.text});
    return 1;
  }
  const std::string pid = std::to_string(child->pid);
  Pump pump(plan, std::move(*child), std::move(control), std::move(early));
  // Through the pump's own list: the daemon is its first one.
  (void)sys::send(kControlFd, pack({"started", pid}));
  (void)pump.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  ignore_signals();
  (void)::prctl(PR_SET_NAME, "drydock-shim", 0, 0, 0);
  for (const int fd : {kControlFd, kPlanFd, kCgroupFd}) {
    (void)::fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  // For ps(1) and gc: drydock-shim CONTAINER MARK; then what is for us.
  const bool has_cgroup = argc > 3 && std::string_view(argv[3]) == "cgroup";
  sys::take_role("shim", argc > 4 ? argv[4] : "");
  (void)sys::close_range(has_cgroup ? kCgroupFd + 1 : kCgroupFd);
  const auto bytes = sys::read_all(kPlanFd);
  ::close(kPlanFd);
  if (!bytes) return 2;
  const auto plan = decode(*bytes);
  if (!plan) return 2;
  return run(*plan, has_cgroup);
}
