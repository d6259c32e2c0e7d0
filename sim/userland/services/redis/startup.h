// startup.h — from redis-server's command line to its settings and first words.

#pragma once

#include <string>

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

/// Settings, or why the server does not start: words for stderr or stdout and
/// a status.
struct Startup {
  Config config;
  bool has_file = false, has_options = false;
  bool ends = false;
  int status = 0;
  std::string out, err;
};
Task<Startup> read_startup(kernel::Process& self);

/// The picture at the start, with version, mode, port and pid beside it.
std::string logo(const Server& server);

/// What Linux is set to that Redis does not like; logged after the start.
Task<void> warn_of_backlog(Server& server);
Task<void> warn_of_memory(Server& server);

}  // namespace drydock::userland::redis
