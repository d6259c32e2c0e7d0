// real.h — the commands of the real world, or the word that this build has
// none.

#pragma once

#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/front/options.h"

namespace drydock::front {

/// What only the real world takes.
struct RealOptions {
  std::string root;    // Empty: the usual one.
  int ready = -1;      // Of the daemon: who waits until it listens.
  bool check = false;  // Of gc: tells, and removes nothing.
  std::vector<std::string> mirrors = {}, insecure = {};  // Of the daemon.
};

/// Whether a `drydock --world real sh` is around this process.
bool in_real_world();

int run_real_probe();
int run_real_daemon(const CommonOptions& common, const RealOptions& real);
int run_real_gc(const CommonOptions& common, const RealOptions& real);
int run_real_docker(const CommonOptions& common, const RealOptions& real,
                    const std::vector<std::string>& words);
int run_real_sh(const CommonOptions& common, const RealOptions& real,
                const ScriptOptions& script);
/// A host of its own for this process and its children: no network, nothing of
/// this machine's can be written to (realmode/front/apart.h).
Outcome move_apart(const std::string& host_name,
                   const std::vector<std::string>& kept);

/// `docker` by name inside of it: root and profile are the surrounding one's.
int run_as_real_docker(const std::vector<std::string>& words);

}  // namespace drydock::front
