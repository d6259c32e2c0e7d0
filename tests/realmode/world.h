// world.h — a drydock of a test's own: its root, its network, its daemon.

#pragma once

#include <signal.h>

#include <string>
#include <vector>

#include "tests/realmode/bench.h"

namespace drydock::realmode {

struct Run {
  int status = 0;
  std::string out, err;
};

/// `drydock --world real sh -c SCRIPT` in a network namespace without a way
/// out, over a root that goes with its owner; busybox is there as an image.
class World {
 public:
  World();
  World(const World&) = delete;
  ~World();

  Run sh(const std::string& script);
  /// Ends the daemon that runs, and waits until it has.
  void end_daemon(int signal);
  /// What `gc --check` prints: nothing, if all is well.
  std::string garbage();
  /// The daemon's peak resident memory, in KiB.
  std::int64_t daemon_peak();
  const std::string& root() const { return root_; }
  const Scratch& scratch() const { return scratch_; }

 private:
  Run run(const std::vector<std::string>& argv);

  Scratch scratch_;
  std::string root_;
  std::string netns_;  // A path that holds the namespace.
};

}  // namespace drydock::realmode
