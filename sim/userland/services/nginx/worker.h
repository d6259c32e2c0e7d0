// worker.h — a worker of nginx: connections, answers, and lines of the logs.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/wait.h"
#include "sim/userland/services/nginx/serve.h"

namespace drydock::userland::nginx {

using kernel::Fd;
using kernel::Process;
using kernel::SocketAddress;

/// Files that a log line goes to, by path.
using LogFiles = std::map<std::string, Fd>;

struct Door {
  ListenAddress address;
  Fd fd = -1;
};

/// What master and workers have in common.
struct Instance {
  Config config;
  std::vector<Door> doors;
  LogFiles logs;
};

class Worker {
 public:
  Worker(Process& self, std::shared_ptr<Instance> instance)
      : self_(self), instance_(std::move(instance)) {}

  Task<int> run();

 private:
  Task<void> accept_at(Fd door);
  Task<void> converse(Fd fd, SocketAddress peer, std::int64_t number);
  Task<bool> answer(http::Connection& connection, Handler& handler, Peer peer,
                    http::Request request);
  Task<void> log(const Exchange& exchange, std::string complaints);
  Task<void> write_log(std::string path, std::string line);

  Process& self_;
  std::shared_ptr<Instance> instance_;
  std::int64_t connections_ = 0;
  std::int64_t open_ = 0;
  bool leaving_ = false;
  WaitQueue idle_;
  std::unique_ptr<FiberScope> scope_;
};

}  // namespace drydock::userland::nginx
