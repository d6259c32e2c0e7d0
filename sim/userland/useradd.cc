// useradd.cc — useradd, userdel and usermod of the shadow suite.

#include <fmt/format.h>

#include "sim/userland/account_files.h"
#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/rm.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kUseradd{
    .usage = "[options] LOGIN",
    .gnu =
        "c comment=, d home-dir=, e expiredate=, f inactive=, g gid=, "
        "G groups=, l no-log-init, m create-home, M no-create-home, "
        "N no-user-group, o non-unique, p password=, r system, s shell=, "
        "u uid=, U user-group, K key=, k skel=, b base-dir=",
    .refusal = 2};
constexpr About kUserdel{
    .usage = "[options] LOGIN", .gnu = "f force, r remove", .refusal = 2};
constexpr About kUsermod{
    .usage = "[options] LOGIN",
    .gnu =
        "a append, c comment=, d home=, g gid=, G groups=, l login=, "
        "L lock, m move-home, o non-unique, p password=, s shell=, u uid=, "
        "U unlock",
    .refusal = 2};

struct Failure {
  int status;
  std::string text;
};

// -G: each of the groups must be there.
std::optional<Failure> find_groups(const Accounts& accounts,
                                   const std::string& list, List& names) {
  for (const std::string& word : split(list, ',')) {
    if (word.empty()) continue;
    const auto gid = accounts.find_gid(word);
    if (!gid || !accounts.group(*gid)) {
      return Failure{6, fmt::format("group '{}' does not exist", word)};
    }
    names.push_back(accounts.group_name(*gid));
  }
  return std::nullopt;
}

std::optional<Failure> choose_uid(const Accounts& accounts,
                                  const Options& options, User& user) {
  if (const auto text = options.value("u")) {
    const auto uid = parse_id(*text);
    if (!uid) return Failure{3, fmt::format("invalid user ID '{}'", *text)};
    if (accounts.user(*uid) && !options.has("o")) {
      return Failure{4, fmt::format("UID {} is not unique", *uid)};
    }
    user.uid = *uid;
    return std::nullopt;
  }
  const bool system = options.has("r");
  const auto uid = free_id(used_uids(accounts), system ? 101 : 1000,
                           system ? 999 : 60000, system);
  if (!uid) return Failure{4, "can't get unique UID (no more available UIDs)"};
  user.uid = *uid;
  return std::nullopt;
}

// The primary group: that of -g, or one of the user's own, made now.
std::optional<Failure> choose_group(AccountFiles& files, const Options& options,
                                    User& user) {
  const Accounts accounts = files.accounts();
  if (const auto text = options.value("g")) {
    const auto gid = accounts.find_gid(*text);
    if (!gid || !accounts.group(*gid)) {
      return Failure{6, fmt::format("group '{}' does not exist", *text)};
    }
    user.gid = *gid;
    return std::nullopt;
  }
  if (options.has("N")) {
    user.gid = 100;
    return std::nullopt;
  }
  if (accounts.group(user.name)) {
    return Failure{
        9, fmt::format("group {} exists - if you want to add this user to "
                       "that group, use -g.",
                       user.name)};
  }
  const bool system = options.has("r");
  std::optional<std::uint32_t> gid = user.uid;
  if (accounts.group(*gid)) {
    gid = free_id(used_gids(accounts), system ? 101 : 1000,
                  system ? 999 : 60000, system);
  }
  if (!gid) return Failure{4, "can't get unique GID (no more available GIDs)"};
  user.gid = *gid;
  files.add_group({user.name, "x", *gid, {}});
  return std::nullopt;
}

Task<int> fail(Output* out, Failure failure) {
  out->complain(failure.text);
  co_return co_await out->finish(failure.status);
}

Task<int> cannot_lock(Output* out, std::string file) {
  out->complain("Permission denied.");
  out->complain(fmt::format("cannot lock {}; try again later.", file));
  co_return co_await out->finish(1);
}

Task<int> usage(Output* out, const About* about) {
  out->complain_plain(fmt::format("Usage: {} {}\n", out->name(), about->usage));
  co_return co_await out->finish(2);
}

std::optional<Failure> plan_user(AccountFiles& files, const Options& options,
                                 User& user, List& groups) {
  user.name = options.operands[0];
  if (!is_account_name(user.name)) {
    return Failure{3, fmt::format("invalid user name '{}'", user.name)};
  }
  const Accounts accounts = files.accounts();
  if (accounts.user(user.name)) {
    return Failure{9, fmt::format("user '{}' already exists", user.name)};
  }
  if (const auto failure =
          find_groups(accounts, options.value("G").value_or(""), groups)) {
    return failure;
  }
  if (const auto failure = choose_uid(accounts, options, user)) return failure;
  user.gecos = options.value("c").value_or("");
  user.home = options.value("d").value_or(
      concat(options.value("b").value_or("/home"), user.name));
  user.shell = options.value("s").value_or("/bin/sh");
  return choose_group(files, options, user);
}

}  // namespace

Task<int> useradd_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kUseradd);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() != 1) co_return co_await usage(&out, &kUseradd);
  if (self.credentials().uid != 0) {
    co_return co_await cannot_lock(&out, "/etc/passwd");
  }
  AccountFiles files = co_await AccountFiles::read(self);
  User user;
  List groups;
  if (const auto failure = plan_user(files, line, user, groups)) {
    co_return co_await fail(&out, *failure);
  }
  const std::string password = line.value("p").value_or("!");
  const std::string ages = line.has("r") ? "::::::" : ":0:99999:7:::";
  files.add_user(user, fmt::format("{}:{}{}", password, today(self), ages));
  for (const std::string& group : groups) files.join_group(user.name, group);
  const SysOutcome saved = co_await files.save(self);
  if (!saved) co_return co_await cannot_lock(&out, "/etc/passwd");
  if (line.has("m") && !line.has("M") && !self.stat(user.home)) {
    const SysOutcome made = co_await make_home(self, user, true);
    if (!made) {
      out.complain("cannot create directory " + user.home);
      co_return co_await out.finish(12);
    }
  } else if (line.has("m") && !line.has("M")) {
    out.complain("warning: the home directory already exists.");
    out.complain_plain("Not copying any file from skel directory into it.\n");
  }
  co_return co_await out.finish(0);
}

Task<int> userdel_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kUserdel);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() != 1) co_return co_await usage(&out, &kUserdel);
  if (self.credentials().uid != 0) {
    co_return co_await cannot_lock(&out, "/etc/passwd");
  }
  AccountFiles files = co_await AccountFiles::read(self);
  const Accounts accounts = files.accounts();
  const User* const row = accounts.user(line.operands[0]);
  if (!row) {
    out.complain(fmt::format("user '{}' does not exist", line.operands[0]));
    co_return co_await out.finish(6);
  }
  const User user = *row;
  files.remove_user(user.name);
  const Group* const own = accounts.group(user.name);
  bool shared = false;
  for (const User& other : accounts.users) {
    const bool same = own && other.gid == own->gid;
    shared = shared || (same && other.name != user.name);
  }
  const bool lonely =
      own && (own->members.empty() ||
              (own->members.size() == 1 && own->members[0] == user.name));
  if (lonely && !shared) files.remove_group(user.name);
  const SysOutcome saved = co_await files.save(self);
  if (!saved) co_return co_await cannot_lock(&out, "/etc/passwd");
  if (line.has("r")) {
    const std::string mail = "/var/mail/" + user.name;
    if (!self.unlink(mail)) {
      out.complain(
          fmt::format("{} mail spool ({}) not found", user.name, mail));
    }
    if (!self.stat(user.home)) {
      out.complain(fmt::format("{} home directory ({}) not found", user.name,
                               user.home));
    } else {
      RemoveOptions options;
      options.recursive = options.force = true;
      co_await remove_tree(out, user.home, options);
    }
  }
  co_return co_await out.finish(0);
}

namespace {

std::optional<Failure> change_user(AccountFiles& files, const Options& options,
                                   User& user) {
  const Accounts accounts = files.accounts();
  const std::string former = user.name;
  if (const auto text = options.value("g")) {
    const auto gid = accounts.find_gid(*text);
    if (!gid || !accounts.group(*gid)) {
      return Failure{6, fmt::format("group '{}' does not exist", *text)};
    }
    user.gid = *gid;
  }
  List groups;
  const std::string listed = options.value("G").value_or("");
  if (const auto failure = find_groups(accounts, listed, groups)) {
    return failure;
  }
  if (options.has("u")) {
    if (const auto failure = choose_uid(accounts, options, user)) {
      return failure;
    }
  }
  user.gecos = options.value("c").value_or(user.gecos);
  user.home = options.value("d").value_or(user.home);
  user.shell = options.value("s").value_or(user.shell);
  user.name = options.value("l").value_or(user.name);
  if (user.name != former && accounts.user(user.name)) {
    return Failure{9, fmt::format("user '{}' already exists", user.name)};
  }
  files.replace_user(former, user);
  if (options.has("G") || user.name != former) {
    for (const Group& group : accounts.groups) {
      const bool member = std::find(group.members.begin(), group.members.end(),
                                    former) != group.members.end();
      const bool keep = !options.has("G") || options.has("a");
      files.leave_group(former, group.name);
      if (member && keep) files.join_group(user.name, group.name);
    }
  }
  for (const std::string& group : groups) files.join_group(user.name, group);
  const std::string password = files.password(user.name).value_or("");
  if (options.has("L") && !password.starts_with('!')) {
    files.set_password(user.name, "!" + password);
  }
  if (options.has("U") && password.size() > 1 && password[0] == '!') {
    files.set_password(user.name, password.substr(1));
  }
  if (const auto given = options.value("p")) {
    files.set_password(user.name, *given);
  }
  return std::nullopt;
}

}  // namespace

Task<int> usermod_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kUsermod);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() != 1) co_return co_await usage(&out, &kUsermod);
  if (self.credentials().uid != 0) {
    co_return co_await cannot_lock(&out, "/etc/passwd");
  }
  if (line.given.empty()) {
    out.complain("no options");
    co_return co_await usage(&out, &kUsermod);
  }
  AccountFiles files = co_await AccountFiles::read(self);
  const Accounts accounts = files.accounts();
  const User* const row = accounts.user(line.operands[0]);
  if (!row) {
    out.complain(fmt::format("user '{}' does not exist", line.operands[0]));
    co_return co_await out.finish(6);
  }
  User user = *row;
  if (const auto failure = change_user(files, line, user)) {
    co_return co_await fail(&out, *failure);
  }
  if (line.has("m") && user.home != row->home) {
    static_cast<void>(self.rename(row->home, user.home));
  }
  const SysOutcome saved = co_await files.save(self);
  if (!saved) co_return co_await cannot_lock(&out, "/etc/passwd");
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
