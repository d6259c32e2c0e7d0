// garbage.h — what is on this machine of a root's containers though no record
// knows of it: mounts, groups, links, bridges, processes, files.
//
// A daemon that is killed leaves such things: it sweeps them away when it
// starts.  `drydock gc` does the same, and `gc --check` only tells.

#pragma once

#include <set>
#include <string>
#include <vector>

#include "realmode/layers/shelf.h"
#include "realmode/sys/cgroup.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

/// What the records know of.
struct Known {
  std::set<std::string> containers, layers, volumes;
  std::set<std::string> running;  // Of the containers.
  std::set<std::string> bridges;  // Of its own networks.
};
Known known_by(const std::vector<engine::Record>& records);

struct Garbage {
  enum class Kind { process, cgroup, link, bridge, mount, file };
  Kind kind;
  std::string what;      // A path, a link's name, "1234 (sleep)".
  std::int64_t pid = 0;  // Of a process.
};
/// "process", "cgroup", ...
std::string_view name_of(Garbage::Kind kind);

/// In an order in which it can be removed: processes come first.
Result<std::vector<Garbage>> find_garbage(const Shelf& shelf,
                                          const sys::CgroupMounts& cgroups,
                                          const Known& known);
Outcome remove(const Garbage& garbage);

/// Finds and removes until nothing is found; tells what was there.  What
/// cannot be removed is told again by the next call.
Result<std::vector<Garbage>> sweep(const Shelf& shelf,
                                   const sys::CgroupMounts& cgroups,
                                   const Known& known);

}  // namespace drydock::realmode
