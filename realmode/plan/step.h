// step.h — a container's set-up as a list of steps that can be printed.
//
// First the engine's wishes become a plan, in the daemon; then the container's
// own first process carries it out, step by step, before it becomes the
// program that was asked for.  Its namespaces undo all of it when it ends: what
// is outside of them (cgroups, links, ports) is the daemon's, see backend/.
//
// The order of the steps is the security of it: sources are opened before the
// root is entered, targets only afterwards, so no path of an image is ever
// looked up with the host's files in reach.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/text.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

enum class Verb {
  join,          // namespaces, pid: whose; one of Plan::peers.
  slave_mounts,  // What is mounted from here on stays here.
  overlay,       // target, upper, work, lower...: top first.
  source,        // slot, host path, "ro" or "rw", "alone" if without what is
                 // mounted below it; and a folder, if no symlink may lead out
                 // of that: held till place.
  enter_root,    // target: pivot_root; the host's files are gone.
  mount,         // type, target, attributes, options.
  directory,     // path, mode
  node,          // path, major, minor; then "b" or "c", mode, uid, gid.
  symlink,       // target, path
  place,         // slot, target, what it is: a source gets its place.
  terminal,      // A pseudo terminal of the container's own; and its console.
  mask,          // path: nobody sees what is there.
  read_only,     // path
  read_only_root,
  hostname,
  domainname,
  sysctl,  // name, value
  wait,    // Until the daemon has done its part: cgroups, network.
  cgroup_namespace,
  loop_back,  // The net namespace's own interface is up.
  rlimit,     // name, soft, hard
  oom_score,  // How much rather than others it is killed for want of memory.
  user,       // "name:group" as in USER, then further groups.
  environment,
  working_directory,  // path, "made" when it is not there.
  no_new_privileges,
  bounding_set,  // The capabilities to keep, as a number.
  seccomp,       // struct sock_filter, as bytes.
  init,          // PID 1 stays behind, to reap and to pass signals on.
  execute,       // argv
};

struct Step {
  Verb verb;
  List words;
};

/// "mount type=proc target=/proc attributes=MS_NOSUID options="
std::string text_of(const Step& step);

/// All that a shim must know.
struct Plan {
  std::uint64_t namespaces = 0;  // Flags of clone(2).
  std::vector<Step> steps;

  // The shim's own part.
  std::string id;      // For ps(1): "drydock-shim 1234...".
  std::string mark;    // Of the root, likewise; not told to the shim itself.
  std::string socket;  // Where later daemons find it; empty: of an exec.
  std::string log;     // json-file; empty: none.
  engine::LogBounds log_bounds;
  std::string status;  // The file that keeps its exit status.
  bool terminal = false, open_stdin = false, stdin_once = false;
  bool ask = false;                 // The daemon has a part: it says "go".
  bool explain = false;             // All calls are told to the daemon.
  std::vector<std::int64_t> peers;  // Processes whose namespaces are joined.
  std::int64_t among = 0;  // One of them, into whose tree it is to be born.
  List groups;             // cgroup.procs files to be written to.
};

std::string encode(const Plan& plan);
std::optional<Plan> decode(std::string_view bytes);

/// One line a step, for --dry-run.
std::string text_of(const Plan& plan);

}  // namespace drydock::realmode
