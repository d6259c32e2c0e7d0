// daemon.cc — `drydock daemon`.

#include <signal.h>
#include <unistd.h>

#include <fmt/format.h>

#include "realmode/daemon/daemon.h"
#include "realmode/front/front.h"
#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

int run_daemon(const Options& options, int ready) {
  // Who writes to a client that has gone is told so by the call.
  (void)::signal(SIGPIPE, SIG_IGN);
  sys::take_role("daemon");
  const auto daemon = Daemon::open(options);
  if (!daemon) {
    fmt::print(stderr, "drydock: daemon: {}\n", daemon.error().text);
    return 1;
  }
  // Shims are not waited for.  The trials of the probe were.
  (void)::signal(SIGCHLD, SIG_IGN);
  if (ready >= 0) {
    (void)sys::write_all(ready, "ready");
    ::close(ready);
  }
  (*daemon)->run();
  return 0;
}

}  // namespace drydock::realmode
