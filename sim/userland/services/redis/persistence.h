// persistence.h — what a server keeps on disk, and reads back at its start.

#pragma once

#include "sim/userland/services/redis/server.h"

namespace drydock::userland::redis {

/// Writes what the server has logged so far to its standard output or file.
Task<void> flush_log(Server& server);

/// SAVE: a dump beside the old one, then in its place; false after a
/// complaint in the log.
Task<bool> save_dump(Server& server);
/// BGSAVE: a child does it; false when none could be made.
Task<bool> start_background_save(Server& server);
/// Looks after the child: its end is logged.
Task<void> reap_background_save(Server& server);

/// Adds to the append only file what the last commands changed.
Task<void> flush_append_file(Server& server);

/// At the start: the append only file, or the dump; false: it is broken.
Task<bool> load_data(Server& server);

}  // namespace drydock::userland::redis
