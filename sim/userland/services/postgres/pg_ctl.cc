// pg_ctl.cc — pg_ctl: starts a server in the background, and stops it.

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/userland/files.h"
#include "sim/userland/launch.h"
#include "sim/userland/services/postgres/programs.h"

namespace drydock::userland::postgres {

using kernel::Process;

namespace {

struct Settings {
  std::string verb, data, refused;
  List options;  // Of -o, for the server.
  bool wait = false, fast = true;
};

Settings read_settings(Process& self) {
  Settings out;
  out.data = self.getenv("PGDATA").value_or("");
  const List& argv = self.argv();
  for (std::size_t i = 1; i < argv.size(); ++i) {
    const std::string& word = argv[i];
    const bool more = i + 1 < argv.size();
    if (word == "-D" && more) {
      out.data = argv[++i];
    } else if (word == "-o" && more) {
      out.options = split_blanks(replace_all(argv[++i], "''", ""));
    } else if (word == "-m" && more) {
      out.fast = argv[++i] == "fast";
    } else if (word == "-w") {
      out.wait = true;
    } else if (!word.starts_with('-')) {
      out.verb = word;
    } else {
      out.refused = word;
    }
  }
  return out;
}

Task<std::optional<kernel::Pid>> server_pid(Process& self, std::string data) {
  const auto text = co_await kernel::read_file(self, data + "/postmaster.pid");
  if (!text) co_return std::nullopt;
  const auto pid = parse_int(text->substr(0, text->find('\n')));
  if (!pid) co_return std::nullopt;
  co_return static_cast<kernel::Pid>(*pid);
}

/// PQping: whether somebody is behind the socket that postmaster.pid names.
Task<bool> answers(Process& self, std::string data) {
  const auto text = co_await kernel::read_file(self, data + "/postmaster.pid");
  const List lines = split(text ? *text : "", '\n');
  if (lines.size() < 5) co_return false;
  kernel::SocketAddress address;
  address.path = fmt::format("{}/.s.PGSQL.{}", lines[4], lines[3]);
  const SysResult<kernel::Fd> fd = self.socket(
      kernel::SocketFamily::unix_domain, kernel::SocketType::stream);
  if (!fd) co_return false;
  const SysOutcome connected = co_await self.connect(*fd, address);
  shut(self, *fd);
  co_return static_cast<bool>(connected);
}

Task<int> start(Process& self, Settings settings) {
  if (settings.wait) {
    (void)co_await kernel::print(self, "waiting for server to start....");
  }
  List argv = {"postgres", "-D", settings.data};
  argv.insert(argv.end(), settings.options.begin(), settings.options.end());
  const SysResult<kernel::Pid> pid =
      userland::start(self, argv, self.environ(), "postgres");
  if (!pid) co_return 1;
  if (!settings.wait) {
    (void)co_await kernel::print(self, "server starting\n");
    co_return 0;
  }
  for (int tries = 0; tries < 60; ++tries) {
    const bool ready = co_await answers(self, settings.data);
    if (ready) {
      (void)co_await kernel::print(self, " done\nserver started\n");
      co_return 0;
    }
    kernel::WaitOptions options;
    options.no_hang = true;
    const auto ended = co_await self.wait4(*pid, options);
    if (ended && ended->pid == *pid) break;
    (void)co_await self.nanosleep(100 * kMillisecond);
  }
  (void)co_await kernel::complain(
      self,
      " stopped waiting\npg_ctl: could not start server\nExamine the log "
      "output.\n");
  co_return 1;
}

Task<int> stop(Process& self, Settings settings) {
  const auto pid = co_await server_pid(self, settings.data);
  if (!pid) {
    (void)co_await kernel::complain(
        self, fmt::format("pg_ctl: PID file \"{}/postmaster.pid\" does not "
                          "exist\nIs server running?\n",
                          settings.data));
    co_return 1;
  }
  const int signal = settings.fast ? kernel::kSigInt : kernel::kSigTerm;
  const SysOutcome sent = co_await self.kill(*pid, signal);
  if (!sent) co_return 1;
  (void)co_await kernel::print(self, "waiting for server to shut down....");
  for (int tries = 0; tries < 600; ++tries) {
    const auto there = co_await server_pid(self, settings.data);
    if (!there) {
      (void)co_await kernel::print(self, " done\nserver stopped\n");
      co_return 0;
    }
    (void)co_await self.nanosleep(100 * kMillisecond);
  }
  co_return 1;
}

}  // namespace

Task<int> pg_ctl_main(Process& self) {
  const Settings settings = read_settings(self);
  if (!settings.refused.empty() ||
      (settings.verb != "start" && settings.verb != "stop")) {
    const std::string& what =
        settings.refused.empty() ? settings.verb : settings.refused;
    (void)co_await kernel::complain(
        self, fmt::format("drydock: pg_ctl {} is not modelled\n", what));
    co_return 1;
  }
  if (settings.verb == "start") co_return co_await start(self, settings);
  co_return co_await stop(self, settings);
}

}  // namespace drydock::userland::postgres
