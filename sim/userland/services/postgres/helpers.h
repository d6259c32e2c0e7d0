// helpers.h — the processes beside the postmaster: checkpointer, writer, ...
//
// What they do for a real server is done here by the postmaster itself; they
// are there to be seen, and missed when they are killed.

#pragma once

#include <map>
#include <string>

#include "sim/kernel/process.h"

namespace drydock::userland::postgres {

class Helpers {
 public:
  explicit Helpers(kernel::Process& self) : self_(self) {}

  /// Starts those that do not run.
  void start();

  /// Takes the ended children in.  What has ended by a signal that nobody
  /// gave to end it is a crash: "writer process (PID 9) was terminated by
  /// signal 9: Killed"; empty: none.
  Task<std::string> reap();

  /// Ends them all and waits for that.
  Task<void> stop();

 private:
  kernel::Process& self_;
  std::map<kernel::Pid, std::string> running_;  // By their titles.
};

/// A process of the server by its title, argv[0]: "postgres: writer process".
bool is_helper(const std::string& title);
Task<int> helper_main(kernel::Process& self);

}  // namespace drydock::userland::postgres
