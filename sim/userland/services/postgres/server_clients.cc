// server_clients.cc — one connection: who it is, what it asks, what is kept.

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/userland/files.h"
#include "sim/userland/services/postgres/server.h"

namespace drydock::userland::postgres {

using kernel::Fd;

Task<void> Server::welcome(Fd listener) {
  const SysResult<kernel::Accepted> got = co_await self_.accept(listener);
  if (!got) co_return;
  Client client;
  client.fd = got->fd;
  client.who.local = listener == local_;
  client.who.ip = got->peer.ip;
  clients_.emplace(got->fd, std::move(client));
}

Task<void> Server::send(Fd fd, std::string bytes) {
  (void)co_await self_.write(fd, std::move(bytes));
}

Task<void> Server::hear(Fd fd) {
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

/// `detail` is for the log alone: whoever comes need not know it.
Task<void> Server::refuse(Client& client, SqlError error, std::string detail) {
  client.gone = true;
  std::string text = "FATAL:  " + error.message + "\n";
  if (!detail.empty()) text += "DETAIL:  " + detail + "\n";
  co_await say(std::move(text));
  co_await send(client.fd, error_message(error, "FATAL"));
}

Task<void> Server::handle(Client& client, WireMessage message) {
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
    co_await refuse(client, why, "");
  }
}

Task<void> Server::start(Client& client, std::string body) {
  client.started = true;
  const std::map<std::string, std::string> settings = parse_startup(body);
  const auto get = [&](const std::string& key) {
    const auto found = settings.find(key);
    return found == settings.end() ? std::string() : found->second;
  };
  client.who.user = get("user");
  client.who.database = get("database");
  if (client.who.database.empty()) client.who.database = client.who.user;
  const auto hba =
      co_await kernel::read_file(self_, settings_.data + "/pg_hba.conf");
  client.rule = match_hba(hba ? *hba : "", client.who);
  if (clients_.size() > settings_.max_connections) {
    const SqlError why{"53300", "sorry, too many clients already", 0};
    co_await refuse(client, why, "");
    co_return;
  }
  co_await authenticate(client);
}

Task<void> Server::authenticate(Client& client) {
  const std::string& method = client.rule.method;
  if (method == "trust") {
    co_await admit(client);
    co_return;
  }
  if (method == "md5") {
    client.salt = int32_text(static_cast<std::int32_t>(self_.random()));
    const WireMessage salted{'R', int32_text(5) + client.salt};
    co_await send(client.fd, encode(salted));
    co_return;
  }
  const std::string host =
      client.who.local ? "[local]" : kernel::format_ipv4(client.who.ip);
  const std::string ending = client.who.local ? "" : ", SSL off";
  std::string message;
  if (method == "none" || method == "reject") {
    message = fmt::format("{} for host \"{}\", user \"{}\", database \"{}\"{}",
                          method == "none" ? "no pg_hba.conf entry"
                                           : "pg_hba.conf rejects connection",
                          host, client.who.user, client.who.database, ending);
  } else {
    message = fmt::format(
        "drydock: postgres: the method '{}' of pg_hba.conf is not modelled",
        method);
  }
  const SqlError why{"28000", message, 0};
  co_await refuse(client, why, "");
}

Task<void> Server::check_password(Client& client, std::string body) {
  const std::string given = body.substr(0, body.find('\0'));
  const auto role = cluster_.roles.find(client.who.user);
  const bool good = role != cluster_.roles.end() &&
                    !role->second.password.empty() &&
                    md5_answer(role->second.password, client.salt) == given;
  if (good) {
    co_await admit(client);
    co_return;
  }
  const SqlError why{"28P01",
                     fmt::format("password authentication failed for user "
                                 "\"{}\"",
                                 client.who.user),
                     0};
  const std::string detail =
      fmt::format("Connection matched pg_hba.conf line {}: \"{}\"",
                  client.rule.line, client.rule.text);
  co_await refuse(client, why, detail);
}

Task<void> Server::admit(Client& client) {
  if (!cluster_.roles.contains(client.who.user)) {
    const SqlError why{
        "28000", fmt::format("role \"{}\" does not exist", client.who.user), 0};
    co_await refuse(client, why, "");
    co_return;
  }
  if (!cluster_.databases.contains(client.who.database)) {
    const SqlError why{
        "3D000",
        fmt::format("database \"{}\" does not exist", client.who.database), 0};
    co_await refuse(client, why, "");
    co_return;
  }
  client.authenticated = true;
  client.session =
      std::make_unique<Session>(cluster_, client.who.database, client.who.user);
  std::string out = encode({'R', int32_text(0)});
  const std::string zero(1, '\0');
  out += encode({'S', "server_version" + zero + "9.4.5" + zero});
  out += encode({'S', "client_encoding" + zero + "UTF8" + zero});
  const bool super = cluster_.roles.at(client.who.user).superuser;
  out += encode({'S', "is_superuser" + zero + (super ? "on" : "off") + zero});
  co_await send(client.fd, out + ready_message('I'));
}

Task<void> Server::query(Client& client, std::string text) {
  const SqlResult<std::vector<Statement>> statements = parse_sql(text);
  std::string out;
  std::optional<SqlError> error;
  if (!statements) {
    error = statements.error();
  } else {
    error = execute(*client.session, *statements, &out);
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

/// Several statements of one text are kept together or not at all.
std::optional<SqlError> Server::execute(
    Session& session, const std::vector<Statement>& statements,
    std::string* out) {
  if (statements.empty()) *out += answer_messages(SqlAnswer());
  for (const Statement& statement : statements) {
    if (statements.size() > 1) session.begin_together();
    const SqlResult<SqlAnswer> answer = session.run(statement, self_.now());
    if (!answer) {
      (void)session.end_together(false);
      return answer.error();
    }
    *out += answer_messages(*answer);
  }
  return session.end_together(true);
}

Task<void> Server::write_changes(Session& session) {
  if (session.take_cluster_changed()) {
    (void)co_await save_cluster(self_, settings_.data, cluster_);
  }
  const std::set<std::string> changed = session.take_changed();
  if (changed.empty()) co_return;
  const Database& database = session.database();
  (void)co_await save_tables(self_, settings_.data, database, changed);
}

}  // namespace drydock::userland::postgres
