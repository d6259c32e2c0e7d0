// shim_process.h — a container's process, through the shim that holds it.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "realmode/daemon/loop.h"
#include "realmode/plan/step.h"
#include "realmode/sys/sockets.h"
#include "sim/base/wait.h"

namespace drydock::realmode {

/// One word of a shim's, taken apart; empty when it is gone.
using Words = List;

/// Starts shims, and talks to one.
class ShimProcess {
 public:
  explicit ShimProcess(Loop& loop) : loop_(loop) {}

  /// Starts a shim for this plan, in a cgroup when `cgroup` is one.  Clients
  /// that came before are attached first.
  Outcome spawn(const Plan& plan, int cgroup);
  /// A later daemon: the shim is found by its socket.
  Outcome adopt(const std::string& socket);

  /// Waits for its next message.
  Task<Words> next();
  Outcome say(const Words& words, const std::vector<int>& fds = {});
  /// Now, or as soon as there is a shim; the descriptor is the client's end.
  void attach(sys::Fd client, const engine::AttachSpec& spec);

  bool is_running() const { return running_; }
  std::int64_t pid() const { return pid_; }
  void set_running(std::int64_t pid);
  void set_ended(int status);
  int status() const { return status_; }
  /// Notified when it has ended.
  WaitQueue& changed() { return changed_; }

 private:
  struct Waiting {
    sys::Fd client;
    engine::AttachSpec spec;
  };
  void send_attach(const sys::Fd& client, const engine::AttachSpec& spec);

  Loop& loop_;
  sys::Fd control_;
  std::unique_ptr<Watched> watched_;
  std::vector<Waiting> waiting_;
  bool running_ = false;
  std::int64_t pid_ = 0;
  int status_ = 0;
  WaitQueue changed_;
};

/// The shim's program, sealed: one for the life of the daemon.
Result<int> shim_program();

}  // namespace drydock::realmode
