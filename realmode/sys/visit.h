// visit.h — being in another network namespace for a while.

#pragma once

#include <fcntl.h>
#include <linux/sched.h>

#include <cstdlib>

#include "realmode/sys/files.h"
#include "realmode/sys/process.h"

namespace drydock::sys {

/// Comes back to this process's own network namespace when it ends.
class Visit {
 public:
  static Result<Visit> to(int netns) {
    auto home = open("/proc/self/ns/net", O_RDONLY);
    if (!home) return home.error();
    const Outcome entered = setns(netns, CLONE_NEWNET);
    if (!entered) return entered.error();
    return Visit(std::move(*home));
  }
  Visit(Visit&&) = default;
  ~Visit() {
    if (!home_) return;
    const Outcome back = setns(home_.get(), CLONE_NEWNET);
    // To go on elsewhere would be worse than to stop.
    if (!back) std::abort();
  }

 private:
  explicit Visit(Fd home) : home_(std::move(home)) {}
  Fd home_;
};

}  // namespace drydock::sys
