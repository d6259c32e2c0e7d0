// apk.cc — Alpine's package manager: apk-tools 2.6.3, as Alpine 3.2 has it.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/userland/files.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/options.h"
#include "sim/userland/packages/apk_database.h"
#include "sim/userland/packages/apt_run.h"
#include "sim/userland/packages/dpkg_database.h"
#include "sim/userland/packages/package_tools.h"

namespace drydock::userland {

using kernel::Process;

namespace {

constexpr std::string_view kItems =
    "q quiet, v verbose, f force, U update-cache, update, no-progress, V "
    "version, "
    "h help, t virtual=, e installed, L contents, d description, s size, "
    "w webpage, a all, R depends, r rdepends, u upgrade, simulate";

constexpr std::string_view kUsage =
    "apk-tools 2.6.3, compiled for x86_64.\n\n"
    "usage: apk COMMAND [-q|--quiet] [-v|--verbose] [-U|--update-cache]\n"
    "           [--no-progress] [-V|--version] [ARGS]...\n\n"
    "The following commands are available:\n"
    "  add       Add PACKAGEs to main dependencies and install (or upgrade)\n"
    "            them, while ensuring that all dependencies are met\n"
    "  del       Remove PACKAGEs from main dependencies and uninstall them\n"
    "  update    Update repository indexes from all remote repositories\n"
    "  info      Give detailed information about PACKAGEs or repositories\n"
    "  search    Search package by PATTERNs or by indexed dependencies\n"
    "  upgrade   Upgrade currently installed packages to match repositories\n\n"
    "This apk has coffee making abilities.\n";

class Apk {
 public:
  Apk(Output& out, Options options)
      : out_(out), self_(out.self()), options_(std::move(options)) {}

  Task<int> run() {
    const std::string command = options_.operands.front();
    words_.assign(options_.operands.begin() + 1, options_.operands.end());
    const bool writes = command == "add" || command == "del" ||
                        command == "update" || command == "upgrade";
    if (writes && self_.credentials().uid != 0) {
      out_.complain_plain(
          "ERROR: Unable to lock database: Permission denied\n"
          "ERROR: Failed to open apk database: Permission denied\n");
      co_return 99;
    }
    database_ = co_await load_apk(self_);
    int failed = 0;
    const bool fresh = options_.has("U") || options_.has("update");
    if (fresh && command != "update") failed = co_await fetch_indexes();
    if (command == "update") co_return co_await update();
    if (command == "add") co_return co_await add();
    if (command == "del") co_return co_await del();
    if (command == "upgrade") co_return summary();
    if (command == "info") co_return info();
    if (command == "search") co_return search();
    out_.complain_plain(
        fmt::format("drydock: apk {} is not modelled\n", command));
    co_return failed ? failed : 1;
  }

 private:
  void say(std::string_view text) {
    if (!options_.has("q")) out_.say(text);
  }

  // --- The index -----------------------------------------------------------
  /// How many repositories could not be reached.
  Task<int> fetch_indexes() {
    int failed = 0;
    for (const std::string& repository : database_.repositories) {
      say(fmt::format("fetch {}/x86_64/APKINDEX.tar.gz\n", repository));
      (void)co_await out_.flush();
      const bool there = co_await is_mirror(repository);
      if (!there) {
        out_.complain_plain(fmt::format(
            "ERROR: {}: temporary error (try again later)\n", repository));
        ++failed;
        continue;
      }
      const Bytes archive = apk_index_archive();
      co_await transfer(self_, kIndexBytes);
      (void)make_directories(self_, "/var/cache/apk");
      const SysOutcome kept =
          co_await write_file(self_, apk_index_path(repository), archive);
      if (!kept) ++failed;
    }
    database_ = co_await load_apk(self_);
    co_return failed;
  }

  /// Whether this is the modelled mirror and there is a way to it.
  Task<bool> is_mirror(std::string repository) {
    const std::string_view start = "http://";
    if (!repository.starts_with(start)) co_return false;
    const std::size_t slash = repository.find('/', start.size());
    const std::string host =
        repository.substr(start.size(), slash - start.size());
    const bool known = slash != repository.npos &&
                       repository.substr(slash) == "/alpine/v3.2/main";
    const auto address = co_await resolve_address(self_, host);
    co_return known&& address;
  }

  Task<int> update() {
    const int failed = co_await fetch_indexes();
    for (const std::string& repository : database_.repositories) {
      if (failed) break;
      say(fmt::format("v3.2.3-105-ga42e4dd [{}]\n", repository));
    }
    std::set<std::string> names;
    for (const ApkPackage& one : database_.index) names.insert(one.name);
    for (const ApkPackage& one : database_.installed) names.insert(one.name);
    const std::string head =
        failed ? fmt::format("{} errors;", failed) : std::string("OK:");
    say(fmt::format("{} {} distinct packages available\n", head, names.size()));
    co_return failed;
  }

  // --- add and del ---------------------------------------------------------
  Task<int> add() {
    const auto group = options_.value("t");
    if (group) add_virtual(*group);
    List wanted = database_.world;
    const List asked = group ? List{*group} : words_;
    for (const std::string& word : asked) {
      const std::string name = apk_name_of(word);
      std::erase_if(wanted, [&](const std::string& other) {
        return apk_name_of(other) == name;
      });
      wanted.push_back(word);
    }
    const auto problems = unsatisfiable(wanted);
    if (!problems.empty()) {
      out_.complain_plain("ERROR: unsatisfiable constraints:\n" + problems);
      co_return 1;
    }
    database_.world = wanted;
    std::vector<ApkPackage> plan;
    for (const std::string& word : wanted) {
      require(apk_name_of(word), &plan);
    }
    co_return co_await install(std::move(plan));
  }

  /// "-t NAME": a package without files that depends on the others.
  void add_virtual(const std::string& name) {
    ApkPackage package;
    package.name = name;
    package.version = "0";
    package.description = "virtual meta package";
    package.depends = words_;
    std::erase_if(database_.installed,
                  [&](const ApkPackage& other) { return other.name == name; });
    database_.index.insert(database_.index.begin(), package);
  }

  const ApkPackage* known(const std::string& name) const {
    const ApkPackage* const there = database_.find_installed(name);
    return there ? there : database_.find(name);
  }

  /// What is wrong with a world, as apk tells it.
  std::string unsatisfiable(const List& world) const {
    std::string text;
    const auto check = [&](const std::string& word, const std::string& by) {
      const std::string name = apk_name_of(word);
      const ApkPackage* const package = known(name);
      if (!package) {
        text += fmt::format("  {} (missing):\n    required by: {}[{}]\n", name,
                            by, word);
        return;
      }
      const std::string rest = word.substr(name.size());
      if (rest.empty() || rest == "=" + package->version) return;
      text += fmt::format("  {}:\n    breaks: {}[{}]\n", package->full_name(),
                          by, word);
    };
    for (const std::string& word : world) {
      check(word, "world");
      const ApkPackage* const package = known(apk_name_of(word));
      if (!package || package->version != "0") continue;
      for (const std::string& name : package->depends) {
        check(name, package->full_name());
      }
    }
    return text;
  }

  /// Adds what is not there yet, each behind what it depends on.
  void require(const std::string& name, std::vector<ApkPackage>* plan) const {
    if (database_.find_installed(name)) return;
    const auto planned = std::ranges::find(*plan, name, &ApkPackage::name);
    const ApkPackage* const package = database_.find(name);
    if (planned != plan->end() || !package) return;
    for (const std::string& other : package->depends) {
      require(apk_name_of(other), plan);
    }
    plan->push_back(*package);
  }

  Task<int> install(std::vector<ApkPackage> plan) {
    for (std::size_t i = 0; i < plan.size(); ++i) {
      ApkPackage package = plan[i];
      say(fmt::format("({}/{}) Installing {} ({})\n", i + 1, plan.size(),
                      package.name, package.version));
      (void)co_await out_.flush();
      co_await transfer(self_, package.size);
      const std::vector<PackageFile> files = apk_files_of(package.name);
      for (const PackageFile& file : files) {
        const SysOutcome placed = co_await place_file(self_, file);
        if (!placed) {
          out_.complain_plain(fmt::format(
              "ERROR: {}: {}\n", package.full_name(), text_of(placed.error())));
          co_return 1;
        }
        if (file.kind == PackageFile::Kind::directory) continue;
        package.files.push_back(file.path.substr(1));
      }
      std::ranges::stable_sort(package.files);
      database_.installed.push_back(std::move(package));
    }
    co_return co_await finish(plan);
  }

  Task<int> del() {
    List wanted = database_.world;
    for (const std::string& word : words_) {
      std::erase_if(wanted, [&](const std::string& other) {
        return apk_name_of(other) == word;
      });
    }
    database_.world = wanted;
    std::set<std::string> needed;
    for (const std::string& word : wanted) keep(apk_name_of(word), &needed);
    say_kept(needed);
    std::vector<ApkPackage> plan;
    for (const ApkPackage& package : database_.installed) {
      if (!needed.contains(package.name)) plan.push_back(package);
    }
    std::ranges::reverse(plan);  // What depends on others goes first.
    for (std::size_t i = 0; i < plan.size(); ++i) {
      say(fmt::format("({}/{}) Purging {} ({})\n", i + 1, plan.size(),
                      plan[i].name, plan[i].version));
      remove_files(plan[i]);
      const std::string name = plan[i].name;
      std::erase_if(database_.installed, [&](const ApkPackage& package) {
        return package.name == name;
      });
    }
    co_return co_await finish(plan);
  }

  void keep(const std::string& name, std::set<std::string>* needed) const {
    const ApkPackage* const package = database_.find_installed(name);
    if (!package || !needed->insert(name).second) return;
    for (const std::string& other : package->depends) {
      keep(apk_name_of(other), needed);
    }
  }

  /// What was to go and cannot, since others need it.
  void say_kept(const std::set<std::string>& needed) {
    std::string text;
    for (const std::string& word : words_) {
      if (!needed.contains(word)) continue;
      List because;
      for (const ApkPackage& package : database_.installed) {
        const bool depends =
            needed.contains(package.name) &&
            std::ranges::find(package.depends, word) != package.depends.end();
        if (depends) because.push_back(package.name);
      }
      text += fmt::format("  {}: {}\n", word, join(because, " "));
    }
    if (text.empty()) return;
    say("World updated, but the following packages are not removed due to:\n" +
        text + "\n");
  }

  void remove_files(const ApkPackage& package) {
    for (const std::string& path : package.files) {
      (void)self_.unlink("/" + path);
      // The folders above it, as far as nobody else has something there.
      std::string folder = "/" + path;
      for (;;) {
        folder.resize(folder.rfind('/'));
        if (folder.empty() || !self_.rmdir(folder)) break;
      }
    }
  }

  /// Triggers, what is kept of it all, and the last line.
  Task<int> finish(const std::vector<ApkPackage>& changed) {
    for (const std::string name : {"busybox", "ca-certificates"}) {
      const ApkPackage* const package = database_.find_installed(name);
      const bool concerned =
          name == "busybox" ||
          std::ranges::find(changed, name, &ApkPackage::name) != changed.end();
      if (!package || !concerned || changed.empty()) continue;
      say(fmt::format("Executing {}.trigger\n", package->full_name()));
    }
    const SysOutcome saved = co_await save_apk(self_, database_);
    if (!saved) {
      out_.complain_plain(fmt::format("ERROR: Failed to write database: {}\n",
                                      text_of(saved.error())));
      co_return 1;
    }
    co_return summary();
  }

  int summary() {
    std::int64_t bytes = 0;
    for (const ApkPackage& package : database_.installed) {
      bytes += package.installed_size;
    }
    say(fmt::format("OK: {} MiB in {} packages\n", bytes >> 20,
                    database_.installed.size()));
    return 0;
  }

  // --- Looking -------------------------------------------------------------
  std::string shown(const ApkPackage& package) const {
    return options_.has("v") ? package.full_name() : package.name;
  }

  int info() {
    if (words_.empty()) {
      for (const ApkPackage& package : database_.installed) {
        out_.say(shown(package) + "\n");
      }
      return 0;
    }
    int status = 0;
    for (const std::string& word : words_) {
      const ApkPackage* const package = database_.find_installed(word);
      if (!package) {
        status = 1;
      } else if (options_.has("e")) {
        out_.say(shown(*package) + "\n");
      } else {
        describe(*package);
      }
    }
    return status;
  }

  void describe(const ApkPackage& package) {
    const bool all = options_.has("a");
    const std::string name = package.full_name();
    const auto asked = [&](std::string_view key) {
      return all || options_.has(key);
    };
    const bool plain = !asked("d") && !asked("w") && !asked("s") &&
                       !asked("R") && !asked("r") && !asked("L");
    if (plain || asked("d")) {
      out_.say(
          fmt::format("{} description:\n{}\n\n", name, package.description));
    }
    if (plain || asked("w")) {
      out_.say(fmt::format("{} webpage:\n{}\n\n", name, package.url));
    }
    if (plain || asked("s")) {
      out_.say(fmt::format("{} installed size:\n{}\n\n", name,
                           package.installed_size));
    }
    if (asked("R")) list(name + " depends on:", package.depends);
    if (asked("r")) {
      List users;
      for (const ApkPackage& other : database_.installed) {
        const auto& needs = other.depends;
        if (std::ranges::find(needs, package.name) == needs.end()) continue;
        users.push_back(other.full_name());
      }
      list(name + " is required by:", users);
    }
    if (asked("L")) list(name + " contains:", package.files);
  }

  void list(const std::string& title, const List& lines) {
    out_.say(title + "\n");
    for (const std::string& line : lines) out_.say(line + "\n");
    out_.say("\n");
  }

  int search() {
    std::vector<ApkPackage> found = database_.index;
    std::ranges::stable_sort(found, {}, &ApkPackage::name);
    for (const ApkPackage& package : found) {
      const bool fits = std::ranges::any_of(words_, [&](std::string word) {
        word = replace_all(word, "*", "");
        return package.name.find(word) != std::string::npos;
      });
      if (!fits && !words_.empty()) continue;
      out_.say(package.full_name());
      if (options_.has("v")) out_.say(" - " + package.description);
      out_.say("\n");
    }
    return 0;
  }

  static constexpr std::int64_t kIndexBytes = 580'000;

  Output& out_;
  Process& self_;
  Options options_;
  ApkDatabase database_;
  List words_;
};

}  // namespace

Task<int> apk_main(Process& self) {
  Output out(self);
  const List words(self.argv().begin() + 1, self.argv().end());
  const Options options = parse_options(words, kItems);
  if (options.error) {
    out.complain(*options.error);
    out.complain_plain(std::string(kUsage));
    co_return co_await out.finish(1);
  }
  if (options.has("V")) {
    out.say("apk-tools 2.6.3, compiled for x86_64.\n");
    co_return co_await out.finish(0);
  }
  if (options.operands.empty() || options.has("h")) {
    out.say(kUsage);
    const int status = options.has("h") ? 0 : 1;
    co_return co_await out.finish(status);
  }
  for (const std::string_view refused : {"simulate", "u", "f"}) {
    if (!options.has(refused)) continue;
    out.complain_plain(
        fmt::format("drydock: apk: option {} is not modelled\n", refused));
    co_return co_await out.finish(1);
  }
  Apk apk(out, options);
  const int status = co_await apk.run();
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
