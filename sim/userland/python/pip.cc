// pip.cc — pip 7.1.2: install, uninstall, freeze, list, show.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/kernel/program.h"
#include "sim/userland/files.h"
#include "sim/userland/output.h"
#include "sim/userland/python/library.h"
#include "sim/userland/python/package_index.h"
#include "sim/userland/python/programs.h"

namespace drydock::userland::python {

namespace {

using Names = std::vector<std::string>;

constexpr std::string_view kSite = "/usr/local/lib/python3.4/site-packages";
constexpr std::string_view kBin = "/usr/local/bin";

/// A package that is there already.
struct Installed {
  std::string name, version, folder;  // "Flask-0.10.1.egg-info"
};

struct Wanted {
  Requirement requirement;
  std::string from;  // "Flask==0.10.1", "Jinja2>=2.4->Flask==0.10.1"
};

class Pip {
 public:
  explicit Pip(kernel::Process& self) : self_(self), out_(self) {}

  Task<int> run() {
    const Names& argv = self_.argv();
    Names words(argv.begin() + std::min<std::size_t>(1, argv.size()),
                argv.end());
    if (words.empty() || words[0] == "help" || words[0] == "--help") {
      out_.say(kUsage);
      co_return co_await out_.finish(0);
    }
    if (words[0] == "--version" || words[0] == "-V") {
      out_.say(fmt::format("pip 7.1.2 from {} (python 3.4)\n", kSite));
      co_return co_await out_.finish(0);
    }
    const std::string verb = words[0];
    words.erase(words.begin());
    int status = 0;
    if (verb == "install") {
      status = co_await install(words);
    } else if (verb == "uninstall") {
      status = co_await uninstall(words);
    } else if (verb == "freeze" || verb == "list") {
      status = list(verb == "freeze", words);
    } else if (verb == "show") {
      status = co_await show(words);
    } else if (verb == "search" || verb == "wheel" || verb == "zip" ||
               verb == "unzip" || verb == "bundle") {
      out_.complain_plain(
          fmt::format("drydock: pip {} is not modelled\n", verb));
      status = 1;
    } else {
      out_.complain_plain(fmt::format("ERROR: unknown command \"{}\"\n", verb));
      status = 1;
    }
    co_return co_await out_.finish(status);
  }

 private:
  static constexpr std::string_view kUsage =
      "\nUsage:   \n"
      "  pip <command> [options]\n\n"
      "Commands:\n"
      "  install                     Install packages.\n"
      "  uninstall                   Uninstall packages.\n"
      "  freeze                      Output installed packages in requirements "
      "format.\n"
      "  list                        List installed packages.\n"
      "  show                        Show information about installed "
      "packages.\n"
      "  help                        Show help for commands.\n";

  // --- What is there -------------------------------------------------------
  std::vector<Installed> installed() const {
    std::vector<Installed> all;
    const auto entries = self_.readdir(kSite);
    if (!entries) return all;
    for (const vfs::DirectoryEntry& entry : *entries) {
      std::string stem = entry.name;
      for (const std::string_view end : {".egg-info", ".dist-info"}) {
        if (!stem.ends_with(end)) continue;
        stem.resize(stem.size() - end.size());
        const std::size_t dash = stem.find('-');
        if (dash == stem.npos) break;
        all.push_back(
            {stem.substr(0, dash), stem.substr(dash + 1), entry.name});
        break;
      }
    }
    std::ranges::stable_sort(all, [](const auto& a, const auto& b) {
      return lower(a.name) < lower(b.name);
    });
    return all;
  }

  std::optional<Installed> find_installed(std::string_view name) const {
    for (const Installed& one : installed()) {
      if (normal_name(one.name) == normal_name(name)) return one;
    }
    return std::nullopt;
  }

  // --- install -------------------------------------------------------------
  Task<int> read_requirements(std::string path, Names* into) {
    const SysResult<Bytes> text = co_await kernel::read_file(self_, path);
    if (!text) {
      out_.complain_plain(fmt::format(
          "Could not open requirements file: [Errno {}] {}: '{}'\n",
          static_cast<int>(text.error()), text_of(text.error()), path));
      co_return 1;
    }
    for (const std::string& line : split(*text, '\n')) {
      std::string wanted(trim(line.substr(0, line.find(" #"))));
      if (!wanted.empty() && wanted[0] != '#') into->push_back(wanted);
    }
    co_return 0;
  }

  Task<int> install(Names words) {
    Names wanted;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      if (word == "-r" || word == "--requirement") {
        if (++i == words.size()) {
          out_.complain_plain(
              "\nUsage:   \n  pip install [options] <requirement specifier> "
              "...\n\n-r option requires an argument\n");
          co_return 2;
        }
        const int status = co_await read_requirements(words[i], &wanted);
        if (status) co_return status;
      } else if (word == "-q" || word == "--quiet") {
        quiet_ = true;
      } else if (word == "-U" || word == "--upgrade") {
        upgrade_ = true;
      } else if (word == "--no-cache-dir" ||
                 word == "--disable-pip-version-check") {
        continue;  // Nothing is cached, and no newer pip is known.
      } else if (word.starts_with('-')) {
        out_.complain_plain(
            fmt::format("drydock: pip install {} is not modelled\n", word));
        co_return 2;
      } else {
        wanted.push_back(word);
      }
    }
    if (wanted.empty()) {
      out_.complain_plain(
          "You must give at least one requirement to install (see \"pip help "
          "install\")\n");
      co_return 0;
    }
    const int status = plan(wanted);
    if (status || steps_.empty()) co_return status;
    co_return co_await carry_out();
  }

  void tell(std::string_view text) {
    if (!quiet_) out_.say(text);
  }

  /// Finds every package that is needed, in the order in which pip looks.
  int plan(const Names& words) {
    std::vector<Wanted> queue;
    for (const std::string& word : words) {
      const auto requirement = parse_requirement(word);
      if (!requirement) {
        out_.complain_plain(fmt::format("Invalid requirement: '{}'\n", word));
        return 1;
      }
      queue.push_back({*requirement, ""});
    }
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const Wanted wanted = queue[i];
      const int status = find(wanted, queue);
      if (status) return status;
    }
    return 0;
  }

  int find(const Wanted& wanted, std::vector<Wanted>& queue) {
    const Requirement& requirement = wanted.requirement;
    const std::string name = normal_name(requirement.name);
    if (chosen_.contains(name)) return 0;
    const std::string from =
        wanted.from.empty() ? "" : fmt::format(" (from {})", wanted.from);
    const std::optional<Installed> there = find_installed(name);
    if (there && requirement.allows(there->version) && !upgrade_) {
      tell(
          fmt::format("Requirement already satisfied (use --upgrade to "
                      "upgrade): {} in {}{}\n",
                      requirement.text, kSite, from));
      return 0;
    }
    tell(fmt::format("Collecting {}{}\n", requirement.text, from));
    Names versions;
    const Distribution* chosen = nullptr;
    for (const Distribution* const one : versions_of(requirement.name)) {
      versions.insert(versions.begin(), one->version);
      if (!chosen && requirement.allows(one->version)) chosen = one;
    }
    if (!chosen) {
      out_.complain_plain(fmt::format(
          "  Could not find a version that satisfies the requirement {}{} "
          "(from versions: {})\nNo matching distribution found for {}{}\n",
          requirement.text, from, join(versions, ", "), requirement.text,
          from));
      return 1;
    }
    tell(chosen->archive_size.empty()
             ? fmt::format("  Downloading {}\n", chosen->archive)
             : fmt::format("  Downloading {} ({})\n", chosen->archive,
                           chosen->archive_size));
    chosen_[name] = chosen;
    for (const Requirement& next : chosen->requires_) {
      queue.push_back({next, wanted.from.empty()
                                 ? requirement.text
                                 : requirement.text + "->" + wanted.from});
    }
    order(*chosen);
    return 0;
  }

  /// Steps are sorted later; this only remembers what was asked for.
  void order(const Distribution& one) { steps_.push_back(&one); }

  /// What a package needs comes before it.
  std::vector<const Distribution*> sorted() const {
    std::vector<const Distribution*> out;
    for (const Distribution* const one : steps_) visit(one, out);
    return out;
  }
  void visit(const Distribution* one,
             std::vector<const Distribution*>& out) const {
    if (std::ranges::find(out, one) != out.end()) return;
    for (const Requirement& need : one->requires_) {
      const auto found = chosen_.find(normal_name(need.name));
      if (found != chosen_.end()) visit(found->second, out);
    }
    out.push_back(one);
  }

  Task<int> carry_out() {
    const std::vector<const Distribution*> all = sorted();
    Names names, done;
    for (const Distribution* const one : all) names.push_back(one->name);
    tell(fmt::format("Installing collected packages: {}\n", join(names, ", ")));
    for (const Distribution* const one : all) {
      const std::optional<Installed> old = find_installed(one->name);
      if (old) {
        tell(fmt::format("  Found existing installation: {} {}\n", old->name,
                         old->version));
        co_await remove_files(*old);
      }
      if (!one->is_wheel()) {
        tell(fmt::format("  Running setup.py install for {}\n", one->name));
      }
      const SysOutcome put = co_await put_files(*one);
      if (!put) {
        out_.complain_plain(fmt::format(
            "Exception:\nPermissionError: [Errno {}] {}: '{}'\n",
            static_cast<int>(put.error()), text_of(put.error()), failed_));
        co_return 2;
      }
      done.push_back(fmt::format("{}-{}", one->name, one->version));
    }
    std::ranges::stable_sort(done);
    tell(fmt::format("Successfully installed {}\n", join(done, " ")));
    co_return 0;
  }

  Task<SysOutcome> put_file(std::string path, std::string text,
                            vfs::Mode mode) {
    failed_ = path;
    for (std::size_t slash = path.find('/', 1); slash != path.npos;
         slash = path.find('/', slash + 1)) {
      const std::string folder = path.substr(0, slash);
      if (self_.stat(folder)) continue;
      const SysOutcome made = self_.mkdir(folder, 0755);
      if (!made) co_return made.error();
    }
    co_return co_await write_file(self_, path, std::move(text), mode);
  }

  /// A file that has a size and nothing stored: what is not modelled.
  Task<SysOutcome> put_hollow(std::string path, std::int64_t size,
                              std::string head, vfs::Mode mode) {
    const SysOutcome put = co_await put_file(path, std::move(head), mode);
    if (!put) co_return put.error();
    const auto about = self_.stat(path);
    if (about && about->size < size) co_return self_.truncate(path, size);
    co_return ok();
  }

  Task<SysOutcome> put_files(const Distribution& one) {
    std::string record;
    std::int64_t stored = one.program_size;
    for (const LibraryFile& file : library_files()) {
      if (!file.path.starts_with(one.folder)) continue;
      const std::string name(file.path.substr(one.folder.size()));
      if (name == "METADATA") continue;
      const std::string path = fmt::format("{}/{}", kSite, name);
      const SysOutcome put =
          co_await put_file(path, std::string(file.text), 0644);
      if (!put) co_return put.error();
      record += path + "\n";
      stored += static_cast<std::int64_t>(file.text.size());
    }
    if (!one.program.empty()) {
      const std::string path = fmt::format("{}/{}", kBin, one.program);
      const std::string head = kernel::executable_content(one.program_id);
      const SysOutcome put =
          co_await put_hollow(path, one.program_size, head, 0755);
      if (!put) co_return put.error();
      record += path + "\n";
    }
    const std::string info =
        fmt::format("{}/{}-{}.{}", kSite, one.name, one.version,
                    one.is_wheel() ? "dist-info" : "egg-info");
    record += info + "/rest.bin\n";
    const std::string about =
        info + (one.is_wheel() ? "/METADATA" : "/PKG-INFO");
    const SysOutcome described = co_await put_file(about, one.metadata, 0644);
    if (!described) co_return described.error();
    const SysOutcome rest =
        co_await put_hollow(info + "/rest.bin", one.size - stored, "", 0644);
    if (!rest) co_return rest.error();
    const std::string list_file =
        info + (one.is_wheel() ? "/RECORD" : "/installed-files.txt");
    co_return co_await put_file(list_file, record, 0644);
  }

  // --- uninstall -----------------------------------------------------------
  Task<void> remove_files(Installed one) {
    const std::string info = fmt::format("{}/{}", kSite, one.folder);
    for (const char* const name : {"/RECORD", "/installed-files.txt"}) {
      const SysResult<Bytes> record =
          co_await kernel::read_file(self_, info + name);
      for (const std::string& path : split(record ? *record : "", '\n')) {
        if (path.empty()) continue;
        (void)self_.unlink(path);
        for (std::string folder = path.substr(0, path.rfind('/'));
             folder.size() > kSite.size(); folder.resize(folder.rfind('/'))) {
          if (!self_.rmdir(folder)) break;
        }
      }
      (void)self_.unlink(info + name);
    }
    (void)self_.unlink(info + "/METADATA");
    (void)self_.unlink(info + "/PKG-INFO");
    (void)self_.rmdir(info);
  }

  Task<int> uninstall(Names words) {
    bool sure = false;
    Names names;
    for (const std::string& word : words) {
      if (word == "-y" || word == "--yes") {
        sure = true;
      } else {
        names.push_back(word);
      }
    }
    for (const std::string& name : names) {
      const std::optional<Installed> one = find_installed(name);
      if (!one) {
        out_.complain_plain(fmt::format(
            "Cannot uninstall requirement {}, not installed\n", name));
        co_return 1;
      }
      out_.say(fmt::format("Uninstalling {}-{}:\n  {}/{}\n", one->name,
                           one->version, kSite, one->folder));
      if (!sure) {
        out_.say("Proceed (y/n)? ");
        co_await out_.flush();
        const std::optional<std::string> answer =
            co_await read_line(self_, kernel::kStdin);
        if (!answer || lower(trim(*answer)) != "y") co_return 0;
      }
      co_await remove_files(*one);
      out_.say(fmt::format("  Successfully uninstalled {}-{}\n", one->name,
                           one->version));
    }
    co_return 0;
  }

  // --- freeze, list, show --------------------------------------------------
  int list(bool freeze, const Names& words) {
    if (!words.empty()) {
      out_.complain_plain(fmt::format("drydock: pip {} {} is not modelled\n",
                                      freeze ? "freeze" : "list", words[0]));
      return 2;
    }
    std::vector<Installed> all = installed();
    if (!freeze) {
      all.push_back({"pip", "7.1.2", ""});
      all.push_back({"setuptools", "18.2", ""});
      std::ranges::stable_sort(all, [](const auto& a, const auto& b) {
        return lower(a.name) < lower(b.name);
      });
    }
    for (const Installed& one : all) {
      out_.say(freeze ? fmt::format("{}=={}\n", one.name, one.version)
                      : fmt::format("{} ({})\n", one.name, one.version));
    }
    return 0;
  }

  Task<int> show(Names words) {
    if (words.empty()) {
      out_.complain_plain("ERROR: Please provide a package name or names.\n");
      co_return 1;
    }
    bool any = false;
    for (const std::string& word : words) {
      const std::optional<Installed> one = find_installed(word);
      if (!one) continue;
      any = true;
      const std::string info = fmt::format("{}/{}", kSite, one->folder);
      std::string text;
      for (const char* const name : {"/METADATA", "/PKG-INFO"}) {
        const SysResult<Bytes> part =
            co_await kernel::read_file(self_, info + name);
        if (part) text += *part;
      }
      const std::size_t requires_at = text.find("Requires:");
      out_.say("---\nMetadata-Version: 2.0\n" + text.substr(0, requires_at));
      out_.say(fmt::format("Location: {}\n", kSite));
      Names needs;
      for (const Distribution* const known : versions_of(one->name)) {
        if (known->version != one->version) continue;
        for (const Requirement& need : known->requires_) {
          needs.push_back(need.name);
        }
      }
      out_.say(fmt::format("Requires: {}\n", join(needs, ", ")));
    }
    co_return any ? 0 : 1;
  }

  kernel::Process& self_;
  Output out_;
  bool quiet_ = false, upgrade_ = false;
  std::map<std::string, const Distribution*> chosen_;
  std::vector<const Distribution*> steps_;
  std::string failed_;
};

}  // namespace

Task<int> pip_main(kernel::Process& self) {
  Pip pip(self);
  co_return co_await pip.run();
}

}  // namespace drydock::userland::python
