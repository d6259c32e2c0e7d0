// server.cc — postgres: listens, answers, writes what was committed.
//
// One process serves all connections in turn; what each has is its session.

#include <fmt/format.h>

#include <map>
#include <memory>

#include "sim/base/text.h"
#include "sim/userland/files.h"
#include "sim/userland/launch.h"
#include "sim/userland/services/postgres/programs.h"
#include "sim/userland/services/postgres/wire.h"

namespace drydock::userland::postgres {

using kernel::Fd;
using kernel::Process;
using kernel::SocketAddress;

namespace {

constexpr std::string_view kSocketFolder = "/var/run/postgresql";
constexpr std::string_view kClock = "%Y-%m-%d %H:%M:%S UTC";

struct Client {
  Fd fd = -1;
  bool local = false, started = false, authenticated = false, gone = false;
  SocketAddress peer;
  std::string in, salt, user, database;
  std::unique_ptr<Session> session;
};

class Server {
 public:
  explicit Server(Process& self) : self_(self) {}

  Task<int> run() {
    if (!read_arguments()) co_return 1;
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

 private:
  Task<void> say(std::string text) {
    (void)co_await kernel::complain(self_, std::move(text));
  }
  Task<void> log(std::string text) { co_await say("LOG:  " + text + "\n"); }

  bool read_arguments() {
    data_ = self_.getenv("PGDATA").value_or("");
    const List& argv = self_.argv();
    for (std::size_t i = 1; i < argv.size(); ++i) {
      const bool more = i + 1 < argv.size();
      if (argv[i] == "-D" && more) {
        data_ = argv[++i];
      } else if (argv[i] == "-p" && more) {
        port_ = static_cast<std::uint16_t>(parse_int(argv[++i]).value_or(5432));
        port_given_ = true;
      } else if (argv[i] == "-c" && more) {
        const std::string setting = argv[++i];
        if (setting == "listen_addresses=" ||
            setting == "listen_addresses=''") {
          listens_ = false;
        } else if (!setting.starts_with("listen_addresses=")) {
          refused_ = "-c " + setting;
        }
      } else {
        refused_ = argv[i];
      }
    }
    return true;
  }

  Task<int> begin() {
    if (!refused_.empty()) {
      co_await say(
          fmt::format("drydock: postgres: '{}' is not modelled\n", refused_));
      co_return 1;
    }
    if (data_.empty()) {
      co_await say(
          "postgres does not know where to find the server configuration "
          "file.\nYou must specify the --config-file or -D invocation option "
          "or set the PGDATA environment variable.\n");
      co_return 2;
    }
    const auto version =
        co_await kernel::read_file(self_, data_ + "/PG_VERSION");
    if (!version) {
      co_await say(
          fmt::format("postgres cannot access the server configuration file "
                      "\"{}/postgresql.conf\": {}\n",
                      data_, text_of(version.error())));
      co_return 2;
    }
    co_await read_settings();
    const auto lock =
        co_await kernel::read_file(self_, data_ + "/postmaster.pid");
    bool taken = false;
    if (lock) taken = co_await is_alive(*lock);
    if (taken) {
      co_await say(fmt::format(
          "FATAL:  lock file \"postmaster.pid\" already exists\nHINT:  Is "
          "another postmaster (PID {}) running in data directory \"{}\"?\n",
          lock->substr(0, lock->find('\n')), data_));
      co_return 1;
    }
    Result<Cluster> cluster = co_await load_cluster(self_, data_);
    if (!cluster) {
      co_await say("FATAL:  " + cluster.error().text + "\n");
      co_return 1;
    }
    cluster_ = std::move(*cluster);
    const int listening = co_await listen();
    if (listening) co_return listening;
    co_await greet();
    for (const int signal :
         {kernel::kSigTerm, kernel::kSigInt, kernel::kSigQuit}) {
      (void)self_.sigaction(signal, kernel::Disposition::caught);
    }
    (void)self_.sigaction(kernel::kSigPipe, kernel::Disposition::ignore);
    const std::string pid = fmt::format("{}\n{}\n", self_.getpid(), data_);
    (void)co_await write_file(self_, data_ + "/postmaster.pid", pid, 0600);
    co_await log("database system is ready to accept connections");
    co_await log("autovacuum launcher started");
    co_return 0;
  }

  /// listen_addresses and port of postgresql.conf; the command line wins.
  Task<void> read_settings() {
    const auto text =
        co_await kernel::read_file(self_, data_ + "/postgresql.conf");
    for (const std::string& line : split(text ? *text : "", '\n')) {
      const std::string plain = line.substr(0, line.find('#'));
      const std::size_t equals = plain.find('=');
      if (equals == plain.npos) continue;
      const std::string key(trim(plain.substr(0, equals)));
      const std::string value =
          replace_all(std::string(trim(plain.substr(equals + 1))), "'", "");
      if (key == "listen_addresses") everywhere_ = value == "*";
      if (key == "listen_addresses" && value.empty()) listens_ = false;
      const auto number = parse_int(value);
      if (key == "port" && number && !port_given_) {
        port_ = static_cast<std::uint16_t>(*number);
      }
    }
  }

  /// Another container may have had the same number: only a postgres counts.
  Task<bool> is_alive(std::string lock) {
    const auto pid = parse_int(lock.substr(0, lock.find('\n')));
    if (!pid || *pid == self_.getpid()) co_return false;
    for (const kernel::ProcessInfo& each : self_.processes()) {
      if (each.pid == *pid && each.name == "postgres") co_return true;
    }
    co_return false;
  }

  Task<void> greet() {
    const auto control =
        co_await kernel::read_file(self_, data_ + "/global/pg_control");
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
    co_await mark("in production");
  }

  Task<void> mark(std::string state) {
    const std::string text =
        fmt::format("{}\n{}\n", state, format_time(self_.now(), kClock));
    (void)co_await write_file(self_, data_ + "/global/pg_control", text, 0600);
  }

  Task<int> listen() {
    SocketAddress local;
    local.path = fmt::format("{}/.s.PGSQL.{}", kSocketFolder, port_);
    (void)self_.unlink(local.path);
    const int unix_bound =
        co_await open_socket(kernel::SocketFamily::unix_domain, local);
    if (unix_bound || !listens_) co_return unix_bound;
    SocketAddress any;
    if (!everywhere_) any.ip = kernel::kLoopback;
    any.port = port_;
    co_return co_await open_socket(kernel::SocketFamily::inet, any);
  }

  Task<int> open_socket(kernel::SocketFamily family, SocketAddress address) {
    const SysResult<Fd> fd = self_.socket(family, kernel::SocketType::stream);
    SysOutcome bound = fd ? ok() : SysOutcome(fd.error());
    if (bound) (void)self_.set_reuse_address(*fd, true);
    if (bound) bound = self_.bind(*fd, address);
    if (bound) bound = self_.listen(*fd, 128);
    if (!bound) {
      const bool local = family == kernel::SocketFamily::unix_domain;
      const std::string kind = local ? "Unix" : "TCP/IP";
      co_await say(fmt::format("FATAL:  could not create {} socket: {}\n", kind,
                               text_of(bound.error())));
      co_return 1;
    }
    listeners_.push_back(*fd);
    if (family == kernel::SocketFamily::unix_domain) {
      (void)self_.chmod(address.path, 0777);
      local_ = *fd;
    }
    co_return 0;
  }

  Task<int> serve() {
    for (;;) {
      std::vector<kernel::PollFd> fds;
      for (const Fd fd : listeners_) fds.push_back(wanted(fd));
      for (const auto& [fd, client] : clients_) fds.push_back(wanted(fd));
      const SysResult<int> ready = co_await self_.poll(&fds, std::nullopt);
      const int signal = self_.take_signal();
      if (signal) co_return co_await shut_down(signal);
      if (!ready) continue;
      for (const kernel::PollFd& each : fds) {
        if (!each.is_readable && !each.hang_up) continue;
        const bool listener = std::find(listeners_.begin(), listeners_.end(),
                                        each.fd) != listeners_.end();
        if (listener) {
          co_await welcome(each.fd);
        } else {
          co_await hear(each.fd);
        }
      }
    }
  }

  static kernel::PollFd wanted(Fd fd) {
    kernel::PollFd one{};
    one.fd = fd;
    one.readable = true;
    return one;
  }

  Task<int> shut_down(int signal) {
    const std::string_view kind = signal == kernel::kSigTerm
                                      ? "received smart shutdown request"
                                      : "received fast shutdown request";
    co_await log(std::string(kind));
    // Smart: those who are here may stay until they go by themselves.
    if (signal == kernel::kSigInt && !clients_.empty()) {
      co_await log("aborting any active transactions");
      for (auto& [fd, client] : clients_) {
        const SqlError why{"57P01",
                           "terminating connection due to "
                           "administrator command",
                           0};
        co_await send(fd, error_message(why, "FATAL"));
        shut(self_, fd);
      }
      clients_.clear();
    }
    for (const Fd fd : listeners_) shut(self_, fd);
    listeners_.clear();
    while (!clients_.empty()) {
      std::vector<kernel::PollFd> fds;
      for (const auto& [fd, client] : clients_) fds.push_back(wanted(fd));
      const SysResult<int> ready = co_await self_.poll(&fds, std::nullopt);
      if (self_.take_signal()) break;
      if (!ready) continue;
      for (const kernel::PollFd& each : fds) {
        if (each.is_readable || each.hang_up) co_await hear(each.fd);
      }
    }
    co_await log("autovacuum launcher shutting down");
    co_await log("shutting down");
    co_await mark("shut down");
    (void)self_.unlink(data_ + "/postmaster.pid");
    co_await log("database system is shut down");
    co_return 0;
  }

  Task<void> welcome(Fd listener) {
    const SysResult<kernel::Accepted> got = co_await self_.accept(listener);
    if (!got) co_return;
    Client client;
    client.fd = got->fd;
    client.local = listener == local_;
    client.peer = got->peer;
    clients_.emplace(got->fd, std::move(client));
  }

  Task<void> send(Fd fd, std::string bytes) {
    (void)co_await self_.write(fd, std::move(bytes));
  }

  Task<void> hear(Fd fd) {
    const auto found = clients_.find(fd);
    if (found == clients_.end()) co_return;
    Client& client = found->second;
    const SysResult<Bytes> piece = co_await self_.read(fd, kChunk);
    if (!piece && piece.error() == Errno::eintr) co_return;
    if (!piece || piece->empty()) {
      client.gone = true;
    } else {
      client.in += *piece;
      while (!client.gone) {
        const auto message = decode(&client.in, !client.started);
        if (!message) break;
        co_await handle(client, *message);
      }
    }
    if (!client.gone) co_return;
    shut(self_, fd);
    clients_.erase(fd);
  }

  Task<void> refuse(Client& client, SqlError error) {
    client.gone = true;
    co_await say(fmt::format("FATAL:  {}\n", error.message));
    co_await send(client.fd, error_message(error, "FATAL"));
  }

  Task<void> handle(Client& client, WireMessage message) {
    if (!client.started) {
      co_await start(client, message.body);
    } else if (message.type == 'p' && !client.authenticated) {
      co_await check_password(client, message.body);
    } else if (message.type == 'Q' && client.session) {
      const std::string text = message.body.substr(0, message.body.find('\0'));
      co_await query(client, text);
    } else if (message.type == 'X') {
      client.gone = true;
    } else {
      const SqlError why{"08P01",
                         fmt::format("drydock: postgres: the message '{}' is "
                                     "not modelled",
                                     message.type),
                         0};
      co_await refuse(client, why);
    }
  }

  /// "trust", "md5" or "reject": the first line of pg_hba.conf that fits.
  Task<std::string> method_for(Client& client) {
    const auto text = co_await kernel::read_file(self_, data_ + "/pg_hba.conf");
    for (const std::string& line : split(text ? *text : "", '\n')) {
      const List words = split_blanks(line.substr(0, line.find('#')));
      if (words.size() < 4) continue;
      const bool local = words[0] == "local";
      if (local != client.local) continue;
      const bool fits = (words[1] == "all" || words[1] == client.database) &&
                        (words[2] == "all" || words[2] == client.user);
      if (!fits) continue;
      if (!local && !address_fits(words[3], client.peer.ip)) continue;
      co_return words[local ? 3 : 4];
    }
    co_return "reject";
  }

  static bool address_fits(const std::string& text, kernel::Ipv4 ip) {
    const std::size_t slash = text.find('/');
    const auto base = kernel::parse_ipv4(text.substr(0, slash));
    const auto bits = parse_int(text.substr(slash + 1));
    if (!base || !bits) return false;  // IPv6, names: nobody comes from there.
    const std::uint32_t mask =
        *bits == 0 ? 0 : ~std::uint32_t{0} << (32 - *bits);
    return (base->value & mask) == (ip.value & mask);
  }

  Task<void> start(Client& client, std::string body) {
    client.started = true;
    const std::map<std::string, std::string> settings = parse_startup(body);
    const auto get = [&](const std::string& key) {
      const auto found = settings.find(key);
      return found == settings.end() ? std::string() : found->second;
    };
    client.user = get("user");
    client.database = get("database").empty() ? client.user : get("database");
    const std::string method = co_await method_for(client);
    if (method == "reject") {
      const SqlError why{"28000",
                         fmt::format("no pg_hba.conf entry for host \"{}\", "
                                     "user \"{}\", database \"{}\", SSL off",
                                     kernel::format_ipv4(client.peer.ip),
                                     client.user, client.database),
                         0};
      co_await refuse(client, why);
    } else if (method == "trust" || method == "peer") {
      co_await admit(client);
    } else {
      client.salt = int32_text(static_cast<std::int32_t>(self_.random()));
      const WireMessage salted{'R', int32_text(5) + client.salt};
      co_await send(client.fd, encode(salted));
    }
  }

  Task<void> check_password(Client& client, std::string body) {
    const std::string given = body.substr(0, body.find('\0'));
    const auto role = cluster_.roles.find(client.user);
    const bool good = role != cluster_.roles.end() &&
                      !role->second.password.empty() &&
                      md5_answer(role->second.password, client.salt) == given;
    if (!good) {
      const SqlError why{"28P01",
                         fmt::format("password authentication failed "
                                     "for user \"{}\"",
                                     client.user),
                         0};
      co_await refuse(client, why);
      co_return;
    }
    co_await admit(client);
  }

  Task<void> admit(Client& client) {
    if (!cluster_.roles.contains(client.user)) {
      const SqlError why{
          "28000", fmt::format("role \"{}\" does not exist", client.user), 0};
      co_await refuse(client, why);
      co_return;
    }
    if (!cluster_.databases.contains(client.database)) {
      const SqlError why{
          "3D000",
          fmt::format("database \"{}\" does not exist", client.database), 0};
      co_await refuse(client, why);
      co_return;
    }
    client.authenticated = true;
    client.session =
        std::make_unique<Session>(cluster_, client.database, client.user);
    std::string out = encode({'R', int32_text(0)});
    const std::string zero(1, '\0');
    out += encode({'S', "server_version" + zero + "9.4.5" + zero});
    out += encode({'S', "client_encoding" + zero + "UTF8" + zero});
    co_await send(client.fd, out + ready_message('I'));
  }

  Task<void> query(Client& client, std::string text) {
    const SqlResult<std::vector<Statement>> statements = parse_sql(text);
    std::string out;
    std::optional<SqlError> error;
    if (!statements) {
      error = statements.error();
    } else {
      if (statements->empty()) out += answer_messages(SqlAnswer());
      for (const Statement& statement : *statements) {
        const SqlResult<SqlAnswer> answer =
            client.session->run(statement, self_.now());
        if (!answer) error = answer.error();
        if (error) break;
        out += answer_messages(*answer);
      }
    }
    if (error) {
      client.session->failed();
      const std::string where =
          error->position > 0 ? fmt::format(" at character {}", error->position)
                              : "";
      const std::string first =
          error->message.substr(0, error->message.find('\n'));
      co_await say(
          fmt::format("ERROR:  {}{}\nSTATEMENT:  {}\n", first, where, text));
      out += error_message(*error, "ERROR");
    }
    co_await write_changes(*client.session);
    co_await send(client.fd, out + ready_message(client.session->state()));
  }

  Task<void> write_changes(Session& session) {
    if (session.take_cluster_changed()) {
      (void)co_await save_cluster(self_, data_, cluster_);
    }
    const std::set<std::string> changed = session.take_changed();
    if (changed.empty()) co_return;
    const Database& database = session.database();
    (void)co_await save_tables(self_, data_, database, changed);
  }

  Process& self_;
  Cluster cluster_;
  std::string data_, refused_;
  std::uint16_t port_ = 5432;
  bool listens_ = true, everywhere_ = false, port_given_ = false;
  Fd local_ = -1;
  std::vector<Fd> listeners_;
  std::map<Fd, Client> clients_;
};

}  // namespace

Task<int> postgres_main(Process& self) {
  Server server(self);
  co_return co_await server.run();
}

}  // namespace drydock::userland::postgres
