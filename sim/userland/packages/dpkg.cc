// dpkg.cc — dpkg and dpkg-query: asking about and removing what is installed.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/packages/dpkg_database.h"
#include "sim/userland/packages/package_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr std::string_view kItems =
    "l list, L listfiles, s status, S search, W show, i install, r remove, "
    "P purge, f showformat=, a pending, configure, unpack, get-selections, "
    "print-architecture, set-selections, force-all, add-architecture=, "
    "version, help";

/// "ii" and the like: what is wanted, and how it is.
std::string letters_of(const DpkgEntry& entry) {
  return entry.installed() ? "ii" : "rc";
}

bool wanted(const DpkgEntry& entry, const List& globs) {
  if (globs.empty()) return entry.installed() || entry.status == kConfigFiles;
  return std::ranges::any_of(globs, [&entry](const std::string& glob) {
    return matches(glob, entry.package.name);
  });
}

int list(Output& out, const DpkgDatabase& database, const List& globs) {
  std::vector<const DpkgEntry*> rows;
  std::size_t name = 14, version = 12, architecture = 12, text = 33;
  for (const DpkgEntry& entry : database.entries) {
    if (!wanted(entry, globs)) continue;
    rows.push_back(&entry);
    name = std::max(name, entry.package.qualified().size());
    version = std::max(version, entry.package.version.size());
  }
  for (const std::string& glob : globs) {
    const bool any = std::ranges::any_of(rows, [&glob](const DpkgEntry* row) {
      return matches(glob, row->package.name);
    });
    if (!any) {
      out.complain_plain(
          fmt::format("dpkg-query: no packages found matching {}\n", glob));
    }
  }
  if (rows.empty()) return 1;
  for (const DpkgEntry* row : rows) {
    text = std::max(text, row->package.description.size());
  }
  out.say(
      "Desired=Unknown/Install/Remove/Purge/Hold\n"
      "| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/"
      "Trig-pend\n"
      "|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n");
  out.say(fmt::format("||/ {:<{}} {:<{}} {:<{}} Description\n", "Name", name,
                      "Version", version, "Architecture", architecture));
  out.say(fmt::format("+++-{:=<{}}-{:=<{}}-{:=<{}}-{:=<{}}\n", "", name, "",
                      version, "", architecture, "", text));
  for (const DpkgEntry* row : rows) {
    const Package& p = row->package;
    out.say(fmt::format("{}  {:<{}} {:<{}} {:<{}} {}\n", letters_of(*row),
                        p.qualified(), name, p.version, version, p.architecture,
                        architecture, p.description));
  }
  return globs.size() > rows.size() ? 1 : 0;
}

Task<int> list_files(Output& out, const DpkgDatabase& database, List names) {
  int status = 0;
  for (const std::string& name : names) {
    const DpkgEntry* const entry = database.find(name);
    if (!entry) {
      out.complain_plain(fmt::format(
          "dpkg-query: package '{}' is not installed\nUse dpkg --info (= "
          "dpkg-deb --info) to examine archive files,\nand dpkg --contents (= "
          "dpkg-deb --contents) to list their contents.\n",
          name));
      status = 1;
      continue;
    }
    const SysResult<Bytes> text =
        co_await read_file(out.self(), list_path(entry->package));
    if (text) out.say(*text);
  }
  co_return status;
}

int status_of(Output& out, const DpkgDatabase& database, const List& names) {
  int status = 0;
  for (const std::string& name : names) {
    const DpkgEntry* const entry = database.find(name);
    if (entry) {
      out.say(stanza_of(entry->package, entry->status));
      continue;
    }
    out.complain_plain(fmt::format(
        "dpkg-query: package '{}' is not installed and no information is "
        "available\nUse dpkg --info (= dpkg-deb --info) to examine archive "
        "files,\nand dpkg --contents (= dpkg-deb --contents) to list their "
        "contents.\n",
        name));
    status = 1;
  }
  return status;
}

Task<int> search(Output& out, const DpkgDatabase& database, List patterns) {
  int status = 0;
  for (const std::string& pattern : patterns) {
    bool found = false;
    for (const DpkgEntry& entry : database.entries) {
      const SysResult<Bytes> text =
          co_await read_file(out.self(), list_path(entry.package));
      if (!text) continue;
      for (const std::string& path : split(*text, '\n')) {
        const bool hit = pattern.starts_with('/')
                             ? path == pattern
                             : path.find(pattern) != path.npos;
        if (!hit) continue;
        out.say(fmt::format("{}: {}\n", entry.package.qualified(), path));
        found = true;
      }
    }
    if (found) continue;
    out.complain_plain(fmt::format(
        "dpkg-query: no path found matching pattern {}\n", pattern));
    status = 1;
  }
  co_return status;
}

/// ${Package}, ${Version;10}, \n and \t in -f's format.
std::string format_entry(const DpkgEntry& entry, std::string_view format) {
  const Package& p = entry.package;
  std::string out;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] == '\\' && at + 1 < format.size()) {
      const char c = format[++at];
      out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
      continue;
    }
    const std::size_t close = format.find('}', at);
    if (!format.substr(at).starts_with("${") || close == format.npos) {
      out += format[at];
      continue;
    }
    std::string field = lower(format.substr(at + 2, close - at - 2));
    field = field.substr(0, field.find(';'));
    if (field == "package" || field == "binary:package") out += p.name;
    if (field == "version") out += p.version;
    if (field == "architecture") out += p.architecture;
    if (field == "section") out += p.section;
    if (field == "status") out += entry.status;
    if (field == "db:status-status") {
      out += entry.installed() ? "installed" : "config-files";
    }
    if (field == "installed-size") out += fmt::format("{}", p.installed_kib);
    if (field == "description" || field == "binary:summary") {
      out += p.description;
    }
    at = close;
  }
  return out;
}

int show(Output& out, const DpkgDatabase& database, const List& globs,
         std::string_view format) {
  bool any = globs.empty();
  for (const DpkgEntry& entry : database.entries) {
    if (!wanted(entry, globs)) continue;
    out.say(format_entry(entry, format));
    any = true;
  }
  if (any) return 0;
  out.complain_plain(fmt::format("dpkg-query: no packages found matching {}\n",
                                 globs.front()));
  return 1;
}

Task<int> remove(Output& out, DpkgDatabase database, List names, bool purge) {
  Process& self = out.self();
  const std::int64_t files = co_await count_files(self);
  out.say(
      fmt::format("(Reading database ... {} files and directories "
                  "currently installed.)\n",
                  files));
  for (const std::string& name : names) {
    const DpkgEntry* const entry = database.find(name);
    if (!entry) {
      out.complain_plain(fmt::format(
          "dpkg: warning: ignoring request to remove {} which isn't "
          "installed\n",
          name));
      continue;
    }
    const Package package = entry->package;
    out.say(fmt::format("Removing {} ({}) ...\n", package.qualified(),
                        package.version));
    co_await remove_files(self, package, purge);
    database.forget(package.name);
  }
  const SysOutcome saved = co_await save_dpkg(self, database);
  co_return saved ? 0 : 2;
}

Task<int> run(Output& out, const Options& line, bool query) {
  const DpkgDatabase database = co_await load_dpkg(out.self());
  const List& names = line.operands;
  const std::string verb =
      line.last_of({"l", "L", "s", "S", "W", "i", "r", "P", "get-selections",
                    "unpack", "print-architecture", "configure", "version"});
  if (verb == "l") co_return list(out, database, names);
  if (verb == "L") co_return co_await list_files(out, database, names);
  if (verb == "s") co_return status_of(out, database, names);
  if (verb == "S") co_return co_await search(out, database, names);
  if (verb == "W") {
    const std::string format =
        line.value("f").value_or("${Package}\\t${Version}\\n");
    co_return show(out, database, names, format);
  }
  if (verb == "get-selections") {
    for (const DpkgEntry& entry : database.entries) {
      const std::string name = entry.package.qualified();
      out.say(fmt::format(
          "{}{}{}\n", name,
          std::string(std::max<std::size_t>(
                          1, 6 - std::min<std::size_t>(name.size() / 8, 5)),
                      '\t'),
          entry.installed() ? "install" : "deinstall"));
    }
    co_return 0;
  }
  if (verb == "print-architecture") {
    out.say("amd64\n");
    co_return 0;
  }
  if (verb == "configure" || verb == "version") {
    out.say(verb == "version"
                ? "Debian `dpkg' package management program version 1.17.25 "
                  "(amd64).\n"
                : "");
    co_return 0;
  }
  if (verb == "r" || verb == "P") {
    co_return co_await remove(out, database, names, verb == "P");
  }
  if (verb == "i" || verb == "unpack") {
    out.complain(
        "drydock: installing a .deb by hand is not modelled; use apt-get");
    co_return 127;
  }
  out.complain_plain(fmt::format(
      "{}: error: need an action option\n\nType {} --help for help about "
      "installing and deinstalling packages [*];\n",
      out.name(), query ? "dpkg-query" : "dpkg"));
  co_return 2;
}

Task<int> run_main(Process& self, bool query) {
  Output out(self);
  const List words(self.argv().begin() + 1, self.argv().end());
  const Options line = parse_options(words, kItems);
  if (line.error) {
    out.complain_plain(fmt::format("{}: error: {}\n", out.name(), *line.error));
    co_return co_await out.finish(2);
  }
  const int status = co_await run(out, line, query);
  co_return co_await out.finish(status, 2);
}

}  // namespace

Task<int> dpkg_main(Process& self) { return run_main(self, false); }
Task<int> dpkg_query_main(Process& self) { return run_main(self, true); }

}  // namespace drydock::userland
