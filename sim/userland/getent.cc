// getent.cc — print entries of the databases: passwd, group, hosts, shadow.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/accounts.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{.usage = "database [key ...]", .gnu = "s service="};

// Lines of a colon file; a key is the first field or the id in the third.
bool print_lines(Output& out, std::string_view content, const List& keys,
                 bool numbers) {
  const List lines = split(content, '\n');
  if (keys.empty()) {
    for (const std::string& line : lines) {
      if (!line.empty()) out.say(line + "\n");
    }
    return true;
  }
  bool all = true;
  for (const std::string& key : keys) {
    const auto found = std::ranges::find_if(lines, [&](const auto& line) {
      const List fields = split(line, ':');
      const bool by_id =
          numbers && parse_id(key) && fields.size() > 2 && fields[2] == key;
      return !line.empty() && (fields[0] == key || by_id);
    });
    if (found == lines.end()) {
      all = false;
    } else {
      out.say(*found + "\n");
    }
  }
  return all;
}

bool print_hosts(Output& out, std::string_view content, const List& keys) {
  bool all = true;
  std::vector<bool> seen(keys.size());
  for (const std::string& line : split(content, '\n')) {
    List words = split_blanks(line.substr(0, line.find('#')));
    if (words.size() < 2) continue;
    bool wanted = keys.empty();
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const bool has = std::ranges::find(words, keys[i]) != words.end();
      if (has && !seen[i]) wanted = seen[i] = true;
    }
    if (!wanted) continue;
    const std::string address = words.front();
    words.erase(words.begin());
    out.say(fmt::format("{:<15} {}\n", address, join(words, " ")));
  }
  for (const bool one : seen) all = all && one;
  return all;
}

// By the C library's own resolver: files first, then name servers.
Task<int> look_up_hosts(Output* out, List keys) {
  bool all = true;
  for (const std::string& key : keys) {
    const std::optional<kernel::Ipv4> address = kernel::parse_ipv4(key);
    Result<HostEntry, LookupFault> found = LookupFault::unknown;
    if (address) {
      found = co_await resolve_name_of(out->self(), *address);
    } else {
      found = co_await resolve_host(out->self(), key);
    }
    all = all && found;
    if (!found) continue;
    List names = {found->name};
    names.insert(names.end(), found->aliases.begin(), found->aliases.end());
    for (const kernel::Ipv4 each : found->addresses) {
      out->say(fmt::format("{:<15} {}\n", kernel::format_ipv4(each),
                           join(names, " ")));
    }
  }
  const int status = all ? 0 : 2;
  co_return co_await out->finish(status);
}

}  // namespace

Task<int> getent_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const std::string advice =
      "Try `getent --help' or `getent --usage' for more information.\n";
  if (line.operands.empty()) {
    out.complain("wrong number of arguments");
    out.complain_plain(advice);
    co_return co_await out.finish(1);
  }
  const std::string database = line.operands[0];
  const List keys(line.operands.begin() + 1, line.operands.end());
  const bool hosts = database == "hosts" || database == "ahosts";
  const List known = split(
      "passwd group shadow gshadow hosts services "
      "protocols networks",
      ' ');
  if (std::ranges::find(known, database) == known.end()) {
    out.complain_plain("Unknown database: " + database + "\n" + advice);
    co_return co_await out.finish(1);
  }
  if (hosts && !keys.empty()) {
    const int status = co_await look_up_hosts(&out, keys);
    co_return status;
  }
  const SysResult<Bytes> content = co_await read_file(self, "/etc/" + database);
  if (!content) co_return co_await out.finish(2);
  const bool all = hosts
                       ? print_hosts(out, *content, keys)
                       : print_lines(out, *content, keys, database != "shadow");
  const int status = all ? 0 : 2;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
