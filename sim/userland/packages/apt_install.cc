// apt_install.cc — apt-get install, remove, purge: showing and doing the plan.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/packages/apt_run.h"

namespace drydock::userland {

using namespace kernel;

namespace {

const std::string kArchives = "/var/cache/apt/archives";

std::string deb_name(const Package& package) {
  return fmt::format("{}_{}_{}.deb", package.name,
                     replace_all(package.version, ":", "%3a"),
                     package.architecture);
}

List names_of(const std::vector<Package>& packages) {
  List names;
  for (const Package& package : packages) names.push_back(package.name);
  std::ranges::stable_sort(names);
  return names;
}

/// What comes along without having been asked for.
List extra_names(const AptPlan& plan) {
  List extra = names_of(plan.install);
  std::erase_if(extra, [&plan](const std::string& name) {
    return plan.asked.contains(name);
  });
  return extra;
}

void show(Apt& apt, const AptPlan& plan) {
  const List extra = extra_names(plan);
  apt_list(apt, "The following extra packages will be installed:", extra);
  apt_list(apt, "Suggested packages:", plan.suggested);
  apt_list(apt, "Recommended packages:", plan.recommended);
  List removed = names_of(plan.remove);
  if (apt.options.purge) {
    for (std::string& name : removed) name += "*";
  }
  apt_list(apt, "The following packages will be REMOVED:", removed);
  apt_list(apt, "The following NEW packages will be installed:",
           names_of(plan.install));
  apt.say(fmt::format(
      "0 upgraded, {} newly installed, {} to remove and 0 not upgraded.\n",
      plan.install.size(), plan.remove.size()));
  std::int64_t download = 0, kib = 0;
  for (const Package& package : plan.install) {
    download += package.download_bytes;
    kib += package.installed_kib;
  }
  for (const Package& package : plan.remove) kib -= package.installed_kib;
  if (!plan.install.empty()) {
    apt.say(fmt::format("Need to get {} of archives.\n", apt_size(download)));
  }
  if (kib > 0) {
    apt.say(
        fmt::format("After this operation, {} of additional disk space "
                    "will be used.\n",
                    apt_size(kib * 1024)));
  } else if (kib < 0) {
    apt.say(fmt::format("After this operation, {} disk space will be freed.\n",
                        apt_size(kib * 1024)));
  }
}

/// Asks where apt-get asks: when more happens than was asked for.
Task<bool> confirm(Apt& apt, const AptPlan& plan) {
  const bool as_asked = plan.remove.empty() && extra_names(plan).empty();
  if (apt.options.yes || as_asked) co_return true;
  apt.out.say(apt.modern ? "Do you want to continue? [Y/n] "
                         : "Do you want to continue [Y/n]? ");
  co_await apt.out.flush();
  const SysResult<Bytes> answer = co_await apt.out.self().read(kStdin, 100);
  const bool agreed = answer && (*answer == "\n" || answer->starts_with('y') ||
                                 answer->starts_with('Y'));
  if (!agreed) apt.out.say(apt.modern ? "Abort.\n" : "Abort.\n");
  co_return agreed;
}

/// Tells of all that cannot be had; true when there is something.
bool lacks_archives(Apt& apt, const AptPlan& plan) {
  std::string failures;
  for (const Package& package : plan.install) {
    const std::string uri = package.site.substr(0, package.site.find(' '));
    const auto refusal = way_refusal(apt.out.self(), uri);
    if (!refusal) continue;
    apt.say(fmt::format("Err {} {} {} {}\n  {}\n", package.site, package.name,
                        package.architecture, package.version, refusal->text));
    failures += fmt::format("E: Failed to fetch {}/{}  {}\n\n", uri,
                            package.filename, refusal->text);
  }
  if (failures.empty()) return false;
  apt.out.complain_plain(
      failures +
      "E: Unable to fetch some archives, maybe run apt-get update or try with "
      "--fix-missing?\n");
  return true;
}

Task<bool> fetch(Apt& apt, const AptPlan& plan) {
  Process& self = apt.out.self();
  const Time begun = self.now();
  std::int64_t total = 0;
  int number = 0;
  if (lacks_archives(apt, plan)) co_return false;
  for (const Package& package : plan.install) {
    apt.say(fmt::format("Get:{} {} {} {} {} [{}]\n", ++number, package.site,
                        package.name, package.architecture, package.version,
                        apt_size(package.download_bytes)));
    co_await apt.out.flush();
    co_await transfer(self, package.download_bytes);
    total += package.download_bytes;
    const SysOutcome there = make_directories(self, kArchives + "/partial");
    const std::string path = kArchives + "/" + deb_name(package);
    SysOutcome kept = there;
    if (there) kept = co_await write_file(self, path, "!<arch>\n");
    if (kept) kept = self.truncate(path, package.download_bytes);
    if (!kept) {
      apt.out.complain_plain(fmt::format("E: Failed to fetch {}  {}\n",
                                         package.filename,
                                         text_of(kept.error())));
      co_return false;
    }
  }
  const bool configurable =
      !self.stat("/usr/bin/apt-extracttemplates") && total > 0;
  if (configurable && apt.database.installed("debconf")) {
    apt.out.complain_plain(
        "debconf: delaying package configuration, since apt-utils is not "
        "installed\n");
  }
  if (total > 0) apt.say(fetched_line(total, self.now() - begun));
  co_await apt.out.flush();
  co_return true;
}

/// Images of docker take the archives away after each run of dpkg.
void clean_archives(Apt& apt, const AptPlan& plan) {
  Process& self = apt.out.self();
  if (!self.stat("/etc/apt/apt.conf.d/docker-clean")) return;
  for (const Package& package : plan.install) {
    static_cast<void>(self.unlink(kArchives + "/" + deb_name(package)));
  }
}

void say_database(Apt& apt, std::int64_t files) {
  apt.out.say(fmt::format(
      "(Reading database ... {} files and directories currently installed.)\n",
      files));
}

Task<bool> unpack_all(Apt& apt, const AptPlan& plan) {
  Process& self = apt.out.self();
  const std::int64_t files = co_await count_files(self);
  bool first = plan.remove.empty();
  for (const Package& package : plan.install) {
    const std::string name = package.qualified();
    apt.out.say(
        fmt::format("Selecting previously unselected package {}.\n", name));
    if (std::exchange(first, false)) say_database(apt, files);
    if (apt.modern) {
      apt.out.say(
          fmt::format("Preparing to unpack .../{} ...\n", deb_name(package)));
      apt.out.say(
          fmt::format("Unpacking {} ({}) ...\n", name, package.version));
    } else {
      apt.out.say(fmt::format("Unpacking {} (from .../{}) ...\n", name,
                              deb_name(package)));
    }
    co_await apt.out.flush();
    co_await self.nanosleep(20 * kMillisecond +
                            package.installed_kib * 4 * kMicrosecond);
    const SysOutcome unpacked =
        co_await drydock::userland::unpack(self, package);
    if (!unpacked) {
      apt.out.complain_plain(fmt::format(
          "dpkg: error processing archive {}/{} (--unpack):\n unable to write: "
          "{}\nE: Sub-process /usr/bin/dpkg returned an error code (1)\n",
          kArchives, deb_name(package), text_of(unpacked.error())));
      co_return false;
    }
    apt.database.set(package, kInstalled);
  }
  co_return true;
}

bool has_service(const Package& package) {
  return std::ranges::any_of(files_of(package), [](const PackageFile& file) {
    return file.path.starts_with("/etc/init.d/");
  });
}

Task<void> set_up_all(Apt& apt, const AptPlan& plan) {
  Process& self = apt.out.self();
  bool libraries = false;
  for (const Package& package : plan.install) {
    apt.out.say(fmt::format("Setting up {} ({}) ...\n", package.qualified(),
                            package.version));
    if (has_service(package) && self.stat("/usr/sbin/policy-rc.d")) {
      apt.out.complain_plain(
          "invoke-rc.d: policy-rc.d denied execution of start.\n");
    }
    libraries = libraries || package.section == "libs";
    co_await apt.out.flush();
    co_await self.nanosleep(10 * kMillisecond);
  }
  const DpkgEntry* const libc = apt.database.find("libc-bin");
  if (apt.modern && libraries && libc) {
    apt.out.say(fmt::format("Processing triggers for libc-bin ({}) ...\n",
                            libc->package.version));
  }
}

Task<void> remove_all(Apt& apt, const AptPlan& plan) {
  if (plan.remove.empty()) co_return;
  Process& self = apt.out.self();
  const std::int64_t files = co_await count_files(self);
  say_database(apt, files);
  for (const Package& package : plan.remove) {
    const std::string version =
        apt.modern ? fmt::format("({}) ", package.version) : "";
    apt.out.say(
        fmt::format("Removing {} {}...\n", package.qualified(), version));
    co_await remove_files(self, package, apt.options.purge);
    const bool configured = self.stat(list_path(package)) && !apt.options.purge;
    if (apt.options.purge) {
      apt.out.say(fmt::format("Purging configuration files for {} {}...\n",
                              package.qualified(), version));
    }
    if (configured) {
      apt.database.set(package, kConfigFiles);
    } else {
      apt.database.forget(package.name);
    }
    apt.automatic.erase(package.name);
    co_await apt.out.flush();
    co_await self.nanosleep(20 * kMillisecond);
  }
}

}  // namespace

void apt_list(Apt& apt, std::string_view title, const List& names) {
  if (names.empty()) return;
  constexpr std::size_t kWidth = 77;
  std::string text = fmt::format("{}\n", title);
  std::size_t used = 0;
  for (const std::string& name : names) {
    if (used == 0 || used + name.size() > kWidth) {
      text += used == 0 ? " " : "\n ";
      used = 0;
    }
    text += " " + name;
    used += name.size() + 1;
  }
  apt.say(text + "\n");
}

Task<int> apt_carry_out(Apt& apt, AptPlan plan) {
  Process& self = apt.out.self();
  show(apt, plan);
  if (plan.install.empty() && plan.remove.empty()) co_return 0;
  if (apt.options.simulate) {
    for (const Package& p : plan.install) {
      apt.say(fmt::format("Inst {} ({})\nConf {} ({})\n", p.name, p.version,
                          p.name, p.version));
    }
    for (const Package& p : plan.remove) {
      apt.say(fmt::format("Remv {} [{}]\n", p.name, p.version));
    }
    co_return 0;
  }
  const bool agreed = co_await confirm(apt, plan);
  if (!agreed) co_return 1;
  const bool fetched = co_await fetch(apt, plan);
  if (!fetched) co_return kAptFailure;
  if (apt.options.download_only) {
    apt.say("Download complete and in download only mode\n");
    co_return 0;
  }
  for (const Package& package : plan.install) {
    if (plan.asked.contains(package.name)) {
      apt.automatic.erase(package.name);
    } else {
      apt.automatic.insert(package.name);
    }
  }
  co_await remove_all(apt, plan);
  const bool unpacked = co_await unpack_all(apt, plan);
  if (unpacked) co_await set_up_all(apt, plan);
  clean_archives(apt, plan);
  const SysOutcome saved = co_await save_dpkg(self, apt.database);
  const SysOutcome marked = co_await save_automatic(self, apt.automatic);
  co_return unpacked&& saved&& marked ? 0 : kAptFailure;
}

}  // namespace drydock::userland
