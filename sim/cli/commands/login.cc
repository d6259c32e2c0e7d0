// login.cc — `docker login` and `docker logout`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/credentials.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kLoginFlags[] = {
    {'e', "email", "string", Kind::text, "", k18, "Address of the account"},
    {'p', "password", "string", Kind::text, "", kBoth, "Password of the account"},
    {0, "password-stdin", "", Kind::toggle, "", k20, "Read the password from STDIN"},
    {'u', "username", "string", Kind::text, "", kBoth, "Name of the account"},
};
// clang-format on

/// One line of input, without its newline; empty at the end.
Task<std::string> read_line(Client& client) {
  std::string line;
  for (;;) {
    const Result<Bytes> byte = co_await client.console.in().read(1);
    if (!byte || byte->empty() || *byte == "\n") break;
    if (*byte != "\r") line += *byte;
    if (line.size() > 4096) break;
  }
  co_return line;
}

Task<std::string> ask(Client& client, std::string prompt, bool hidden) {
  co_await say(client, std::move(prompt));
  if (hidden) client.console.set_echo(false);
  const std::string line = co_await read_line(client);
  if (hidden) {
    client.console.set_echo(true);
    co_await say(client, "\n");
  }
  co_return line;
}

Task<Credential> ask_credential(Call& call, Credential known) {
  Client& client = call.at();
  Credential entered;
  entered.user = call.flags.text("username");
  if (entered.user.empty()) {
    const std::string prompt = known.user.empty()
                                   ? "Username: "
                                   : fmt::format("Username ({}): ", known.user);
    entered.user = co_await ask(client, prompt, false);
    if (entered.user.empty()) entered.user = known.user;
  }
  entered.password = call.flags.text("password");
  if (call.flags.on("password-stdin")) {
    entered.password = co_await read_line(client);
  } else if (entered.password.empty()) {
    entered.password = co_await ask(client, "Password: ", true);
  }
  entered.email = call.flags.text("email");
  if (!client.profile.modern && entered.email.empty()) {
    const std::string prompt = known.email.empty()
                                   ? "Email: "
                                   : fmt::format("Email ({}): ", known.email);
    entered.email = co_await ask(client, prompt, false);
    if (entered.email.empty()) entered.email = known.email;
  }
  co_return entered;
}

std::string server_of(const Call& call) {
  return call.operands.empty() ? std::string(kIndexServer)
                               : call.operands.front();
}

Task<int> login(Call call) {
  Client& client = call.at();
  const std::string server = server_of(call);
  Credentials credentials = co_await load_credentials(client);
  Credential known = credentials.by_server[server];
  const Credential entered = co_await ask_credential(call, std::move(known));
  if (entered.user.empty()) {
    co_return co_await end_complaining(client,
                                       "Error: Non-null Username Required");
  }
  const engine::RegistryAuth auth{entered.user, entered.password};
  const std::string host =
      server == kIndexServer ? std::string("docker.io") : server;
  const auto answer = co_await client.engine.login(host, auth);
  if (!answer) co_return co_await refuse(client, answer.error());
  credentials.by_server[server] = entered;
  const Outcome saved =
      co_await save_credentials(client, std::move(credentials));
  if (!saved) {
    co_return co_await end_complaining(client, saved.error().text);
  }
  const std::string path = credentials_path(client);
  const std::string warning =
      client.profile.modern
          ? fmt::format(
                "WARNING! Your password will be stored unencrypted in "
                "{}.\nConfigure a credential helper to remove this "
                "warning. See\nhttps://docs.docker.com/engine/reference/"
                "commandline/login/#credentials-store\n\n",
                path)
          : fmt::format("WARNING: login credentials saved in {}\n", path);
  if (client.profile.modern) {
    co_await complain(client, warning);
  } else {
    co_await say(client, warning);
  }
  co_return co_await end_saying(client, "Login Succeeded\n");
}

Task<int> logout(Call call) {
  Client& client = call.at();
  const std::string server = server_of(call);
  Credentials credentials = co_await load_credentials(client);
  const bool known = credentials.by_server.erase(server) > 0;
  if (!known) {
    co_return co_await end_saying(client,
                                  fmt::format("Not logged in to {}\n", server));
  }
  co_await say(client,
               fmt::format("Remove login credentials for {}\n", server));
  const Outcome saved =
      co_await save_credentials(client, std::move(credentials));
  if (saved) co_return 0;
  co_return co_await end_complaining(client, saved.error().text);
}

}  // namespace

const Command kLogin = {.synopsis = "[SERVER]",
                        .synopsis18 = {},
                        .brief = "Log in to a Docker registry",
                        .operands_min = 0,
                        .operands_max = 1,
                        .flags = kLoginFlags,
                        .run = login};
const Command kLogout = {.synopsis = "[SERVER]",
                         .synopsis18 = {},
                         .brief = "Log out from a Docker registry",
                         .operands_min = 0,
                         .operands_max = 1,
                         .flags = {},
                         .run = logout};

}  // namespace drydock::cli
