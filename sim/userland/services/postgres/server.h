// server.h — postgres: listens, answers, writes what was committed.
//
// One process serves all connections in turn; what each has is its session.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/userland/services/postgres/hba.h"
#include "sim/userland/services/postgres/helpers.h"
#include "sim/userland/services/postgres/server_settings.h"
#include "sim/userland/services/postgres/wire.h"

namespace drydock::userland::postgres {

/// A connection, from its first byte on.
struct Client {
  kernel::Fd fd = -1;
  bool started = false, authenticated = false, gone = false;
  Comer who;
  HbaRule rule;  // That let him in so far.
  std::string in, salt;
  std::unique_ptr<Session> session;
};

class Server {
 public:
  explicit Server(kernel::Process& self) : self_(self), helpers_(self) {}

  Task<int> run();

 private:
  Task<void> say(std::string text);
  Task<void> log(std::string text);

  // --- server.cc: from the first word to the last --------------------------
  Task<int> begin();
  Task<int> check_data();
  Task<int> take_lock(std::string path, std::string what, std::string tail);
  bool runs(const std::string& lock);
  Task<int> listen();
  Task<int> listen_tcp();
  Task<int> listen_unix();
  Task<void> greet();
  Task<void> enter_production();
  Task<void> mark(std::string state);
  Task<int> serve();
  Task<void> answer(const std::vector<kernel::PollFd>& fds);
  Task<void> recover(std::string crash);
  Task<int> shut_down(int signal);
  Task<void> wait_for_clients();
  Task<void> dismiss(SqlError why);

  // --- server_clients.cc: one connection -----------------------------------
  Task<void> welcome(kernel::Fd listener);
  Task<void> hear(kernel::Fd fd);
  Task<void> send(kernel::Fd fd, std::string bytes);
  Task<void> refuse(Client& client, SqlError error, std::string detail);
  Task<void> handle(Client& client, WireMessage message);
  Task<void> start(Client& client, std::string body);
  Task<void> authenticate(Client& client);
  Task<void> check_password(Client& client, std::string body);
  Task<void> admit(Client& client);
  Task<void> query(Client& client, std::string text);
  std::optional<SqlError> execute(Session& session,
                                  const std::vector<Statement>& statements,
                                  std::string* out);
  Task<void> write_changes(Session& session);

  kernel::Process& self_;
  ServerSettings settings_;
  Cluster cluster_;
  Helpers helpers_;
  kernel::Fd local_ = -1;  // The listener of the Unix socket.
  std::vector<kernel::Fd> listeners_;
  std::map<kernel::Fd, Client> clients_;
};

}  // namespace drydock::userland::postgres
