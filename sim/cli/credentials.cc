// credentials.cc — reading and writing the user's config.json.

#include "sim/cli/credentials.h"

#include <nlohmann/json.hpp>

#include "sim/base/base64.h"
#include "sim/base/text.h"
#include "sim/cli/call.h"

namespace drydock::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>()
                                                   : "";
}

Credentials read_servers(const Json& servers) {
  Credentials credentials;
  if (!servers.is_object()) return credentials;
  for (const auto& [server, entry] : servers.items()) {
    if (!entry.is_object()) continue;
    const std::string pair = from_base64(text_at(entry, "auth"));
    const std::size_t colon = pair.find(':');
    if (colon == std::string::npos) continue;
    credentials.by_server[server] = {
        pair.substr(0, colon), pair.substr(colon + 1), text_at(entry, "email")};
  }
  return credentials;
}

/// The oldest form, of the Hub alone: "auth = BASE64" and "email = ADDRESS".
Credentials read_lines(const std::string& text) {
  Credentials credentials;
  Credential hub;
  for (const std::string& line : split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    const std::string_view key = trim(std::string_view(line).substr(0, equals));
    const std::string value(trim(std::string_view(line).substr(equals + 1)));
    if (key == "email") hub.email = value;
    if (key != "auth") continue;
    const std::string pair = from_base64(value);
    const std::size_t colon = pair.find(':');
    hub.user = pair.substr(0, colon);
    if (colon != std::string::npos) hub.password = pair.substr(colon + 1);
  }
  if (!hub.user.empty()) {
    credentials.by_server[std::string(kIndexServer)] = hub;
  }
  return credentials;
}

std::string home(const Client& client) {
  constexpr std::string_view kHome = "HOME";
  return client.console.getenv(kHome).value_or("/root");
}

}  // namespace

engine::RegistryAuth Credentials::of(const std::string& server) const {
  const auto found = by_server.find(server);
  if (found == by_server.end()) return {};
  return {found->second.user, found->second.password};
}

std::string credentials_path(const Client& client) {
  return home(client) + "/.docker/config.json";
}

Task<Credentials> load_credentials(Client& client) {
  Console& console = client.console;
  const SysResult<Bytes> recent =
      co_await console.read_file(credentials_path(client));
  if (recent) {
    const Json json = Json::parse(*recent, nullptr, false);
    if (!json.is_object() || !json.contains("auths")) co_return Credentials{};
    co_return read_servers(json["auths"]);
  }
  const SysResult<Bytes> old =
      co_await console.read_file(home(client) + "/.dockercfg");
  if (!old) co_return Credentials{};
  if (client.profile.modern) {
    co_await complain(client,
                      "WARNING: Support for the legacy ~/.dockercfg "
                      "configuration file and file-format is deprecated and "
                      "will be removed in an upcoming release\n");
  }
  const Json json = Json::parse(*old, nullptr, false);
  if (json.is_object()) co_return read_servers(json);
  co_return read_lines(*old);
}

Task<Outcome> save_credentials(Client& client, Credentials credentials) {
  Json servers = Json::object();
  for (const auto& [server, entry] : credentials.by_server) {
    Json json = Json::object();
    json["auth"] = base64(entry.user + ":" + entry.password);
    // 1.8 writes the key even when it has nothing to say.
    if (!client.profile.modern) json["email"] = entry.email;
    servers[server] = json;
  }
  // What else the file says stays: other programs keep their settings there.
  Json file = Json::object();
  const SysResult<Bytes> before =
      co_await client.console.read_file(credentials_path(client));
  if (before) {
    Json json = Json::parse(*before, nullptr, false);
    if (json.is_object()) file = std::move(json);
  }
  file["auths"] = servers;
  std::string text = file.dump(1, '\t');
  const SysOutcome made = client.console.mkdir(home(client) + "/.docker", 0700);
  static_cast<void>(made);  // It may be there.
  auto sink = co_await client.console.open_sink(credentials_path(client), 0600);
  if (!sink) co_return Error{std::string(text_of(sink.error()))};
  const Outcome written = co_await (*sink)->write(std::move(text));
  (*sink)->close();
  co_return written;
}

}  // namespace drydock::cli
