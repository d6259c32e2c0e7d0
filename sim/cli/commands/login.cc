// login.cc — `docker login` and `docker logout`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/credentials.h"
#include "sim/cli/login.h"

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

/// --password-stdin: all of it, without the newline at its end.
Task<std::string> password_from_stdin(Client& client) {
  constexpr std::size_t kPasswordMax = std::size_t{1} << 20;
  Result<Bytes> bytes = co_await read_all(client.console.in(), kPasswordMax);
  std::string password = bytes ? std::move(*bytes) : std::string();
  if (password.ends_with('\n')) password.pop_back();
  if (password.ends_with('\r')) password.pop_back();
  co_return password;
}

std::string server_of(const Call& call) {
  const bool named = !call.operands.empty() && !call.operands.front().empty();
  if (!named) return std::string(kIndexServer);
  // The Hub has more names than one.
  const std::string& typed = call.operands.front();
  const bool hub = typed == "docker.io" || typed == "index.docker.io";
  return hub ? std::string(kIndexServer) : typed;
}

Task<int> login(Call call) {
  Client& client = call.at();
  LoginRequest request;
  request.server = server_of(call);
  request.user = call.flags.text("username");
  request.password = call.flags.text("password");
  request.email = call.flags.text("email");
  const bool piped = call.flags.on("password-stdin");
  if (client.profile.modern && !request.password.empty()) {
    co_await complain(client,
                      "WARNING! Using --password via the CLI is insecure. Use "
                      "--password-stdin.\n");
    if (piped) {
      co_return co_await end_complaining(
          client, "--password and --password-stdin are mutually exclusive");
    }
  }
  if (piped && request.user.empty()) {
    co_return co_await end_complaining(
        client, "Must provide --username with --password-stdin");
  }
  if (piped) request.password = co_await password_from_stdin(client);
  co_return co_await log_in(client, std::move(request));
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
  const std::string verb = client.profile.modern ? "Removing" : "Remove";
  co_await say(client, verb + " login credentials for " + server + "\n");
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
