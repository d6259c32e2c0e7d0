// daemon.h — the engine with a socket: one for each root directory.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "realmode/backend/dry_backend.h"
#include "realmode/backend/real_backend.h"
#include "realmode/daemon/client_console.h"
#include "realmode/daemon/loop.h"
#include "realmode/front/front.h"
#include "sim/cli/docker.h"
#include "sim/engine/engine.h"

namespace drydock::realmode {

class Daemon {
 public:
  /// Prepares the root and listens; says why not.
  static Result<std::unique_ptr<Daemon>> open(const Options& options);
  ~Daemon();

  /// Serves until a signal ends it.
  void run();

 private:
  /// An engine of its own for one command, over a backend that does nothing.
  struct DryRun {
    explicit DryRun(RealBackend& real) : backend(real) {}
    DryBackend backend;
    std::unique_ptr<engine::Engine> engine;
    std::vector<engine::Step> steps;
    sys::Fd out;  // The client's; the command's own output goes nowhere.
  };

  /// One client and its command.
  struct Session {
    sys::Fd socket;
    std::unique_ptr<Watched> watched;
    std::unique_ptr<ClientConsole> console;
    std::unique_ptr<DryRun> dry_run;  // Null: it is meant.
    std::unique_ptr<cli::Client> client;
    std::unique_ptr<Fiber> reader, command;
  };

  /// What it holds from its first moment on.
  struct Grip {
    sys::Fd lock, listener;
    std::unique_ptr<Store> store;
    RegistrySettings registries;
  };
  Daemon(const Options& options, Shelf shelf, sys::CgroupMounts cgroups,
         Grip grip);

  /// Takes up what the last daemon has left, then serves.
  static Task<void> begin_work(Daemon& daemon);
  Outcome restore();
  Outcome sweep_up();
  static Task<void> retire_when_idle(Daemon& daemon);
  /// False: a client is at the door.
  bool close_shop();
  void admit(sys::Fd socket);

  static Task<void> accept_all(Daemon& daemon);
  static Task<void> read_words(Daemon& daemon, std::uint64_t id);
  static Task<void> run_command(Daemon& daemon, std::uint64_t id, List argv);
  static Task<void> run_dry(Daemon& daemon, std::uint64_t id, List argv);
  static Task<void> run_gc(Daemon& daemon, std::uint64_t id, bool check,
                           std::shared_ptr<sys::Fd> out);
  bool begin_gc(Session& session, std::uint64_t id, const List& words,
                sys::Message message);
  /// False: the client goes.
  bool take(Session& session, std::uint64_t id, sys::Message message);
  bool begin(Session& session, std::uint64_t id, sys::Message message);
  Outcome prepare_dry_run(Session& session, sys::Fd* out);
  void end(std::uint64_t id);
  void listen(cli::Client& client);
  void refuse(Session& session, const std::string& why);

  Options options_;
  Loop loop_;
  sys::Fd lock_, listener_;
  Watched listening_;
  RealBackend backend_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<engine::Step> steps_;  // Not yet told.
  std::uint64_t next_session_ = 1;
  std::map<std::uint64_t, std::unique_ptr<Session>> sessions_;
};

}  // namespace drydock::realmode
