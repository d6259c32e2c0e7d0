// persistence.cc — dumps, the append only file, and the log.

#include "sim/userland/services/redis/persistence.h"

#include <fmt/format.h>

#include "sim/userland/services/redis/rdb.h"
#include "sim/vfs/walk.h"

namespace drydock::userland::redis {

namespace {

using kernel::Fd;
using kernel::Process;

/// Creates or extends a file; why not, if it failed.
Task<SysOutcome> write_whole(Process& self, std::string path, unsigned flags,
                             Bytes bytes) {
  const SysResult<Fd> fd = co_await self.open(
      path, kernel::kWriteOnly | kernel::kCreate | flags, 0644);
  if (!fd) co_return fd.error();
  const SysResult<std::int64_t> written = co_await self.write(*fd, bytes);
  static_cast<void>(self.close(*fd));
  if (!written) co_return written.error();
  const bool all = *written == static_cast<std::int64_t>(bytes.size());
  co_return all ? ok() : SysOutcome(Errno::enospc);
}

/// The two steps of a save; the words for the log when they fail.
Task<std::string> dump_to(Process& self, Bytes bytes, std::string path) {
  const std::string temporary = vfs::join_path(
      vfs::dir_name(path), fmt::format("temp-{}.rdb", self.getpid()));
  const SysOutcome written = co_await write_whole(
      self, temporary, kernel::kTruncate, std::move(bytes));
  if (!written) {
    co_return fmt::format("Failed opening .rdb for saving: {}",
                          text_of(written.error()));
  }
  const SysOutcome renamed = self.rename(temporary, path);
  if (!renamed) {
    static_cast<void>(self.unlink(temporary));
    co_return fmt::format(
        "Error moving temp DB file on the final destination: {}",
        text_of(renamed.error()));
  }
  co_return "";
}

std::string dump_path(const Server& server) {
  return vfs::join_path(server.config.dir, server.config.db_filename);
}

std::string append_path(const Server& server) {
  return vfs::join_path(server.config.dir, server.config.append_filename);
}

/// What the child of BGSAVE does; `line` prints one line of its log.
Task<int> save_in_child(Process& self, Config config, Databases databases) {
  Server child(self, std::move(config));
  child.role = 'C';
  const std::string complaint =
      co_await dump_to(self, write_rdb(databases), dump_path(child));
  if (complaint.empty()) {
    child.log(LogLevel::notice, "DB saved on disk");
    child.log(LogLevel::notice, "RDB: 0 MB of memory used by copy-on-write");
  } else {
    child.log(LogLevel::warning, complaint);
  }
  co_await flush_log(child);
  co_return complaint.empty() ? 0 : 1;
}

std::string seconds_since(const Server& server, Time then) {
  const Nanoseconds span = server.self.now() - then;
  return fmt::format("{}.{:03}", span / kSecond, span % kSecond / kMillisecond);
}

/// Replays the commands of an append only file; false at a broken end.
bool replay(Server& server, Bytes log) {
  Client nobody;
  nobody.authenticated = true;
  server.loading = true;
  bool whole = true;
  while (whole && !log.empty()) {
    const Result<std::optional<List>> request = take_request(log);
    whole = request && *request && !(*request)->empty();
    if (whole) server.execute(nobody, **request);
    nobody.out.clear();
  }
  server.loading = false;
  server.dirty = 0;
  return whole;
}

}  // namespace

Task<void> flush_log(Server& server) {
  if (server.log_lines.empty()) co_return;
  const Bytes lines = std::move(server.log_lines);
  server.log_lines.clear();
  if (server.config.log_file.empty()) {
    co_await kernel::print(server.self, lines);
  } else {
    co_await write_whole(server.self, server.config.log_file, kernel::kAppend,
                         lines);
  }
}

Task<bool> save_dump(Server& server) {
  const std::string complaint = co_await dump_to(
      server.self, write_rdb(server.databases), dump_path(server));
  if (!complaint.empty()) {
    server.log(LogLevel::warning, complaint);
    co_return false;
  }
  server.log(LogLevel::notice, "DB saved on disk");
  server.dirty = 0;
  server.last_save = server.self.now();
  server.last_save_failed = false;
  co_return true;
}

Task<bool> start_background_save(Server& server) {
  // The child has its parent's buffers: what was logged is written first.
  co_await flush_log(server);
  Config config = server.config;
  Databases databases = server.databases;
  const SysResult<kernel::Pid> child =
      server.self.fork([config, databases](Process& self) {
        return save_in_child(self, config, databases);
      });
  if (!child) {
    server.log(LogLevel::warning,
               fmt::format("Can't save in background: fork: {}",
                           text_of(child.error())));
    server.last_save_failed = true;
    co_return false;
  }
  server.saving_child = *child;
  server.log(LogLevel::notice,
             fmt::format("Background saving started by pid {}", *child));
  co_return true;
}

Task<void> reap_background_save(Server& server) {
  for (;;) {
    kernel::WaitOptions options;
    options.no_hang = true;
    const SysResult<kernel::WaitStatus> status =
        co_await server.self.wait4(-1, options);
    if (!status || status->pid == 0) co_return;
    if (status->pid != server.saving_child) continue;
    server.saving_child = 0;
    const bool saved = status->shell_status() == 0;
    server.last_save_failed = !saved;
    server.next_try = server.self.now() + 5 * kSecond;
    if (saved) {
      server.dirty = 0;
      server.last_save = server.self.now();
      server.log(LogLevel::notice, "Background saving terminated with success");
    } else {
      server.log(LogLevel::warning, "Background saving error");
    }
  }
}

Task<void> flush_append_file(Server& server) {
  if (server.append_lines.empty()) co_return;
  const Bytes lines = std::move(server.append_lines);
  server.append_lines.clear();
  const SysOutcome written = co_await write_whole(
      server.self, append_path(server), kernel::kAppend, lines);
  if (written) co_return;
  server.log(LogLevel::warning, fmt::format("Error writing to the AOF file: {}",
                                            text_of(written.error())));
}

Task<bool> load_data(Server& server) {
  const Time began = server.self.now();
  if (server.config.append_only) {
    const SysResult<Bytes> log =
        co_await kernel::read_file(server.self, append_path(server));
    if (!log || log->empty()) {
      const SysOutcome made = co_await write_whole(
          server.self, append_path(server), kernel::kAppend, "");
      if (made) co_return true;
      server.log(LogLevel::warning,
                 fmt::format("Can't open the append-only file: {}",
                             text_of(made.error())));
      co_return false;
    }
    if (!replay(server, *log)) {
      server.log(LogLevel::warning,
                 "Bad file format reading the append only file: make a backup "
                 "of your AOF file, then use ./redis-check-aof --fix "
                 "<filename>");
      co_return false;
    }
    server.log(LogLevel::notice,
               fmt::format("DB loaded from append only file: {} seconds",
                           seconds_since(server, began)));
    co_return true;
  }
  const SysResult<Bytes> dump =
      co_await kernel::read_file(server.self, dump_path(server));
  if (!dump && dump.error() == Errno::enoent) co_return true;
  if (!dump) {
    server.log(LogLevel::warning,
               fmt::format("Fatal error loading the DB: {}. Exiting.",
                           text_of(dump.error())));
    co_return false;
  }
  Result<Databases> databases = read_rdb(*dump, server.now_ms());
  if (!databases) {
    server.log(LogLevel::warning, databases.error().text);
    co_return false;
  }
  server.databases = std::move(*databases);
  server.log(LogLevel::notice, fmt::format("DB loaded from disk: {} seconds",
                                           seconds_since(server, began)));
  co_return true;
}

}  // namespace drydock::userland::redis
