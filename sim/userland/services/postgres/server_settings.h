// server_settings.h — what a server was told: command line, environment and
// postgresql.conf.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sim/kernel/process.h"

namespace drydock::userland::postgres {

struct ServerSettings {
  std::string data;
  std::uint16_t port = 5432;
  std::string addresses = "localhost";  // "", "localhost" or "*".
  std::size_t max_connections = 100;
  /// What else SHOW tells, since nothing here depends on it.
  std::map<std::string, std::string> shown;
  std::string refused;  // What is not modelled, as it was written.
};

/// postgres -D DIR -p PORT -c NAME=VALUE --NAME=VALUE; PGDATA, PGPORT.
ServerSettings read_server_settings(kernel::Process& self);

/// postgresql.conf below what the command line has said.
void apply_conf(ServerSettings& settings, std::string_view conf,
                kernel::Process& self);

}  // namespace drydock::userland::postgres
