// apt_cache.cc — apt-cache: asking about packages; apt-key: about signatures.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/packages/apt_run.h"
#include "sim/userland/packages/package_tools.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/regex.h"

namespace drydock::userland {

using namespace kernel;

namespace {

struct Cache {
  Output& out;
  std::vector<Package> known;
  DpkgDatabase database;

  const Package* find(std::string_view name) const {
    const auto at = std::ranges::lower_bound(known, name, {}, &Package::name);
    return at != known.end() && at->name == name ? &*at : nullptr;
  }
};

int search(Cache& cache, const List& patterns, bool names_only) {
  std::vector<Regex> regexes;
  for (const std::string& pattern : patterns) {
    RegexSyntax syntax;
    syntax.extended = true;
    syntax.ignore_case = true;
    const Result<Regex> regex = Regex::compile(pattern, syntax);
    if (!regex) {
      cache.out.complain_plain("E: Regex compilation error\n");
      return kAptFailure;
    }
    regexes.push_back(*regex);
  }
  for (const Package& package : cache.known) {
    const std::string text =
        names_only ? package.name : package.name + "\n" + package.description;
    const bool all = std::ranges::all_of(regexes, [&text](const Regex& regex) {
      return regex.matches(text) == RegexFound::yes;
    });
    if (!all) continue;
    cache.out.say(fmt::format("{} - {}\n", package.name, package.description));
  }
  return 0;
}

int show(Cache& cache, const List& names) {
  int status = 0;
  for (const std::string& name : names) {
    const Package* package = cache.find(name);
    const DpkgEntry* const entry = cache.database.find(name);
    if (!package && entry) package = &entry->package;
    if (package) {
      cache.out.say(stanza_of(*package));
      continue;
    }
    cache.out.complain_plain(
        fmt::format("W: Unable to locate package {}\n", name));
    status = kAptFailure;
  }
  if (status != 0) cache.out.complain_plain("E: No packages found\n");
  return status;
}

int policy(Cache& cache, const List& names) {
  for (const std::string& name : names) {
    const Package* const package = cache.find(name);
    const DpkgEntry* const entry = cache.database.find(name);
    const bool installed = entry && entry->installed();
    if (!package && !installed) {
      cache.out.complain_plain(
          fmt::format("N: Unable to locate package {}\n", name));
      continue;
    }
    const std::string version = installed ? entry->package.version : "(none)";
    const std::string candidate = package ? package->version : version;
    cache.out.say(
        fmt::format("{}:\n  Installed: {}\n  Candidate: {}\n  Version table:\n",
                    name, version, candidate));
    cache.out.say(
        fmt::format(" {} {} 0\n", installed ? "***" : "   ", candidate));
    if (package) {
      cache.out.say(
          fmt::format("        500 {} amd64 Packages\n", package->site));
    }
    if (installed) cache.out.say("        100 /var/lib/dpkg/status\n");
  }
  return 0;
}

int depends(Cache& cache, const List& names) {
  for (const std::string& name : names) {
    const Package* const package = cache.find(name);
    if (!package) {
      cache.out.complain_plain("E: No packages found\n");
      return kAptFailure;
    }
    cache.out.say(name + "\n");
    const auto say = [&cache](std::string_view kind, const List& all) {
      for (const std::string& other : all) {
        cache.out.say(fmt::format("  {}: {}\n", kind, other));
      }
    };
    say("Depends", package->depends);
    say("Suggests", package->suggests);
    say("Recommends", package->recommends);
  }
  return 0;
}

}  // namespace

Task<int> apt_cache_main(Process& self) {
  Output out(self);
  const List words(self.argv().begin() + 1, self.argv().end());
  const Options line = parse_options(words, "n names-only, q quiet, f full");
  List names = line.operands;
  if (names.empty()) {
    out.say("apt for amd64\nUsage: apt-cache [options] command\n");
    co_return co_await out.finish(0);
  }
  const std::string verb = names.front();
  names.erase(names.begin());
  Cache cache{out, {}, {}};
  cache.known = co_await load_lists(self);
  cache.database = co_await load_dpkg(self);
  int status = kAptFailure;
  if (verb == "search") {
    status = search(cache, names, line.has("n"));
  } else if (verb == "show") {
    status = show(cache, names);
  } else if (verb == "policy") {
    status = policy(cache, names);
  } else if (verb == "depends") {
    status = depends(cache, names);
  } else if (verb == "pkgnames") {
    for (const Package& package : cache.known) out.say(package.name + "\n");
    status = 0;
  } else {
    out.complain_plain(fmt::format("E: Invalid operation {}\n", verb));
  }
  co_return co_await out.finish(status);
}

Task<int> apt_key_main(Process& self) {
  Output out(self);
  const List& argv = self.argv();
  const std::string verb = argv.size() > 1 ? argv[1] : "";
  if (verb == "list") {
    out.say("/etc/apt/trusted.gpg\n--------------------\n");
  } else if (verb == "add") {
    const std::string source = argv.size() > 2 ? argv[2] : "-";
    const SysResult<Bytes> key = co_await read_operand(self, source);
    if (!key) {
      out.complain_plain(fmt::format("gpg: can't open `{}'\n", source));
      co_return co_await out.finish(2);
    }
    const std::string keys = "/etc/apt/trusted.gpg.d/added.asc";
    const SysOutcome kept = co_await write_file(self, keys, *key);
    out.say(kept ? "OK\n" : "");
    const int status = kept ? 0 : 1;
    co_return co_await out.finish(status);
  } else if (verb == "adv") {
    out.complain("drydock: `adv' is not modelled: no key server is near");
    co_return co_await out.finish(127);
  } else {
    out.say("Usage: apt-key [--keyring file] [command] [arguments]\n");
    const int status = verb == "help" ? 0 : 1;
    co_return co_await out.finish(status);
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
