// psql_connection.h — a client's side of a connection, as libpq has it.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/userland/services/postgres/psql_options.h"
#include "sim/userland/services/postgres/wire.h"

namespace drydock::userland::postgres {

/// What one statement of a text was answered: rows, a tag, or a problem.
struct Reply {
  std::vector<WireColumn> columns;
  TableRows rows;
  std::string tag;                      // "INSERT 0 1"
  std::map<char, std::string> problem;  // Fields of 'E'; empty: none.
  std::vector<std::map<char, std::string>> notices;
};

class Connection {
 public:
  explicit Connection(kernel::Process& self) : self_(self) {}

  /// Connects and logs in; what went wrong, as psql tells it ("could not
  /// connect to server: ...").  Asks for a password where the server wants one.
  Task<Outcome> open(PsqlOptions options);
  void close();
  /// Goes on with what `other` has opened.
  void take(Connection& other);

  /// Sends one text and gathers what comes; nullopt: the server has gone.
  Task<std::optional<std::vector<Reply>>> query(std::string text);

  /// 'I', 'T' or 'E' of the last ReadyForQuery.
  char state() const { return state_; }
  bool is_superuser() const { return superuser_; }

 private:
  Task<Outcome> dial(PsqlOptions options);
  Task<Outcome> log_in(PsqlOptions options);
  Task<std::string> ask_password(std::string user);
  Task<void> send(WireMessage message);
  Task<std::optional<WireMessage>> receive();

  kernel::Process& self_;
  kernel::Fd fd_ = -1;
  std::string in_;
  char state_ = 'I';
  bool superuser_ = false;
};

}  // namespace drydock::userland::postgres
