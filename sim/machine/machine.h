// machine.h — a whole simulated computer with docker on it.
//
// A host with its own tree of files, a kernel, a container engine over it and
// a Docker Hub beyond the network.  Everything in it is a function of the
// options and of what is typed.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "sim/base/scheduler.h"
#include "sim/cli/profile.h"
#include "sim/engine/engine.h"
#include "sim/kernel/kernel.h"
#include "sim/machine/sim_backend.h"

namespace drydock::machine {

class Hub;
class HttpRegistry;
class Registries;
class World;

struct MachineOptions {
  std::uint64_t seed = 1;
  const cli::Profile* profile = &cli::docker_1_8();
  bool explain = false;  // Tell under each docker command what it did.
  bool hints = false;    // Tell why, after classic mistakes.
  bool online = true;    // Is there a way to the Hub?
  /// Turns that one line may take before it is given up as endless: some
  /// seconds of the real time of an ordinary machine.
  std::uint64_t turn_limit = 2'500'000;
};

/// A command of the host, started by hand.
struct HostCommand {
  List argv;
  std::vector<kernel::OpenFileRef> fds;
  kernel::TtyRef tty;
  std::string cwd = "/root";
  List environment;  // Added to the host's own.
};

class Machine {
 public:
  explicit Machine(MachineOptions options);
  Machine(const Machine&) = delete;
  ~Machine();

  const MachineOptions& options() const { return options_; }
  Scheduler& scheduler() { return *scheduler_; }
  kernel::Kernel& kernel() { return *kernel_; }
  SimBackend& backend() { return *backend_; }
  engine::Engine& engine() { return *engine_; }
  vfs::InodeRef host_root() { return host_->root(); }

  /// What docker's client tells from the next command on, beside its output.
  void set_telling(bool explain, bool hints);

  /// Starts a program of the host; argv[0] is looked up in its PATH.
  SysResult<kernel::ProcessHandleRef> spawn(HostCommand command);

  /// A file of the host, with the directories above it; relative paths begin
  /// at /root.
  Outcome write_file(std::string_view path, std::string_view content,
                     vfs::Mode mode);

 private:
  class Programs;  // Userland's, and docker.

  std::string find_program(const std::string& name);
  SysResult<kernel::ProcessHandleRef> start(HostCommand command,
                                            std::string path);

  MachineOptions options_;
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<Programs> programs_;
  std::unique_ptr<kernel::Kernel> kernel_;
  vfs::FileSystemRef host_;
  std::unique_ptr<World> world_;
  std::unique_ptr<Hub> hub_;
  std::unique_ptr<HttpRegistry> network_registry_;
  std::unique_ptr<Registries> registries_;
  std::unique_ptr<SimBackend> backend_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<engine::Step> steps_;  // Not yet told.
  std::map<std::string, std::string> hashed_;  // Where programs were found.
};

}  // namespace drydock::machine
