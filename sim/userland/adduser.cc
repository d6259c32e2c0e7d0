// adduser.cc — adduser, addgroup, deluser, delgroup: Debian's scripts and
// busybox's applets.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/account_files.h"
#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/password.h"
#include "sim/userland/rm.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAdd{
    .usage = "[options] NAME [GROUP]",
    .gnu =
        "add_extra_groups, conf=, debug, disabled-login, disabled-password, "
        "encrypt-home, firstuid=, force-badname, G gid=, g gecos=, "
        "group, h home=, ingroup=, lastuid=, H no-create-home, quiet, "
        "s shell=, S system, u uid=",
    .busybox =
        "h home=, g gecos=, s shell=, G ingroup=, S system, "
        "D disabled-password, H no-create-home, u uid=, k skel="};
constexpr About kAddGroup{
    .usage = "[options] GROUP",
    .gnu = "conf=, debug, force-badname, g gid=, quiet, S system, group",
    .busybox = "g gid=, S system"};
constexpr About kDelete{
    .usage = "[options] NAME [GROUP]",
    .gnu =
        "backup, backup-to=, conf=, force, group, only-if-empty, quiet, "
        "remove-all-files, r remove-home, S system",
    .busybox = "r remove-home"};

/// A refusal in the words of the family.
struct Refusal {
  std::string debian, busybox;
};

Task<int> say_no(Output* out, Refusal refusal, int status) {
  out->complain(out->busybox() ? refusal.busybox : refusal.debian);
  co_return co_await out->finish(status);
}

Task<int> only_root(Output* out, std::string_view deed) {
  out->complain(out->busybox()
                    ? std::string("must be root")
                    : fmt::format("Only root may {} a user or group {} the "
                                  "system.",
                                  deed, deed == "add" ? "to" : "from"));
  co_return co_await out->finish(1);
}

struct Range {
  std::uint32_t first, last;
};

Range range_of(const Output& out, bool system) {
  if (!system) return {1000, out.busybox() ? 60000u : 59999u};
  return {100, 999};
}

/// The line about it, unless --quiet; busybox works in silence.
void tell(Output& out, const Options& options, const std::string& text) {
  if (!out.busybox() && !options.has("quiet")) out.say(text + "\n");
}

// adduser's plan of one new account.
struct Newcomer {
  User user;
  bool own_group = false;
  std::string group;  // The name of the primary group.
};

std::optional<Refusal> choose_ids(const Output& out, const Options& options,
                                  const Accounts& accounts, Newcomer& who) {
  const bool system = options.has("S");
  const Range range = range_of(out, system);
  auto uid = free_id(used_uids(accounts), range.first, range.last, false);
  if (const auto text = options.value("u")) {
    uid = parse_id(*text);
    if (!uid) {
      return Refusal{"Option uid: `" + *text + "' is no number.",
                     "invalid number '" + *text + "'"};
    }
    if (accounts.user(*uid)) {
      return Refusal{fmt::format("The UID {} is already in use.", *uid),
                     fmt::format("uid '{}' in use", *uid)};
    }
  }
  if (!uid) return Refusal{"No UID is available.", "no uids left"};
  who.user.uid = *uid;
  std::string group = options.value("ingroup").value_or("");
  if (out.busybox()) group = options.value("G").value_or("");
  if (!out.busybox() && options.has("G")) group = *options.value("G");
  if (group.empty() && system && !options.has("group")) group = "nogroup";
  if (group.empty()) {
    who.own_group = true;
    who.group = who.user.name;
    if (const Group* const same = accounts.group(who.group)) {
      if (!out.busybox()) {
        return Refusal{"The group `" + same->name + "' already exists.", ""};
      }
      who.own_group = false;
      who.user.gid = same->gid;
      return std::nullopt;
    }
    const auto gid =
        accounts.group(*uid)
            ? free_id(used_gids(accounts), range.first, range.last, false)
            : uid;
    if (!gid) return Refusal{"No GID is available.", "no gids left"};
    who.user.gid = *gid;
    return std::nullopt;
  }
  const auto gid = accounts.find_gid(group);
  if (!gid || !accounts.group(*gid)) {
    return Refusal{"The group `" + group + "' does not exist.",
                   "unknown group " + group};
  }
  who.user.gid = *gid;
  who.group = accounts.group_name(*gid);
  return std::nullopt;
}

std::string shell_of(const Output& out, const Options& options,
                     const Accounts& accounts) {
  if (const auto shell = options.value("s")) return *shell;
  if (options.has("S")) return "/bin/false";
  const User* const root = accounts.user("root");
  if (out.busybox()) return root ? root->shell : "/bin/sh";
  return "/bin/bash";
}

void tell_of(Output& out, const Options& options, const Newcomer& who) {
  const User& user = who.user;
  if (options.has("S")) {
    tell(out, options,
         fmt::format("Adding system user `{}' (UID {}) ...", user.name,
                     user.uid));
    if (who.own_group) {
      tell(out, options,
           fmt::format("Adding new group `{}' (GID {}) ...", who.group,
                       user.gid));
    }
    tell(out, options,
         fmt::format("Adding new user `{}' (UID {}) with group `{}' ...",
                     user.name, user.uid, who.group));
    return;
  }
  tell(out, options, fmt::format("Adding user `{}' ...", user.name));
  if (who.own_group) {
    tell(out, options,
         fmt::format("Adding new group `{}' ({}) ...", who.group, user.gid));
  }
  tell(out, options,
       fmt::format("Adding new user `{}' ({}) with group `{}' ...", user.name,
                   user.uid, who.group));
}

Task<SysOutcome> add_home(Output* out, const CommandLine* line, User user) {
  Process& self = out->self();
  if (line->has("H")) {
    tell(*out, *line,
         fmt::format("Not creating home directory `{}'.", user.home));
    co_return ok();
  }
  if (self.stat(user.home)) {
    tell(*out, *line,
         fmt::format("The home directory `{}' already exists.  Not copying "
                     "from `/etc/skel'.",
                     user.home));
    co_return ok();
  }
  tell(*out, *line, fmt::format("Creating home directory `{}' ...", user.home));
  const bool skeleton = !line->has("S");
  if (skeleton) tell(*out, *line, "Copying files from `/etc/skel' ...");
  co_return co_await make_home(self, user, skeleton);
}

/// Debian's chfn(1) after a new account: five questions, and whether they are
/// answered well.
Task<std::string> ask_gecos(Output* out, std::string name) {
  out->say("Changing the user information for " + name +
           "\nEnter the new value, or press ENTER for the default\n");
  List answers;
  for (const char* const question :
       {"Full Name", "Room Number", "Work Phone", "Home Phone", "Other"}) {
    out->say(fmt::format("\t{} []: ", question));
    co_await out->flush();
    const auto answer = co_await read_line(out->self(), kStdin);
    answers.push_back(answer.value_or(""));
  }
  out->say("Is the information correct? [Y/n] ");
  co_await out->flush();
  const auto answer = co_await read_line(out->self(), kStdin);
  static_cast<void>(answer);
  if (answers.back().empty()) answers.pop_back();
  co_return join(answers, ",");
}

bool asks_password(const Output& out, const Options& options) {
  if (options.has("S")) return false;
  if (out.busybox()) return !options.has("D");
  return !options.has("disabled-password") && !options.has("disabled-login");
}

Task<int> join_group(Output* out, const CommandLine* line) {
  const std::string user = line->operands[0], group = line->operands[1];
  AccountFiles files = co_await AccountFiles::read(out->self());
  const Accounts accounts = files.accounts();
  if (!accounts.user(user)) {
    Refusal refusal{"The user `" + user + "' does not exist.",
                    "unknown user " + user};
    co_return co_await say_no(out, refusal, 1);
  }
  const Group* const row = accounts.group(group);
  if (!row) {
    Refusal refusal{"The group `" + group + "' does not exist.",
                    "unknown group " + group};
    co_return co_await say_no(out, refusal, 1);
  }
  const List& members = row->members;
  if (std::find(members.begin(), members.end(), user) != members.end()) {
    tell(
        *out, *line,
        fmt::format("The user `{}' is already a member of `{}'.", user, group));
    co_return co_await out->finish(0);
  }
  files.join_group(user, group);
  const SysOutcome saved = co_await files.save(out->self());
  tell(*out, *line,
       fmt::format("Adding user `{}' to group `{}' ...\nAdding user {} to "
                   "group {}\nDone.",
                   user, group, user, group));
  const int status = saved ? 0 : 1;
  co_return co_await out->finish(status);
}

Task<int> add_user(Output* out, const CommandLine* line) {
  Process& self = out->self();
  Newcomer who;
  User& user = who.user;
  user.name = line->operands[0];
  AccountFiles files = co_await AccountFiles::read(self);
  const Accounts accounts = files.accounts();
  if (accounts.user(user.name)) {
    Refusal refusal{"The user `" + user.name + "' already exists.",
                    fmt::format("user '{}' in use", user.name)};
    co_return co_await say_no(out, refusal, 1);
  }
  if (!is_account_name(user.name)) {
    Refusal refusal{
        "Please enter a username matching the regular expression configured\n"
        "via the NAME_REGEX configuration variable.  Use the "
        "`--force-badname'\noption to relax this check or reconfigure "
        "NAME_REGEX.",
        fmt::format("'{}' is an invalid user name", user.name)};
    co_return co_await say_no(out, refusal, 1);
  }
  const auto refusal = choose_ids(*out, *line, accounts, who);
  if (refusal) co_return co_await say_no(out, *refusal, 1);
  user.home = line->value("h").value_or("/home/" + user.name);
  user.shell = shell_of(*out, *line, accounts);
  const bool busybox = out->busybox();
  user.gecos = line->value("g").value_or(busybox ? "Linux User,,," : ",,,");
  if (!busybox && line->has("S")) user.gecos = line->value("g").value_or("");
  if (who.own_group) files.add_group({who.group, "x", user.gid, {}});
  tell_of(*out, *line, who);
  const bool star = !busybox && line->has("S");
  files.add_user(
      user, fmt::format("{}:{}:0:99999:7:::", star ? "*" : "!", today(self)));
  const SysOutcome saved = co_await files.save(self);
  if (!saved) {
    out->complain("/etc/passwd", saved.error());
    co_return co_await out->finish(1);
  }
  const SysOutcome home = co_await add_home(out, line, user);
  if (!home) out->complain(user.home, home.error());
  if (!asks_password(*out, *line)) co_return co_await out->finish(0);
  if (busybox) out->say("Changing password for " + user.name + "\n");
  const auto password = co_await ask_password(out);
  if (password) {
    files.set_password(user.name, modelled_hash(user.name, *password));
    out->complain_plain(
        busybox ? fmt::format("passwd: password for {} changed by root\n",
                              user.name)
                : "passwd: password updated successfully\n");
  }
  if (!busybox && !line->has("g")) {
    user.gecos = co_await ask_gecos(out, user.name);
    files.replace_user(user.name, user);
  }
  const SysOutcome again = co_await files.save(self);
  const int status = again ? 0 : 1;
  co_return co_await out->finish(status);
}

Task<int> add_group(Output* out, const CommandLine* line) {
  Process& self = out->self();
  const std::string name = line->operands[0];
  AccountFiles files = co_await AccountFiles::read(self);
  const Accounts accounts = files.accounts();
  if (const Group* const there = accounts.group(name)) {
    const bool fine = line->has("S") && !out->busybox() && there->gid < 1000;
    if (fine) {
      tell(*out, *line,
           fmt::format("addgroup: The group `{}' already exists as a system "
                       "group. Exiting.",
                       name));
      co_return co_await out->finish(0);
    }
    Refusal refusal{"The group `" + name + "' already exists.",
                    fmt::format("group '{}' in use", name)};
    co_return co_await say_no(out, refusal, 1);
  }
  const Range range = range_of(*out, line->has("S"));
  auto gid = free_id(used_gids(accounts), range.first, range.last, false);
  if (const auto text = line->value("g")) {
    gid = parse_id(*text);
    if (!gid || accounts.group(*gid)) {
      Refusal refusal{fmt::format("The GID `{}' is already in use.", *text),
                      fmt::format("gid '{}' in use", *text)};
      co_return co_await say_no(out, refusal, 1);
    }
  }
  if (!gid) {
    Refusal refusal{"No GID is available.", "no gids left"};
    co_return co_await say_no(out, refusal, 1);
  }
  tell(*out, *line,
       fmt::format("Adding group `{}' (GID {}) ...\nDone.", name, *gid));
  files.add_group({name, "x", *gid, {}});
  const SysOutcome saved = co_await files.save(self);
  const int status = saved ? 0 : 1;
  co_return co_await out->finish(status);
}

Task<int> leave_group(Output* out, const CommandLine* line) {
  const std::string user = line->operands[0], group = line->operands[1];
  AccountFiles files = co_await AccountFiles::read(out->self());
  const Accounts accounts = files.accounts();
  const Group* const row = accounts.group(group);
  if (!row) {
    Refusal refusal{"The group `" + group + "' does not exist.",
                    "unknown group " + group};
    co_return co_await say_no(out, refusal, 3);
  }
  const List& members = row->members;
  if (std::find(members.begin(), members.end(), user) == members.end()) {
    Refusal refusal{fmt::format("The user `{}' is not a member of group `{}'.",
                                user, group),
                    fmt::format("{} is not a member of {}", user, group)};
    co_return co_await say_no(out, refusal, 6);
  }
  tell(*out, *line,
       fmt::format("Removing user `{}' from group `{}' ...\nDone.", user,
                   group));
  files.leave_group(user, group);
  const SysOutcome saved = co_await files.save(out->self());
  const int status = saved ? 0 : 1;
  co_return co_await out->finish(status);
}

Task<int> delete_user(Output* out, const CommandLine* line) {
  const std::string name = line->operands[0];
  AccountFiles files = co_await AccountFiles::read(out->self());
  const Accounts accounts = files.accounts();
  const User* const user = accounts.user(name);
  if (!user) {
    Refusal refusal{"The user `" + name + "' does not exist.",
                    "unknown user " + name};
    const int status = out->busybox() ? 1 : 2;
    co_return co_await say_no(out, refusal, status);
  }
  const std::string home = user->home;
  tell(*out, *line, fmt::format("Removing user `{}' ...", name));
  const Group* const own = accounts.group(name);
  if (own && own->gid == user->gid && own->members.empty()) {
    tell(*out, *line,
         fmt::format("Warning: group `{}' has no more members.", name));
    files.remove_group(name);
  }
  files.remove_user(name);
  const SysOutcome saved = co_await files.save(out->self());
  if (line->has("r")) {
    RemoveOptions options;
    options.recursive = options.force = true;
    co_await remove_tree(*out, home, options);
  }
  tell(*out, *line, "Done.");
  const int status = saved ? 0 : 1;
  co_return co_await out->finish(status);
}

Task<int> delete_group(Output* out, const CommandLine* line) {
  const std::string name = line->operands[0];
  AccountFiles files = co_await AccountFiles::read(out->self());
  const Accounts accounts = files.accounts();
  const Group* const group = accounts.group(name);
  if (!group) {
    Refusal refusal{"The group `" + name + "' does not exist.",
                    "unknown group " + name};
    const int status = out->busybox() ? 1 : 3;
    co_return co_await say_no(out, refusal, status);
  }
  for (const User& user : accounts.users) {
    if (user.gid != group->gid) continue;
    Refusal refusal{fmt::format("`{}' still has `{}' as their primary group!",
                                user.name, name),
                    fmt::format("'{}' still has '{}' as their primary group!",
                                user.name, name)};
    const int status = out->busybox() ? 1 : 7;
    co_return co_await say_no(out, refusal, status);
  }
  tell(*out, *line, fmt::format("Removing group `{}' ...\nDone.", name));
  files.remove_group(name);
  const SysOutcome saved = co_await files.save(out->self());
  const int status = saved ? 0 : 1;
  co_return co_await out->finish(status);
}

using Deed = Task<int> (*)(Output*, const CommandLine*);

/// One of the four names: `two` is for NAME GROUP.
Task<int> change_accounts(Process& self, const About* about, Deed one,
                          Deed two) {
  Output out(self);
  const CommandLine line = read_command_line(out, *about);
  if (line.status) co_return co_await out.finish(*line.status);
  if (self.credentials().uid != 0) {
    const bool adding = out.name().find("add") != std::string::npos;
    const std::string_view deed = adding ? "add" : "remove";
    co_return co_await only_root(&out, deed);
  }
  const std::size_t count = line.operands.size();
  if (count == 1) co_return co_await one(&out, &line);
  if (count == 2) co_return co_await two(&out, &line);
  const int status =
      refuse(out, *about,
             count == 0 ? "Only one or two names allowed." : "Too many names.");
  co_return co_await out.finish(status);
}

}  // namespace

// Debian's addgroup is a link to adduser, and delgroup to deluser: the name
// tells.
Task<int> adduser_main(Process& self) {
  const List& words = self.argv();
  const auto given = [&](std::string_view option) {
    return std::find(words.begin(), words.end(), option) != words.end();
  };
  const bool by_name = vfs::base_name(words.front()) == "addgroup";
  const bool group = by_name || (given("--group") && !given("--system"));
  const About* const about = group ? &kAddGroup : &kAdd;
  const Deed deed = group ? add_group : add_user;
  co_return co_await change_accounts(self, about, deed, join_group);
}

Task<int> addgroup_main(Process& self) {
  co_return co_await change_accounts(self, &kAddGroup, add_group, join_group);
}

Task<int> deluser_main(Process& self) {
  const bool group = vfs::base_name(self.argv().front()) == "delgroup";
  const Deed deed = group ? delete_group : delete_user;
  co_return co_await change_accounts(self, &kDelete, deed, leave_group);
}

Task<int> delgroup_main(Process& self) {
  co_return co_await change_accounts(self, &kDelete, delete_group, leave_group);
}

}  // namespace drydock::userland
