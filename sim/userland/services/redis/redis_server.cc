// redis_server.cc — the loop of a Redis server: poll, read, do, write.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/services/redis/persistence.h"
#include "sim/userland/services/redis/startup.h"
#include "sim/userland/services/services.h"

namespace drydock::userland {

namespace redis {

namespace {

using kernel::Fd;
using kernel::PollFd;
using kernel::Process;
using kernel::SocketAddress;
using kernel::SocketFamily;

/// Open doors; the server ends when it returns.
class Loop {
 public:
  explicit Loop(Server& server) : server_(server), self_(server.self) {}

  /// Opens the doors; false after a complaint in the log.
  Task<bool> listen();
  Task<int> run();

 private:
  SysOutcome open_door(SocketFamily family, const SocketAddress& address);
  Task<void> accept_from(Fd door);
  Task<void> serve(Client& client);
  Task<void> run_errand(Client& client);
  Task<void> write_all();
  Task<bool> shut_down();
  Task<void> take_signals();
  Task<void> look_at_clock();
  std::optional<Nanoseconds> patience() const;
  void sweep();

  Server& server_;
  Process& self_;
  std::vector<Fd> doors_;
  bool ended_ = false;
};

SysOutcome Loop::open_door(SocketFamily family, const SocketAddress& address) {
  const SysResult<Fd> fd = self_.socket(family, kernel::SocketType::stream);
  if (!fd) return fd.error();
  if (family == SocketFamily::inet) {
    static_cast<void>(self_.set_reuse_address(*fd, true));
  } else {
    static_cast<void>(self_.unlink(address.path));
  }
  const SysOutcome bound = self_.bind(*fd, address);
  if (!bound) return bound;
  const SysOutcome heard =
      self_.listen(*fd, static_cast<int>(server_.config.tcp_backlog));
  if (!heard) return heard;
  static_cast<void>(self_.set_non_blocking(*fd, true));
  doors_.push_back(*fd);
  return ok();
}

Task<bool> Loop::listen() {
  const Config& config = server_.config;
  List addresses = config.bind;
  if (addresses.empty()) addresses = {"0.0.0.0"};
  for (const std::string& text : addresses) {
    if (config.port == 0) break;
    SocketAddress address;
    address.port = config.port;
    const std::optional<kernel::Ipv4> ip = kernel::parse_ipv4(text);
    SysOutcome opened = Errno::eaddrnotavail;
    if (ip) {
      address.ip = *ip;
      opened = open_door(SocketFamily::inet, address);
    }
    if (opened) continue;
    server_.log(LogLevel::warning,
                fmt::format("Creating Server TCP listening socket {}:{}: bind: "
                            "{}",
                            config.bind.empty() ? "*" : text, config.port,
                            text_of(opened.error())));
    co_return false;
  }
  if (!config.unix_socket.empty()) {
    SocketAddress address;
    address.path = config.unix_socket;
    const SysOutcome opened = open_door(SocketFamily::unix_domain, address);
    if (!opened) {
      server_.log(LogLevel::warning,
                  fmt::format("Opening Unix socket: bind: {}",
                              text_of(opened.error())));
      co_return false;
    }
  }
  if (doors_.empty()) {
    server_.log(LogLevel::warning,
                "Configured to not listen anywhere, exiting.");
  }
  co_return !doors_.empty();
}

Task<void> Loop::accept_from(Fd door) {
  for (;;) {
    const SysResult<kernel::Accepted> accepted = co_await self_.accept(door);
    if (!accepted) co_return;
    static_cast<void>(self_.set_non_blocking(accepted->fd, true));
    ++server_.connections;
    const auto most = static_cast<std::size_t>(server_.config.max_clients);
    if (server_.clients.size() >= most) {
      co_await self_.write(accepted->fd,
                           "-ERR max number of clients reached\r\n");
      static_cast<void>(self_.close(accepted->fd));
      continue;
    }
    auto client = std::make_unique<Client>();
    client->id = server_.next_client++;
    client->fd = accepted->fd;
    client->connected = client->active = self_.now();
    const SocketAddress& peer = accepted->peer;
    client->address =
        peer.port != 0
            ? fmt::format("{}:{}", kernel::format_ipv4(peer.ip), peer.port)
            : server_.config.unix_socket + ":0";
    server_.log(LogLevel::verbose, "Accepted " + client->address);
    server_.clients[accepted->fd] = std::move(client);
  }
}

/// What a command wants done that may wait.
Task<void> Loop::run_errand(Client& client) {
  const Errand errand = std::exchange(server_.errand, Errand::none);
  if (errand == Errand::save) {
    const bool saved = co_await save_dump(server_);
    if (saved) {
      put_status(client.out, "OK");
    } else {
      put_error(client.out, "ERR");
    }
  } else if (errand == Errand::background_save) {
    const bool started = co_await start_background_save(server_);
    if (started) {
      put_status(client.out, "Background saving started");
    } else {
      put_error(client.out, "ERR");
    }
  } else if (errand == Errand::sleep) {
    co_await self_.nanosleep(server_.sleep_span);
    put_status(client.out, "OK");
  } else if (errand == Errand::shutdown) {
    const bool may_end = co_await shut_down();
    ended_ = may_end;
    if (!may_end) {
      put_error(client.out, "ERR Errors trying to SHUTDOWN. Check logs.");
    }
  }
}

Task<void> Loop::serve(Client& client) {
  const SysResult<Bytes> piece = co_await self_.read(client.fd, kChunk);
  if (!piece &&
      (piece.error() == Errno::eagain || piece.error() == Errno::eintr)) {
    co_return;
  }
  if (!piece || piece->empty()) {
    client.closing = true;
    client.out.clear();
    co_return;
  }
  client.in += *piece;
  while (!client.closing && !ended_) {
    const Result<std::optional<List>> request = take_request(client.in);
    if (!request) {
      put_error(client.out, "ERR " + request.error().text);
      client.closing = true;
      co_return;
    }
    if (!*request) co_return;
    if ((*request)->empty()) continue;
    server_.execute(client, **request);
    co_await run_errand(client);
  }
}

Task<void> Loop::write_all() {
  for (const auto& [fd, client] : server_.clients) {
    if (client->out.empty()) continue;
    const SysResult<std::int64_t> written =
        co_await self_.write(fd, client->out);
    if (written) {
      client->out.erase(0, static_cast<std::size_t>(*written));
    } else if (written.error() != Errno::eagain &&
               written.error() != Errno::eintr) {
      client->out.clear();
      client->closing = true;
    }
  }
}

void Loop::sweep() {
  for (auto at = server_.clients.begin(); at != server_.clients.end();) {
    if (!at->second->closing || !at->second->out.empty()) {
      ++at;
      continue;
    }
    server_.log(LogLevel::verbose, "Client closed connection");
    static_cast<void>(self_.close(at->first));
    at = server_.clients.erase(at);
  }
}

Task<bool> Loop::shut_down() {
  server_.log(LogLevel::warning, "User requested shutdown...");
  if (server_.saving_child != 0) {
    server_.log(LogLevel::warning,
                "There is a child saving an .rdb. Killing it!");
    co_await self_.kill(server_.saving_child, kernel::kSigKill);
    server_.saving_child = 0;
  }
  if (server_.config.append_only) {
    server_.log(LogLevel::notice, "Calling fsync() on the AOF file.");
    co_await flush_append_file(server_);
  }
  const bool saves = server_.force_save_on_shutdown ||
                     (server_.save_on_shutdown && !server_.config.save.empty());
  if (saves) {
    server_.log(LogLevel::notice,
                "Saving the final RDB snapshot before exiting.");
    const bool saved = co_await save_dump(server_);
    if (!saved) {
      server_.log(LogLevel::warning,
                  "Error trying to save the DB, can't exit.");
      co_return false;
    }
  }
  server_.log(LogLevel::warning, "Redis is now ready to exit, bye bye...");
  co_return true;
}

Task<void> Loop::take_signals() {
  for (;;) {
    const int signal = self_.take_signal();
    if (signal == 0) co_return;
    if (signal == kernel::kSigChld) {
      co_await reap_background_save(server_);
      continue;
    }
    server_.log_lines += fmt::format(
        "{}:signal-handler ({}) Received {} scheduling shutdown...\n",
        self_.getpid(), self_.now().seconds(),
        signal == kernel::kSigInt ? "SIGINT" : "SIGTERM");
    server_.save_on_shutdown = true;
    ended_ = co_await shut_down();
    if (ended_) co_return;
    server_.log(LogLevel::warning,
                "SIGTERM received but errors trying to shut down the server, "
                "check the logs for more information");
  }
}

/// How long nothing is due; nullopt: for ever.
std::optional<Nanoseconds> Loop::patience() const {
  std::optional<Time> due;
  const auto consider = [&due](Time then) {
    if (!due || then < *due) due = then;
  };
  for (const Config::SavePoint& point : server_.config.save) {
    if (server_.saving_child != 0 || server_.dirty < point.changes) continue;
    if (server_.dirty == 0) continue;
    const Time then = server_.last_save + (point.seconds + 1) * kSecond;
    consider(std::max(then, server_.next_try));
  }
  for (const auto& [fd, client] : server_.clients) {
    if (server_.config.timeout == 0) break;
    consider(client->active + server_.config.timeout * kSecond);
  }
  if (!due) return std::nullopt;
  return std::max<Nanoseconds>(*due - self_.now(), 0);
}

Task<void> Loop::look_at_clock() {
  for (const auto& [fd, client] : server_.clients) {
    const Nanoseconds idle = self_.now() - client->active;
    const std::int64_t most = server_.config.timeout;
    if (most > 0 && idle >= most * kSecond) client->closing = true;
  }
  const std::int64_t since_save = (self_.now() - server_.last_save) / kSecond;
  for (const Config::SavePoint& point : server_.config.save) {
    const bool due = server_.dirty > 0 && server_.dirty >= point.changes &&
                     since_save > point.seconds &&
                     self_.now() >= server_.next_try;
    if (!due || server_.saving_child != 0) continue;
    server_.log(LogLevel::notice,
                fmt::format("{} changes in {} seconds. Saving...",
                            point.changes, point.seconds));
    co_await start_background_save(server_);
    co_return;
  }
}

Task<int> Loop::run() {
  while (!ended_) {
    co_await flush_append_file(server_);
    co_await write_all();
    sweep();
    co_await flush_log(server_);
    std::vector<PollFd> fds;
    for (const Fd door : doors_) fds.push_back({door, true});
    for (const auto& [fd, client] : server_.clients) {
      fds.push_back({fd, !client->closing, !client->out.empty()});
    }
    co_await self_.poll(&fds, patience());
    co_await take_signals();
    if (ended_) break;
    for (const PollFd& each : fds) {
      if (ended_) break;
      const auto client = server_.clients.find(each.fd);
      if (client == server_.clients.end()) {
        if (each.is_readable) co_await accept_from(each.fd);
      } else if (each.is_readable || each.hang_up) {
        co_await serve(*client->second);
      }
    }
    co_await look_at_clock();
  }
  co_await flush_log(server_);
  co_return 0;
}

Task<int> serve_forever(Process& self, Startup startup) {
  Server server(self, startup.config);
  if (!startup.has_file && !startup.has_options) {
    server.log(LogLevel::warning,
               fmt::format("Warning: no config file specified, using the "
                           "default config. In order to specify a config file "
                           "use {} /path/to/redis.conf",
                           self.argv().front()));
  }
  server.role = 'M';
  for (const int signal :
       {kernel::kSigTerm, kernel::kSigInt, kernel::kSigChld}) {
    static_cast<void>(self.sigaction(signal, kernel::Disposition::caught));
  }
  for (const int signal : {kernel::kSigPipe, kernel::kSigHup}) {
    static_cast<void>(self.sigaction(signal, kernel::Disposition::ignore));
  }
  Loop loop(server);
  const bool listening = co_await loop.listen();
  if (!listening) {
    co_await flush_log(server);
    co_return 1;
  }
  server.log_lines += logo(server);
  co_await warn_of_backlog(server);
  server.log(LogLevel::warning,
             fmt::format("Server started, Redis version {}", kVersion));
  co_await warn_of_memory(server);
  const bool loaded = co_await load_data(server);
  if (!loaded) {
    co_await flush_log(server);
    co_return 1;
  }
  if (server.config.port != 0) {
    server.log(LogLevel::notice,
               fmt::format("The server is now ready to accept connections on "
                           "port {}",
                           server.config.port));
  }
  if (!server.config.unix_socket.empty()) {
    server.log(LogLevel::notice,
               fmt::format("The server is now ready to accept connections at "
                           "{}",
                           server.config.unix_socket));
  }
  const int status = co_await loop.run();
  co_return status;
}

/// daemonize: the child goes on without a terminal.
Task<int> serve_as_daemon(Process& self, Startup startup) {
  static_cast<void>(self.setsid());
  const SysResult<Fd> null =
      co_await self.open("/dev/null", kernel::kReadWrite);
  for (const Fd fd : {0, 1, 2}) {
    if (null) static_cast<void>(self.dup2(*null, fd));
  }
  const int status = co_await serve_forever(self, std::move(startup));
  co_return status;
}

}  // namespace

}  // namespace redis

Task<int> redis_server_main(kernel::Process& self) {
  redis::Startup startup = co_await redis::read_startup(self);
  if (startup.ends) {
    if (!startup.out.empty()) co_await kernel::print(self, startup.out);
    if (!startup.err.empty()) co_await kernel::complain(self, startup.err);
    co_return startup.status;
  }
  if (startup.config.dir != "./") {
    const SysOutcome there = self.chdir(startup.config.dir);
    if (!there) {
      const std::string why =
          fmt::format("Can't chdir to '{}': {}\n", startup.config.dir,
                      text_of(there.error()));
      co_await kernel::complain(self, why);
      co_return 1;
    }
  }
  startup.config.dir = self.getcwd();
  if (startup.config.daemonize) {
    static_cast<void>(self.fork([startup](kernel::Process& child) {
      return redis::serve_as_daemon(child, startup);
    }));
    co_return 0;
  }
  const int status = co_await redis::serve_forever(self, startup);
  co_return status;
}

}  // namespace drydock::userland
