// apt_get.cc — apt-get and apt: their command lines.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/packages/apt_run.h"
#include "sim/userland/packages/package_tools.h"
#include "sim/vfs/walk.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr std::string_view kItems =
    "y yes, assume-yes, force-yes, q quiet?, s simulate, just-print, dry-run, "
    "d download-only, f fix-broken, m ignore-missing, u show-upgraded, "
    "no-install-recommends, install-recommends, reinstall, purge, auto-remove, "
    "autoremove, allow-unauthenticated, no-upgrade, t target-release=, "
    "o option=, c config-file=, V verbose-versions, assume-no, "
    "allow-downgrades, allow-remove-essential, print-uris, h help, v version";

const std::string kStates = "/var/lib/apt/extended_states";

struct Line {
  AptOptions options;
  std::string verb;
  List names;
  std::optional<std::string> error;
};

Line read_line(const List& argv) {
  const List words(argv.begin() + 1, argv.end());
  const Options given = parse_options(words, kItems);
  Line line;
  if (given.error) line.error = given.error;
  const auto any = [&given](std::initializer_list<std::string_view> keys) {
    return std::ranges::any_of(
        keys, [&given](std::string_view key) { return given.has(key); });
  };
  line.options.yes = any({"y", "assume-yes", "force-yes"});
  line.options.simulate = any({"s", "just-print", "dry-run"});
  line.options.no_recommends = given.has("no-install-recommends");
  line.options.reinstall = given.has("reinstall");
  line.options.purge = given.has("purge");
  line.options.download_only = given.has("d");
  line.options.auto_remove = any({"auto-remove", "autoremove"});
  for (const Option& option : given.given) {
    if (option.key == "q") ++line.options.quiet;
    if (option.key == "q" && option.value == "q") ++line.options.quiet;
    if (option.key == "q" && option.value == "=2") line.options.quiet = 2;
    if (option.key == "o" && option.value == "APT::Install-Recommends=false") {
      line.options.no_recommends = true;
    }
  }
  if (line.options.quiet > 1) line.options.yes = true;
  line.names = given.operands;
  if (given.has("h")) line.verb = "help";
  if (line.names.empty()) return line;
  line.verb = line.names.front();
  line.names.erase(line.names.begin());
  return line;
}

bool may_administer(Apt& apt, bool lists) {
  if (apt.out.self().credentials().uid == 0 || apt.options.simulate) {
    return true;
  }
  const std::string_view lock =
      lists ? "/var/lib/apt/lists/lock" : "/var/lib/dpkg/lock";
  apt.out.complain_plain(fmt::format(
      "E: Could not open lock file {} - open (13: Permission denied)\n", lock));
  apt.out.complain_plain(
      lists ? "E: Unable to lock directory /var/lib/apt/lists/\n"
            : "E: Unable to lock the administration directory "
              "(/var/lib/dpkg/), are you root?\n");
  return false;
}

Task<void> load(Apt& apt) {
  Process& self = apt.out.self();
  apt.say("Reading package lists...\n");
  apt.known = co_await load_lists(self);
  apt.database = co_await load_dpkg(self);
  apt.automatic = co_await load_automatic(self);
  apt.say("Building dependency tree...\n");
  if (apt.database.found) apt.say("Reading state information...\n");
}

int fail(Apt& apt, std::string_view why) {
  apt.out.complain_plain(fmt::format("E: {}\n", why));
  return kAptFailure;
}

void say_unneeded(Apt& apt) {
  const List names = no_longer_required(apt.database, apt.automatic);
  if (names.empty()) return;
  apt_list(apt,
           "The following packages were automatically installed and are no "
           "longer required:",
           names);
  apt.say("Use 'apt-get autoremove' to remove them.\n");
}

Task<int> install(Apt& apt, List names) {
  co_await load(apt);
  List removed;
  const auto minus = [&apt](const std::string& name) {
    return name.ends_with('-') &&
           !std::ranges::binary_search(apt.known, name, {}, &Package::name);
  };
  for (const std::string& name : names) {
    if (minus(name)) removed.push_back(name.substr(0, name.size() - 1));
  }
  std::erase_if(names, minus);
  const InstallWish wish{names, !apt.options.no_recommends,
                         apt.options.reinstall};
  Result<AptPlan> plan = plan_install(apt.known, apt.database, wish);
  if (!plan) co_return fail(apt, plan.error().text);
  const Result<AptPlan> less = plan_remove(apt.known, apt.database, removed);
  if (!less) co_return fail(apt, less.error().text);
  plan->remove = less->remove;
  for (const auto& [asked, meant] : plan->selected_instead) {
    apt.say(
        fmt::format("Note, selecting '{}' instead of '{}'\n", meant, asked));
  }
  for (const std::string& name : plan->already_newest) {
    apt.say(fmt::format("{} is already the newest version.\n", name));
    apt.automatic.erase(name);
  }
  say_unneeded(apt);
  co_return co_await apt_carry_out(apt, *plan);
}

Task<int> remove(Apt& apt, List names) {
  co_await load(apt);
  const Result<AptPlan> plan = plan_remove(apt.known, apt.database, names);
  if (!plan) co_return fail(apt, plan.error().text);
  for (const std::string& name : plan->not_installed) {
    apt.say(
        fmt::format("Package '{}' is not installed, so not removed\n", name));
  }
  DpkgDatabase after = apt.database;
  for (const Package& package : plan->remove) after.forget(package.name);
  List names_left = no_longer_required(after, apt.automatic);
  AptPlan all = *plan;
  if (apt.options.auto_remove) {
    for (const std::string& name : names_left) {
      all.remove.push_back(apt.database.find(name)->package);
    }
  } else if (!names_left.empty()) {
    apt_list(apt,
             "The following packages were automatically installed and are no "
             "longer required:",
             names_left);
    apt.say("Use 'apt-get autoremove' to remove them.\n");
  }
  co_return co_await apt_carry_out(apt, std::move(all));
}

Task<int> autoremove(Apt& apt) {
  co_await load(apt);
  AptPlan plan;
  for (const std::string& name :
       no_longer_required(apt.database, apt.automatic)) {
    plan.remove.push_back(apt.database.find(name)->package);
  }
  co_return co_await apt_carry_out(apt, std::move(plan));
}

Task<int> upgrade(Apt& apt) {
  co_await load(apt);
  if (apt.modern) apt.say("Calculating upgrade... ");
  co_return co_await apt_carry_out(apt, AptPlan());
}

Task<int> clean(Apt& apt) {
  Process& self = apt.out.self();
  const std::string archives = "/var/cache/apt/archives";
  const auto entries = self.readdir(archives);
  if (!entries) co_return 0;
  for (const vfs::DirectoryEntry& entry : *entries) {
    if (!entry.name.ends_with(".deb")) continue;
    static_cast<void>(self.unlink(archives + "/" + entry.name));
  }
  static_cast<void>(self.unlink("/var/cache/apt/pkgcache.bin"));
  static_cast<void>(self.unlink("/var/cache/apt/srcpkgcache.bin"));
  co_return 0;
}

Task<int> dispatch(Apt& apt, std::string verb, List names) {
  const bool lists = verb == "update";
  constexpr std::array kVerbs = {
      "update", "install",      "remove",    "purge", "autoremove",  "upgrade",
      "clean",  "dist-upgrade", "autoclean", "check", "full-upgrade"};
  if (std::ranges::find(kVerbs, verb) == kVerbs.end()) {
    co_return fail(apt, fmt::format("Invalid operation {}", verb));
  }
  if (!may_administer(apt, lists)) co_return kAptFailure;
  if (verb == "purge") apt.options.purge = true;
  if (lists) co_return co_await apt_update(apt);
  if (verb == "install") co_return co_await install(apt, names);
  if (verb == "remove" || verb == "purge")
    co_return co_await remove(apt, names);
  if (verb == "autoremove") co_return co_await autoremove(apt);
  if (verb.ends_with("upgrade")) co_return co_await upgrade(apt);
  if (verb == "check") {
    co_await load(apt);
    co_return 0;
  }
  co_return co_await clean(apt);
}

/// Words changed between wheezy and its followers.
Task<bool> is_modern(Process& self) {
  const SysResult<Bytes> version =
      co_await read_file(self, "/etc/debian_version");
  co_return !version || !version->starts_with("7");
}

Task<int> run(Output& out, std::string_view help) {
  const Line line = read_line(out.self().argv());
  const bool modern = co_await is_modern(out.self());
  Apt apt{out, line.options, modern, {}, {}, {}};
  if (line.error) co_return fail(apt, *line.error);
  if (line.verb.empty() || line.verb == "help") {
    out.say(help);
    co_return line.verb.empty() && modern ? 1 : 0;
  }
  co_return co_await dispatch(apt, line.verb, line.names);
}

constexpr std::string_view kHelp =
    "apt for amd64\n"
    "Usage: apt-get [options] command\n"
    "       apt-get [options] install|remove pkg1 [pkg2 ...]\n"
    "\n"
    "Commands:\n"
    "   update - Retrieve new lists of packages\n"
    "   upgrade - Perform an upgrade\n"
    "   install - Install new packages (pkg is libc6 not libc6.deb)\n"
    "   remove - Remove packages\n"
    "   autoremove - Remove automatically all unused packages\n"
    "   purge - Remove packages and config files\n"
    "   clean - Erase downloaded archive files\n"
    "   check - Verify that there are no broken dependencies\n";

}  // namespace

Task<std::set<std::string>> load_automatic(Process& self) {
  std::set<std::string> names;
  const SysResult<Bytes> text = co_await read_file(self, kStates);
  if (!text) co_return names;
  for (const std::string& line : split(*text, '\n')) {
    if (line.starts_with("Package: ")) names.insert(line.substr(9));
  }
  co_return names;
}

Task<SysOutcome> save_automatic(Process& self, std::set<std::string> names) {
  std::string text;
  for (const std::string& name : names) {
    text += fmt::format(
        "Package: {}\nArchitecture: amd64\nAuto-Installed: 1\n\n", name);
  }
  const SysOutcome there = make_directories(self, vfs::dir_name(kStates));
  if (!there) co_return there;
  co_return co_await write_file(self, kStates, text);
}

Task<int> apt_get_main(Process& self) {
  Output out(self);
  const int status = co_await run(out, kHelp);
  co_return co_await out.finish(status, kAptFailure);
}

Task<int> apt_main(Process& self) {
  Output out(self);
  if (!self.isatty(kStdout)) {
    out.complain_plain(
        "\nWARNING: apt does not have a stable CLI interface yet. Use with "
        "caution in scripts.\n\n");
  }
  const List& argv = self.argv();
  const bool search =
      argv.size() > 1 &&
      (argv[1] == "search" || argv[1] == "show" || argv[1] == "policy");
  if (search) {
    co_await out.flush();
    co_return co_await apt_cache_main(self);
  }
  const int status = co_await run(out, kHelp);
  co_return co_await out.finish(status, kAptFailure);
}

}  // namespace drydock::userland
