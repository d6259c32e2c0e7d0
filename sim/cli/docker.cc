// docker.cc — from words to the command they name.

#include "sim/cli/docker.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/explain.h"
#include "sim/cli/help.h"
#include "sim/cli/hints.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kGlobalFlags[] = {
    {0,   "config",    "string", Kind::text,   "~/.docker", kBoth, "Folder of the client's own settings"},
    {'c', "context",   "string", Kind::text,   "", k20, "Context that says which daemon to ask"},
    {'D', "debug",     "",       Kind::toggle, "", kBoth, "Tell what is done in detail"},
    {'h', "help",      "",       Kind::toggle, "", k18, "Print usage"},
    {'H', "host",      "list",   Kind::list,   "", kBoth, "Sockets of the daemon"},
    {'l', "log-level", "string", Kind::text,   "info", kBoth, "Which messages are logged"},
    {0,   "tls",       "",       Kind::toggle, "", kBoth, "Use TLS; --tlsverify asks for it too"},
    {0,   "tlscacert", "string", Kind::text,   "~/.docker/ca.pem", kBoth, "Certificate of the authority to trust"},
    {0,   "tlscert",   "string", Kind::text,   "~/.docker/cert.pem", kBoth, "Certificate to show"},
    {0,   "tlskey",    "string", Kind::text,   "~/.docker/key.pem", kBoth, "Key to that certificate"},
    {0,   "tlsverify", "",       Kind::toggle, "", kBoth, "Use TLS and verify who is there"},
    {'v', "version",   "",       Kind::toggle, "", kBoth, "Print the version and end"},
};
// clang-format on
static_assert(is_flag_table(kGlobalFlags));

constexpr std::string_view kSummary =
    "A self-sufficient runtime for containers";

std::string home_of(const Client& client) {
  constexpr std::string_view kHome = "HOME";
  return client.console.getenv(kHome).value_or("/root");
}

int columns_of(const Client& client) {
  constexpr int kColumns = 80;
  if (!client.console.out_is_terminal()) return kColumns;
  const int known = client.console.terminal_size().columns;
  return known > 0 ? known : kColumns;
}

std::string_view brief_of(const Entry& entry) {
  return entry.command == nullptr ? entry.brief : entry.command->brief;
}

/// The entries right below `prefix` ("" or "container "); groups or not.
std::string listed(const Profile& profile, std::string_view prefix,
                   bool groups) {
  std::string text;
  for (const Entry& entry : entries()) {
    if (!(entry.where & profile.where)) continue;
    if (!entry.path.starts_with(prefix)) continue;
    const std::string_view name = entry.path.substr(prefix.size());
    if (name.find(' ') != std::string_view::npos) continue;
    const bool management =
        prefix.empty() && entry.where == k20 && entry.command == nullptr;
    if (management != groups) continue;
    text += profile.modern
                ? fmt::format("  {:<11} {}\n", name, brief_of(entry))
                : fmt::format("    {:<9} {}\n", name, brief_of(entry));
  }
  return text;
}

std::string main_help(const Client& client) {
  const Profile& profile = client.profile;
  const std::string usages =
      flag_usages(profile, kGlobalFlags, columns_of(client), home_of(client));
  if (!profile.modern) {
    return fmt::format(
        "Usage: docker [OPTIONS] COMMAND [arg...]\n"
        "       docker daemon [ --help | ... ]\n"
        "       docker [ --help | -v | --version ]\n\n"
        "{}.\n\nOptions:\n\n{}\nCommands:\n{}\n"
        "Run 'docker COMMAND --help' for more information on a command.\n",
        kSummary, usages, listed(profile, "", false));
  }
  return fmt::format(
      "\nUsage:  docker [OPTIONS] COMMAND\n\n{}\n\nOptions:\n{}\n"
      "Management Commands:\n{}\nCommands:\n{}\n"
      "Run 'docker COMMAND --help' for more information on a command.\n\n"
      "To get more help with docker, check out our guides at "
      "https://docs.docker.com/go/guides/\n",
      kSummary, usages, listed(profile, "", true), listed(profile, "", false));
}

std::string group_help(const Client& client, const Entry& group) {
  return fmt::format(
      "\nUsage:  docker {0} COMMAND\n\n{1}\n\nCommands:\n{2}\n"
      "Run 'docker {0} COMMAND --help' for more information on a command.\n",
      group.path, group.brief,
      listed(client.profile, std::string(group.path) + " ", false));
}

std::string help_of(const Client& client, const Entry& entry) {
  if (entry.group) return group_help(client, entry);
  if (entry.command == nullptr) {
    return fmt::format("drydock: 'docker {}' is not modelled\n", entry.path);
  }
  return help_page(client.profile, entry.path, *entry.command,
                   columns_of(client), home_of(client));
}

std::string unknown_command(const Client& client, std::string_view name) {
  return fmt::format(
      "docker: '{}' is not a docker command.\n"
      "See 'docker --help'{}\n",
      name, client.profile.modern ? "" : ".");
}

Task<int> help_command(Client& client, List words) {
  if (words.empty()) co_return co_await end_saying(client, main_help(client));
  const Entry* entry = find_entry(words[0], client.profile.where);
  if (entry == nullptr) {
    const std::string text = unknown_command(client, words[0]);
    co_return co_await end_complaining(client, text);
  }
  if (entry->group && words.size() > 1) {
    const Entry* const below =
        find_entry(words[0] + " " + words[1], client.profile.where);
    if (below != nullptr) entry = below;
  }
  co_return co_await end_saying(client, help_of(client, *entry));
}

/// One that is no key=value.
bool has_odd_filter(const Flags& flags) {
  return std::ranges::any_of(flags.all(), [](const auto& given) {
    const auto& [flag, value] = given;
    return flag == "filter" && value.find('=') == std::string::npos;
  });
}

/// `words` from `first` on are the command's own.
Task<int> run_command(Client& client, const Entry& entry, List words,
                      std::size_t first) {
  const Profile& profile = client.profile;
  if (entry.command == nullptr) {
    const std::string text =
        fmt::format("drydock: 'docker {}' is not modelled", entry.path);
    co_return co_await end_complaining(client, text);
  }
  const Command& command = *entry.command;
  Grammar grammar = profile.grammar;
  if (command.words_follow) grammar.stops_at_operand = true;
  Result<Parsed> parsed = parse(command.flags, grammar, words, first);
  if (!parsed) {
    const std::string text = fmt::format("{}\nSee 'docker {} --help'.\n",
                                         parsed.error().text, entry.path);
    co_return co_await end_complaining(client, text, profile.statuses.usage);
  }
  if (parsed->help || parsed->flags.on("help")) {
    co_return co_await end_saying(client, help_of(client, entry));
  }
  const std::string complaint =
      operand_complaint(profile, entry.path, command, parsed->operands.size());
  if (!complaint.empty()) {
    co_return co_await end_complaining(client, complaint);
  }
  if (has_odd_filter(parsed->flags)) {  // Only the old client lets one by.
    co_return co_await end_complaining(
        client, "bad format of filter (expected name=value)");
  }
  Call call{&client, &command, std::string(entry.path),
            std::move(parsed->flags), std::move(parsed->operands)};
  const int status = co_await command.run(std::move(call));
  co_return status;
}

/// Below a group: `docker container ls`.
Task<int> run_group(Client& client, const Entry& group, List words) {
  if (words.size() == 1) {
    return end_complaining(client, group_help(client, group), 0);
  }
  const std::string& name = words[1];
  if (name == "--help" || name == "-h") {
    return end_saying(client, group_help(client, group));
  }
  const std::string path = std::string(group.path) + " " + name;
  const Entry* const entry = find_entry(path, client.profile.where);
  if (entry == nullptr) {
    return end_complaining(client, group_help(client, group));
  }
  return run_command(client, *entry, std::move(words), 2);
}

std::string version_line(const Profile& profile) {
  return fmt::format("Docker version {}, build {}\n", profile.versions.client,
                     profile.versions.git);
}

/// Whether the host that -H names is another than the daemon's.
std::string missing_daemon(const Client& client, const Flags& flags) {
  const std::string host = flags.text("host");
  if (host.empty() || host == "unix:///var/run/docker.sock") return "";
  return fmt::format(fmt::runtime(client.profile.words.no_daemon), host);
}

/// The task of the command that the first word names.
Task<int> dispatch(Client& client, const Flags& flags, List words) {
  const std::string& name = words.front();
  if (name == "help") {
    words.erase(words.begin());
    return help_command(client, std::move(words));
  }
  const Entry* const entry = find_entry(name, client.profile.where);
  if (entry == nullptr) {
    return end_complaining(client, unknown_command(client, name));
  }
  std::string missing = missing_daemon(client, flags);
  if (!missing.empty()) return end_complaining(client, std::move(missing));
  if (entry->group) return run_group(client, *entry, std::move(words));
  return run_command(client, *entry, std::move(words), 1);
}

}  // namespace

Task<int> docker(Client& client, std::vector<std::string> argv) {
  Grammar grammar = client.profile.grammar;
  grammar.stops_at_operand = true;
  Result<Parsed> parsed = parse(kGlobalFlags, grammar, argv, 1);
  if (!parsed) {
    std::string text = parsed.error().text + "\nSee 'docker --help'.\n";
    if (client.profile.modern) text += main_help(client);
    co_return co_await end_complaining(client, text,
                                       client.profile.statuses.usage);
  }
  if (parsed->help || parsed->flags.on("help")) {
    co_return co_await end_saying(client, main_help(client));
  }
  if (parsed->flags.on("version")) {
    co_return co_await end_saying(client, version_line(client.profile));
  }
  if (parsed->operands.empty()) {
    const std::string text = main_help(client);
    if (client.profile.modern) {
      co_return co_await end_complaining(client, text, 0);
    }
    co_return co_await end_saying(client, text);
  }
  const ExplainScope explanation(client);
  const HintScope scope(client, parsed->operands);
  const int status =
      co_await dispatch(client, parsed->flags, std::move(parsed->operands));
  co_await explanation.tell();
  co_await scope.tell(status);
  if (client.steps) client.steps->clear();
  co_return status;
}

std::vector<std::string> command_names(const Profile& profile) {
  std::vector<std::string> names;
  for (const Entry& entry : entries()) {
    if (entry.where & profile.where) names.emplace_back(entry.path);
  }
  return names;
}

}  // namespace drydock::cli
