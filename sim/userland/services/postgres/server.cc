// server.cc — the postmaster: its start, its sockets, its end.

#include "sim/userland/services/postgres/server.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/text.h"
#include "sim/userland/files.h"
#include "sim/userland/services/postgres/programs.h"

namespace drydock::userland::postgres {

using kernel::Fd;
using kernel::SocketAddress;

namespace {

constexpr std::string_view kSocketFolder = "/var/run/postgresql";
constexpr std::string_view kClock = "%Y-%m-%d %H:%M:%S UTC";

kernel::PollFd wanted(Fd fd) {
  kernel::PollFd one{};
  one.fd = fd;
  one.readable = true;
  return one;
}

}  // namespace

Task<void> Server::say(std::string text) {
  (void)co_await kernel::complain(self_, std::move(text));
}

Task<void> Server::log(std::string text) {
  co_await say("LOG:  " + text + "\n");
}

Task<int> Server::run() {
  if (self_.credentials().uid == 0) {
    co_await say(
        "\"root\" execution of the PostgreSQL server is not permitted.\n"
        "The server must be started under an unprivileged user ID to "
        "prevent\npossible system security compromise.  See the "
        "documentation for\nmore information on how to properly start the "
        "server.\n");
    co_return 1;
  }
  const int begun = co_await begin();
  if (begun) co_return begun;
  co_return co_await serve();
}

// --- The start ---------------------------------------------------------------

Task<int> Server::begin() {
  settings_ = read_server_settings(self_);
  if (settings_.data.empty()) {
    co_await say(
        "postgres does not know where to find the server configuration "
        "file.\nYou must specify the --config-file or -D invocation option "
        "or set the PGDATA environment variable.\n");
    co_return 2;
  }
  const std::string conf_path = settings_.data + "/postgresql.conf";
  const auto conf = co_await kernel::read_file(self_, conf_path);
  if (!conf) {
    co_await say(fmt::format(
        "postgres cannot access the server configuration file \"{}\": {}\n",
        conf_path, text_of(conf.error())));
    co_return 2;
  }
  if (settings_.refused.empty()) apply_conf(settings_, *conf, self_);
  if (!settings_.refused.empty()) {
    co_await say(fmt::format("drydock: postgres: '{}' is not modelled\n",
                             settings_.refused));
    co_return 1;
  }
  const int unfit = co_await check_data();
  if (unfit) co_return unfit;
  const int listening = co_await listen();
  if (listening) co_return listening;
  for (const int signal : {kernel::kSigTerm, kernel::kSigInt, kernel::kSigQuit,
                           kernel::kSigChld, kernel::kSigHup}) {
    (void)self_.sigaction(signal, kernel::Disposition::caught);
  }
  (void)self_.sigaction(kernel::kSigPipe, kernel::Disposition::ignore);
  // What the entry point has left behind: its children are ours by now.
  (void)co_await helpers_.reap();
  co_await greet();
  co_await enter_production();
  co_return 0;
}

/// Whose the data directory is, who may look in, and whether it is taken.
Task<int> Server::check_data() {
  const std::string& data = settings_.data;
  const auto folder = self_.stat(data);
  if (folder && folder->uid != self_.credentials().uid) {
    co_await say(fmt::format(
        "FATAL:  data directory \"{}\" has wrong ownership\nHINT:  The server "
        "must be started by the user that owns the data directory.\n",
        data));
    co_return 1;
  }
  if (folder && (folder->mode & 077) != 0) {
    co_await say(fmt::format(
        "FATAL:  data directory \"{}\" has group or world access\nDETAIL:  "
        "Permissions should be u=rwx (0700).\n",
        data));
    co_return 1;
  }
  const auto version = co_await kernel::read_file(self_, data + "/PG_VERSION");
  const std::string made_by(trim(version ? *version : ""));
  if (made_by != "9.4") {
    const std::string why =
        version ? fmt::format(
                      "database files are incompatible with server\nDETAIL:  "
                      "The data directory was initialized by PostgreSQL "
                      "version {}, which is not compatible with this version "
                      "9.4.5.",
                      made_by)
                : fmt::format(
                      "\"{}\" is not a valid data directory\nDETAIL:  "
                      "File \"{}/PG_VERSION\" is missing.",
                      data, data);
    co_await say("FATAL:  " + why + "\n");
    co_return 1;
  }
  const std::string tail =
      fmt::format("running in data directory \"{}\"", data);
  const int taken =
      co_await take_lock(data + "/postmaster.pid", "postmaster.pid", tail);
  if (taken) co_return taken;
  Result<Cluster> cluster = co_await load_cluster(self_, data);
  if (!cluster) {
    co_await say("FATAL:  " + cluster.error().text + "\n");
    co_return 1;
  }
  cluster_ = std::move(*cluster);
  cluster_.parameters["port"] = std::to_string(settings_.port);
  cluster_.parameters["max_connections"] =
      std::to_string(settings_.max_connections);
  cluster_.parameters["listen_addresses"] = settings_.addresses;
  for (const auto& [name, value] : settings_.shown) {
    cluster_.parameters[name] = value;
  }
  cluster_.parameters["data_directory"] = data;
  co_return 0;
}

/// CreateLockFile(): refused while the process that wrote it runs.
Task<int> Server::take_lock(std::string path, std::string what,
                            std::string tail) {
  const auto lock = co_await kernel::read_file(self_, path);
  if (lock && runs(*lock)) {
    co_await say(fmt::format(
        "FATAL:  lock file \"{}\" already exists\nHINT:  Is another postmaster "
        "(PID {}) {}?\n",
        what, lock->substr(0, lock->find('\n')), tail));
    co_return 1;
  }
  const std::string text =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n", self_.getpid(), settings_.data,
                  self_.now().since_epoch / kSecond, settings_.port,
                  kSocketFolder, settings_.addresses);
  const SysOutcome put = co_await write_file(self_, path, text, 0600);
  if (put) co_return 0;
  co_await say(fmt::format("FATAL:  could not create lock file \"{}\": {}\n",
                           what, text_of(put.error())));
  co_return 1;
}

/// Another container may have had the same number: only a postgres counts,
/// and never this process itself.
bool Server::runs(const std::string& lock) {
  const auto pid = parse_int(lock.substr(0, lock.find('\n')));
  if (!pid || *pid == self_.getpid()) return false;
  const auto all = self_.processes();
  return std::ranges::any_of(all, [&](const kernel::ProcessInfo& each) {
    return each.pid == *pid && each.name == "postgres" && each.state != 'Z';
  });
}

// --- Sockets -----------------------------------------------------------------

Task<int> Server::listen() {
  if (!settings_.addresses.empty()) {
    const int status = co_await listen_tcp();
    if (status) co_return status;
  }
  co_return co_await listen_unix();
}

Task<int> Server::listen_tcp() {
  SocketAddress any;
  if (settings_.addresses == "localhost") any.ip = kernel::kLoopback;
  any.port = settings_.port;
  const SysResult<Fd> fd =
      self_.socket(kernel::SocketFamily::inet, kernel::SocketType::stream);
  SysOutcome bound = fd ? ok() : SysOutcome(fd.error());
  if (bound) (void)self_.set_reuse_address(*fd, true);
  if (bound) bound = self_.bind(*fd, any);
  if (bound) bound = self_.listen(*fd, 128);
  if (bound) {
    listeners_.push_back(*fd);
    co_return 0;
  }
  (void)self_.unlink(settings_.data + "/postmaster.pid");
  co_await say(fmt::format(
      "LOG:  could not bind IPv4 socket: {}\nHINT:  Is another postmaster "
      "already running on port {}? If not, wait a few seconds and retry.\n"
      "WARNING:  could not create listen socket for \"{}\"\nFATAL:  could not "
      "create any TCP/IP sockets\n",
      text_of(bound.error()), settings_.port, settings_.addresses));
  co_return 1;
}

Task<int> Server::listen_unix() {
  SocketAddress local;
  local.path = fmt::format("{}/.s.PGSQL.{}", kSocketFolder, settings_.port);
  const std::string tail = fmt::format("using socket file \"{}\"", local.path);
  const int taken =
      co_await take_lock(local.path + ".lock", local.path + ".lock", tail);
  if (taken) {
    (void)self_.unlink(settings_.data + "/postmaster.pid");
    co_return taken;
  }
  (void)self_.unlink(local.path);
  const SysResult<Fd> fd = self_.socket(kernel::SocketFamily::unix_domain,
                                        kernel::SocketType::stream);
  SysOutcome bound = fd ? ok() : SysOutcome(fd.error());
  if (bound) bound = self_.bind(*fd, local);
  if (bound) bound = self_.listen(*fd, 128);
  if (!bound) {
    co_await say(
        fmt::format("FATAL:  could not create Unix-domain socket: {}\n",
                    text_of(bound.error())));
    co_return 1;
  }
  (void)self_.chmod(local.path, 0777);
  local_ = *fd;
  listeners_.push_back(*fd);
  co_return 0;
}

Task<void> Server::greet() {
  const auto control =
      co_await kernel::read_file(self_, settings_.data + "/global/pg_control");
  const List lines = split(control ? *control : "", '\n');
  const bool clean = !lines.empty() && lines[0] == "shut down";
  const std::string when = lines.size() > 1 ? lines[1] : "";
  if (clean) {
    co_await log("database system was shut down at " + when);
  } else {
    co_await log("database system was interrupted; last known up at " + when);
    co_await log(
        "database system was not properly shut down; automatic recovery in "
        "progress");
    co_await log("redo is not required");
  }
  co_await log("MultiXact member wraparound protections are now enabled");
}

/// From here on anybody may come.
Task<void> Server::enter_production() {
  co_await mark("in production");
  helpers_.start();
  co_await log("database system is ready to accept connections");
  co_await log("autovacuum launcher started");
}

Task<void> Server::mark(std::string state) {
  const std::string text =
      fmt::format("{}\n{}\n", state, format_time(self_.now(), kClock));
  (void)co_await write_file(self_, settings_.data + "/global/pg_control", text,
                            0600);
}

// --- Service -----------------------------------------------------------------

Task<int> Server::serve() {
  for (;;) {
    std::vector<kernel::PollFd> fds;
    for (const Fd fd : listeners_) fds.push_back(wanted(fd));
    for (const auto& [fd, client] : clients_) fds.push_back(wanted(fd));
    const SysResult<int> ready = co_await self_.poll(&fds, std::nullopt);
    const int signal = self_.take_signal();
    if (signal == kernel::kSigHup) {
      co_await log("received SIGHUP, reloading configuration files");
    } else if (signal == kernel::kSigChld) {
      const std::string crash = co_await helpers_.reap();
      if (!crash.empty()) co_await recover(crash);
      helpers_.start();
    } else if (signal) {
      co_return co_await shut_down(signal);
    }
    if (ready) co_await answer(fds);
  }
}

Task<void> Server::answer(const std::vector<kernel::PollFd>& fds) {
  for (const kernel::PollFd& each : fds) {
    if (!each.is_readable && !each.hang_up) continue;
    const bool listener =
        std::ranges::find(listeners_, each.fd) != listeners_.end();
    if (listener) {
      co_await welcome(each.fd);
    } else {
      co_await hear(each.fd);
    }
  }
}

/// A process of the server has died: nobody knows what it has left in memory
/// that all share, so everybody begins anew.
Task<void> Server::recover(std::string crash) {
  co_await log(std::move(crash));
  co_await log("terminating any other active server processes");
  const SqlError why{
      "57P02",
      "terminating connection because of crash of another server process", 0};
  co_await dismiss(why);
  co_await helpers_.stop();
  co_await log("all server processes terminated; reinitializing");
  co_await greet();
  co_await enter_production();
}

/// Says goodbye to everybody who is connected.
Task<void> Server::dismiss(SqlError why) {
  for (auto& [fd, client] : clients_) {
    co_await say("FATAL:  " + why.message + "\n");
    co_await send(fd, error_message(why, "FATAL"));
    shut(self_, fd);
  }
  clients_.clear();
}

// --- The end -----------------------------------------------------------------

/// SIGTERM is smart (those who are here may stay), SIGINT fast, SIGQUIT
/// immediate: "Shutting Down the Server".
Task<int> Server::shut_down(int signal) {
  const SqlError why{"57P01",
                     "terminating connection due to administrator command", 0};
  if (signal == kernel::kSigQuit) {
    co_await log("received immediate shutdown request");
    co_await dismiss(why);
    co_await helpers_.stop();
    co_return 0;
  }
  if (signal == kernel::kSigTerm) {
    co_await log("received smart shutdown request");
  } else {
    co_await log("received fast shutdown request");
    if (!clients_.empty()) co_await log("aborting any active transactions");
    co_await dismiss(why);
  }
  for (const Fd fd : listeners_) shut(self_, fd);
  listeners_.clear();
  co_await wait_for_clients();
  co_await helpers_.stop();
  co_await log("autovacuum launcher shutting down");
  co_await log("shutting down");
  co_await mark("shut down");
  const std::string socket =
      fmt::format("{}/.s.PGSQL.{}", kSocketFolder, settings_.port);
  (void)self_.unlink(socket);
  (void)self_.unlink(socket + ".lock");
  (void)self_.unlink(settings_.data + "/postmaster.pid");
  co_await log("database system is shut down");
  co_return 0;
}

/// Until the last has gone, or somebody asks for a fast shutdown after all.
Task<void> Server::wait_for_clients() {
  while (!clients_.empty()) {
    std::vector<kernel::PollFd> fds;
    for (const auto& [fd, client] : clients_) fds.push_back(wanted(fd));
    const SysResult<int> ready = co_await self_.poll(&fds, std::nullopt);
    if (self_.take_signal() == kernel::kSigInt) {
      co_await log("received fast shutdown request");
      co_await log("aborting any active transactions");
      const SqlError why{
          "57P01", "terminating connection due to administrator command", 0};
      co_await dismiss(why);
      co_return;
    }
    if (ready) co_await answer(fds);
  }
}

Task<int> postgres_main(kernel::Process& self) {
  if (is_helper(self.argv()[0])) co_return co_await helper_main(self);
  Server server(self);
  co_return co_await server.run();
}

}  // namespace drydock::userland::postgres
