// child.h — the container's first process, as its shim sees it.

#pragma once

#include <sys/types.h>

#include "realmode/plan/apply.h"
#include "realmode/plan/step.h"
#include "realmode/sys/fd.h"
#include "realmode/sys/sockets.h"

namespace drydock::realmode {

struct Child {
  pid_t pid = 0;
  sys::Fd process;       // pidfd
  sys::Fd in, out, err;  // Our ends; `in` may be absent.
  sys::Fd terminal;      // The master; then the three above are absent.
};

/// Starts it and waits until it is the program that was asked for.
/// `control`: the daemon, for Plan::ask; what else it says meanwhile goes to
/// `early`.  `cgroup`: to be born into, or -1.
Result<Child, engine::StartFault> launch(const Plan& plan, int control,
                                         int cgroup,
                                         std::vector<sys::Message>* early);

}  // namespace drydock::realmode
