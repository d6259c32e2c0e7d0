// id.cc — id, whoami, groups and logname: who runs this.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/accounts.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kId{
    .usage = "[OPTION]... [USER]",
    .gnu = "a, g group, G groups, n name, r real, u user, z zero",
    .busybox = "u, g, G, n, r"};
constexpr About kWhoami{.usage = "", .gnu = ""};
constexpr About kGroups{.usage = "[USERNAME]...", .gnu = ""};

struct Person {
  vfs::UserId uid = 0;
  vfs::GroupId gid = 0;
  std::vector<vfs::GroupId> groups;
};

Person of_process(const kernel::Process& self, bool busybox) {
  const vfs::Credentials& who = self.credentials();
  if (busybox) return {who.uid, who.gid, who.groups};
  Person person{who.uid, who.gid, {who.gid}};
  for (const vfs::GroupId group : who.groups) {
    if (group != who.gid) person.groups.push_back(group);
  }
  return person;
}

std::string with_name(std::uint32_t id, const std::string* name) {
  return name ? fmt::format("{}({})", id, *name) : std::to_string(id);
}

std::string user_text(const Accounts& accounts, vfs::UserId uid) {
  const User* const row = accounts.user(uid);
  return with_name(uid, row ? &row->name : nullptr);
}

std::string group_text(const Accounts& accounts, vfs::GroupId gid) {
  const Group* const row = accounts.group(gid);
  return with_name(gid, row ? &row->name : nullptr);
}

std::string all(const Output& out, const Accounts& accounts,
                const Person& person) {
  std::string text =
      fmt::format("uid={} gid={}", user_text(accounts, person.uid),
                  group_text(accounts, person.gid));
  // busybox has what getgroups(2) says, which may be nothing.
  if (out.busybox() && person.groups.empty()) return text;
  List groups;
  for (const vfs::GroupId gid : person.groups) {
    groups.push_back(group_text(accounts, gid));
  }
  return text + " groups=" + join(groups, ",");
}

std::string chosen(const Accounts& accounts, const Person& person,
                   const Options& options) {
  const bool names = options.has("n");
  const auto group = [&](vfs::GroupId gid) {
    return names ? accounts.group_name(gid) : std::to_string(gid);
  };
  if (options.has("u")) {
    return names ? accounts.user_name(person.uid) : std::to_string(person.uid);
  }
  if (options.has("g")) return group(person.gid);
  List groups;
  const bool listed =
      std::ranges::find(person.groups, person.gid) != person.groups.end();
  if (!listed) groups.push_back(group(person.gid));
  for (const vfs::GroupId gid : person.groups) groups.push_back(group(gid));
  return join(groups, " ");
}

std::optional<Person> find(const Accounts& accounts, const std::string& name,
                           bool numbers) {
  const User* row = accounts.user(name);
  const auto uid = numbers ? parse_id(name) : std::nullopt;
  if (!row && uid) row = accounts.user(*uid);
  if (!row) return std::nullopt;
  return Person{row->uid, row->gid, accounts.groups_of(row->name, row->gid)};
}

std::string unknown(const Output& out, const std::string& name) {
  return out.busybox() ? "unknown user " + name
                       : quoted(name) + ": no such user";
}

}  // namespace

Task<int> id_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kId);
  if (line.status) co_return co_await out.finish(*line.status);
  int choices = 0;
  for (const char* const key : {"u", "g", "G"}) choices += line.has(key);
  if (choices > 1) {
    out.complain("cannot print \"only\" of more than one choice");
    co_return co_await out.finish(1);
  }
  if (choices == 0 && (line.has("n") || line.has("r"))) {
    out.complain("cannot print only names or real IDs in default format");
    co_return co_await out.finish(1);
  }
  const Accounts accounts = co_await read_accounts(self);
  std::vector<Person> people;
  for (const std::string& name : line.operands) {
    const auto person = find(accounts, name, !out.busybox());
    if (person) people.push_back(*person);
    if (!person) out.complain(unknown(out, name));
  }
  if (line.operands.empty()) people.push_back(of_process(self, out.busybox()));
  for (const Person& person : people) {
    out.say(choices == 0 ? all(out, accounts, person)
                         : chosen(accounts, person, line));
    out.say(std::string_view(line.has("z") ? "\0" : "\n", 1));
  }
  const int status = out.complained() ? 1 : 0;
  co_return co_await out.finish(status);
}

Task<int> whoami_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kWhoami);
  if (line.status) co_return co_await out.finish(*line.status);
  if (!line.operands.empty()) {
    const int status =
        refuse(out, kWhoami, "extra operand " + quoted(out, line.operands[0]));
    co_return co_await out.finish(status);
  }
  const Accounts accounts = co_await read_accounts(self);
  const vfs::UserId uid = self.credentials().uid;
  if (!accounts.user(uid)) {
    out.complain(out.busybox()
                     ? fmt::format("unknown uid {}", uid)
                     : fmt::format("cannot find name for user ID {}", uid));
    co_return co_await out.finish(1);
  }
  out.say(accounts.user_name(uid) + "\n");
  co_return co_await out.finish(0);
}

Task<int> groups_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kGroups);
  if (line.status) co_return co_await out.finish(*line.status);
  const Accounts accounts = co_await read_accounts(self);
  const auto names = [&](const Person& person) {
    List words;
    for (const vfs::GroupId gid : person.groups) {
      words.push_back(accounts.group_name(gid));
      if (!accounts.group(gid)) {
        out.complain(fmt::format("cannot find name for group ID {}", gid));
      }
    }
    return join(words, " ");
  };
  if (line.operands.empty())
    out.say(names(of_process(self, out.busybox())) + "\n");
  for (const std::string& name : line.operands) {
    const auto person = find(accounts, name, false);
    if (!person) {
      out.complain(unknown(out, name));
      continue;
    }
    const std::string prefix = out.busybox() ? "" : name + " : ";
    out.say(prefix + names(*person) + "\n");
  }
  const int status = out.complained() ? 1 : 0;
  co_return co_await out.finish(status);
}

Task<int> logname_main(kernel::Process& self) {
  // Nobody logs in to a container: there is no utmp, so there is no login name.
  Output out(self);
  const CommandLine line = read_command_line(out, kWhoami);
  if (line.status) co_return co_await out.finish(*line.status);
  out.complain(out.busybox() ? "getlogin: No such device or address"
                             : "no login name");
  co_return co_await out.finish(1);
}

}  // namespace drydock::userland
