// gc.h — `drydock gc`: the records beside what is there.

#pragma once

#include <string>

#include "realmode/gc/garbage.h"
#include "realmode/store/store.h"

namespace drydock::realmode {

struct GcReport {
  std::string text;  // A line for each thing: "cgroup /sys/fs/cgroup/...".
  int status = 0;    // 0: there is nothing (any more).
};

/// `check`: tells only.  What is on its way out is given a moment.
Result<GcReport> collect(const Shelf& shelf, const sys::CgroupMounts& cgroups,
                         Store& store, bool check);

/// One daemon, or one gc, for each root: held until it is forgotten.
Result<sys::Fd> lock_root(const std::string& root, int patience_ms);

}  // namespace drydock::realmode
