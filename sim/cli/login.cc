// login.cc — the dialogue, in the words of either profile.

#include "sim/cli/login.h"

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/credentials.h"

namespace drydock::cli {

namespace {

constexpr std::size_t kLineMax = 4096;

constexpr std::string_view kHubGreeting =
    "Login with your Docker ID to push and pull images from Docker Hub. If you "
    "don't have a Docker ID, head over to https://hub.docker.com to create "
    "one.\n";

/// One line of input, without its newline; empty at the end.
Task<std::string> read_line(Client& client) {
  std::string line;
  while (line.size() < kLineMax) {
    const Result<Bytes> byte = co_await client.console.in().read(1);
    if (!byte || byte->empty() || *byte == "\n") break;
    if (*byte != "\r") line += *byte;
  }
  co_return std::string(trim(line));
}

Task<std::string> ask(Client& client, std::string what, std::string known) {
  std::string prompt = what + ": ";
  if (!known.empty()) prompt = fmt::format("{} ({}): ", what, known);
  co_await say(client, std::move(prompt));
  std::string line = co_await read_line(client);
  if (line.empty()) line = known;
  co_return line;
}

/// Without echo, which only a terminal can do.
Task<Result<std::string>> ask_password(Client& client) {
  if (!client.console.in_is_terminal()) {
    co_return Error{"inappropriate ioctl for device"};
  }
  co_await say(client, "Password: ");
  client.console.set_echo(false);
  const std::string line = co_await read_line(client);
  client.console.set_echo(true);
  co_await say(client, "\n");
  co_return line;
}

/// docker-1.8: what the file knows of this user need not be asked again.
Task<Result<Credential>> ask_1_8(Client& client, LoginRequest request,
                                 Credential known) {
  Credential entered{request.user, request.password, request.email};
  if (entered.user.empty()) {
    entered.user = co_await ask(client, "Username", known.user);
  }
  if (entered.user == known.user) {
    if (entered.password.empty()) entered.password = known.password;
    if (entered.email.empty()) entered.email = known.email;
    co_return entered;
  }
  if (entered.password.empty()) {
    const Result<std::string> password = co_await ask_password(client);
    if (!password) co_return password.error();
    if (password->empty()) co_return Error{"Error : Password Required"};
    entered.password = *password;
  }
  if (entered.email.empty()) {
    entered.email = co_await ask(client, "Email", known.email);
  }
  co_return entered;
}

Task<Result<Credential>> ask_20_10(Client& client, LoginRequest request,
                                   Credential known) {
  Credential entered{request.user, request.password, ""};
  if (entered.user.empty() && !client.console.in_is_terminal()) {
    co_return Error{
        "Error: Cannot perform an interactive login from a non TTY device"};
  }
  if (entered.user.empty()) {
    if (request.server == kIndexServer) {
      co_await say(client, std::string(kHubGreeting));
    }
    entered.user = co_await ask(client, "Username", known.user);
  }
  if (entered.user.empty())
    co_return Error{"Error: Non-null Username Required"};
  if (entered.password.empty()) {
    const Result<std::string> password = co_await ask_password(client);
    if (!password) co_return password.error();
    if (password->empty()) co_return Error{"Error: Password Required"};
    entered.password = *password;
  }
  co_return entered;
}

std::string host_of(const std::string& server) {
  return server == kIndexServer ? std::string("docker.io") : server;
}

Task<engine::Answer<std::string>> prove(Client& client, std::string server,
                                        Credential entered) {
  engine::RegistryAuth auth;
  auth.user = entered.user;
  auth.password = entered.password;
  auth.email = entered.email;
  co_return co_await client.engine.login(host_of(server), std::move(auth));
}

/// Writes the file and says so.
Task<int> remember(Client& client, Credentials credentials, bool is_news,
                   std::string answer) {
  const Outcome saved =
      co_await save_credentials(client, std::move(credentials));
  if (!saved) co_return co_await end_complaining(client, saved.error().text);
  const std::string path = credentials_path(client);
  if (!client.profile.modern) {
    co_await say(client,
                 fmt::format("WARNING: login credentials saved in {}\n", path));
  } else if (is_news) {
    co_await complain(
        client,
        fmt::format(
            "WARNING! Your password will be stored unencrypted in {}.\n"
            "Configure a credential helper to remove this warning. See\n"
            "https://docs.docker.com/engine/reference/commandline/login/"
            "#credentials-store\n\n",
            path));
  }
  co_return co_await end_saying(client, answer + "\n");
}

/// docker-20.10 first tries what it remembers.  Nothing: go on and ask.
Task<std::optional<int>> log_in_again(Client& client, std::string server,
                                      Credentials credentials) {
  const Credential known = credentials.by_server[server];
  if (known.user.empty() || known.password.empty()) co_return std::nullopt;
  co_await say(client, "Authenticating with existing credentials...\n");
  const engine::Answer<std::string> answer =
      co_await prove(client, server, known);
  if (answer) {
    const int status =
        co_await remember(client, std::move(credentials), true, *answer);
    co_return status;
  }
  if (answer.error().kind != engine::Fault::Kind::unauthorized) {
    const int status = co_await refuse(client, answer.error());
    co_return status;
  }
  co_await complain(client, fmt::format("Login did not succeed, error: {}\n",
                                        told(client, answer.error())));
  co_return std::nullopt;
}

}  // namespace

Task<int> log_in(Client& client, LoginRequest request) {
  const bool modern = client.profile.modern;
  if (request.server.empty()) request.server = kIndexServer;
  Credentials credentials = co_await load_credentials(client);
  const std::string server = request.server;
  const Credential known = credentials.by_server[server];
  if (known.user.empty()) credentials.by_server.erase(server);
  if (modern && request.user.empty() && request.password.empty()) {
    const std::optional<int> done =
        co_await log_in_again(client, server, credentials);
    if (done) co_return *done;
  }
  Result<Credential> entered = Credential();
  if (modern) {
    entered = co_await ask_20_10(client, std::move(request), known);
  } else {
    entered = co_await ask_1_8(client, std::move(request), known);
  }
  if (!entered)
    co_return co_await end_complaining(client, entered.error().text);
  const engine::Answer<std::string> answer =
      co_await prove(client, server, *entered);
  if (!answer) {
    // What has been refused is forgotten: 1.8 logs out first.
    const bool refused =
        answer.error().kind == engine::Fault::Kind::unauthorized;
    if (!modern && refused && credentials.by_server.erase(server) > 0) {
      const Outcome saved =
          co_await save_credentials(client, std::move(credentials));
      static_cast<void>(saved);  // The refusal is what counts.
    }
    co_return co_await refuse(client, answer.error());
  }
  const bool is_news = known.password != entered->password;
  credentials.by_server[server] = *entered;
  co_return co_await remember(client, std::move(credentials), is_news, *answer);
}

}  // namespace drydock::cli
