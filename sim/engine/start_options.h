// start_options.h — what `docker start` reads out of option texts, and its
// complaints about them.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/engine/backend.h"
#include "sim/engine/container.h"

namespace drydock::engine {

/// json-file's max-size ("10m": thousands, not 1024s) and max-file.
Result<LogBounds> log_bounds(const LogConfig& log);

/// --tmpfs PATH:OPTIONS: mount(8)'s flags, and what tmpfs(5) itself takes.
Outcome check_tmpfs_options(std::string_view options);

/// Lines of /etc/resolv.conf.
std::string server_lines(const List& servers);

/// The host's name servers, but for those that nobody else can reach.
List reachable_servers(const List& of_host);

}  // namespace drydock::engine
