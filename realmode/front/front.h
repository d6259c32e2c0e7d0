// front.h — drydock's own commands in the real world.

#pragma once

#include <string>
#include <vector>

namespace drydock::realmode {

/// What every command of the real world takes.
struct Options {
  std::string root = "/var/lib/drydock";  // --root: where all state is.
  std::string profile = "docker-1.8";
  bool explain = false;
  bool hints = false;
  bool dry_run = false;  // Tell what would be done, and do nothing.
  std::string program = "/proc/self/exe";  // That can be a daemon.
  /// --registry-mirror and --insecure-registry of a daemon.
  std::vector<std::string> mirrors = {}, insecure = {};
};

/// The root and profile that a surrounding `drydock sh` has set.
Options options_from_environment();
/// Whether this process runs inside of `drydock --world real sh`.
bool is_real_world();

/// `drydock probe`: 0 when containers can run here, else 1.
int run_probe();

/// `drydock daemon`: serves until it is told to end.  `ready` is a descriptor
/// that hears of it when clients may come; -1: nobody waits.
int run_daemon(const Options& options, int ready);

/// `drydock gc`: removes what no record knows; `check`: tells only.  0 when
/// there is nothing (any more), 1 when there is, 2 when it cannot be told.
int run_gc(const Options& options, bool check);

/// One docker command; `words` without "docker" itself.
int run_docker(const Options& options, const std::vector<std::string>& words);

/// The real /bin/sh with this docker first in its PATH; returns only when
/// that fails.
int run_sh(const Options& options, const std::vector<std::string>& words);

}  // namespace drydock::realmode
