// cgroup.cc — directories of the cgroup trees.

#include "realmode/sys/cgroup.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>

#include "realmode/sys/files.h"
#include "sim/base/text.h"

namespace drydock::sys {

namespace {

bool is_directory(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// "key 12" on a line of its own.
std::optional<std::int64_t> keyed(const std::string& text,
                                  std::string_view key) {
  for (const std::string& line : split(text, '\n')) {
    const List words = split_blanks(line);
    if (words.size() == 2 && words[0] == key) return parse_int(words[1]);
  }
  return std::nullopt;
}

std::optional<std::int64_t> number_in(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return std::nullopt;
  return parse_int(trim(*text));
}

Outcome remove_groups_in(const std::string& path);

/// A group with children cannot be removed, and hardly any has some.
Outcome remove_group(const std::string& path) {
  for (int attempt = 0;; ++attempt) {
    const Outcome removed = rmdir(path);
    if (removed || errno != EBUSY || attempt >= 100) return removed;
    if (attempt == 0) {
      const Outcome emptied = remove_groups_in(path);
      if (!emptied) return emptied;
    }
    // The last process may still be on its way out.
    ::usleep(attempt < 10 ? 200 : 5000);
  }
}

Outcome remove_groups_in(const std::string& path) {
  const auto directory = open(path, O_DIRECTORY);
  if (!directory) return errno == ENOENT ? done() : directory.error();
  const auto names = list(directory->get());
  if (!names) return names.error();
  for (const std::string& name : *names) {
    const std::string inner = path + "/" + name;
    if (!is_directory(inner)) continue;
    const Outcome removed = remove_group(inner);
    if (!removed) return removed;
  }
  return done();
}

}  // namespace

std::string_view CgroupMounts::kind() const {
  if (unified.empty()) return v1.empty() ? "none" : "v1";
  return v1.empty() ? "v2" : "hybrid";
}

bool CgroupMounts::has(const std::string& controller) const {
  return v1.contains(controller) || unified_controllers.contains(controller);
}

Result<CgroupMounts> find_cgroups() {
  const auto table = read_file("/proc/self/mountinfo");
  if (!table) return table.error();
  CgroupMounts mounts;
  for (const std::string& line : split(*table, '\n')) {
    const List words = split_blanks(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 7 || words.end() - dash < 4) continue;
    const std::string& where = words[4];
    if (dash[1] == "cgroup2") {
      mounts.unified = where;
      const auto controllers = read_file(where + "/cgroup.controllers");
      if (!controllers) continue;
      for (const std::string& name : split_blanks(*controllers)) {
        mounts.unified_controllers.insert(name);
      }
    }
    if (dash[1] != "cgroup") continue;
    for (const std::string& option : split(dash[3], ',')) {
      const bool controller = option != "rw" && option != "ro" &&
                              option.find('=') == std::string::npos;
      if (controller) mounts.v1.emplace(option, where);
    }
  }
  return mounts;
}

std::string Cgroup::in_v1(const std::string& controller) const {
  const auto mount = mounts_.v1.find(controller);
  return mount == mounts_.v1.end() ? "" : mount->second + path_;
}

std::string Cgroup::in_v2() const {
  return mounts_.unified.empty() ? "" : mounts_.unified + path_;
}

Outcome Cgroup::make_in_v1(const std::string& controller) const {
  const std::string path = in_v1(controller);
  const Outcome made = make_directories(path);
  if (!made || controller != "cpuset") return made;
  // A cpuset without processors and memory takes nobody in.
  const std::string root = mounts_.v1.at("cpuset");
  for (std::size_t slash = root.size() + 1; slash != std::string::npos;) {
    slash = path.find('/', slash + 1);
    const std::string part = path.substr(0, slash);
    for (const std::string_view file : {"/cpuset.cpus", "/cpuset.mems"}) {
      const auto now = read_file(part + std::string(file));
      if (now && !trim(*now).empty()) continue;
      const auto all = read_file(root + std::string(file));
      if (!all) return all.error();
      const Outcome told = tell(part + std::string(file), trim(*all));
      if (!told) return told;
    }
  }
  return done();
}

Outcome Cgroup::make(std::span<const CgroupSetting> settings) {
  if (!mounts_.unified.empty()) {
    const Outcome made = make_directories(in_v2());
    if (!made) return made;
  } else if (mounts_.v1.contains("freezer")) {
    const Outcome made = make_in_v1("freezer");
    if (!made) return made;
  }
  for (const CgroupSetting& setting : settings) {
    if (!mounts_.v1.contains(setting.controller)) continue;
    const Outcome made = make_in_v1(setting.controller);
    if (!made) return made;
  }
  return apply(settings);
}

Outcome Cgroup::apply(std::span<const CgroupSetting> settings) {
  for (const CgroupSetting& setting : settings) {
    const std::string v1 = in_v1(setting.controller);
    if (!v1.empty()) {
      const Outcome told = tell(v1 + "/" + setting.v1_file, setting.v1_value);
      if (!told) return told;
    } else if (setting.v2_file.empty()) {
      return Error{fmt::format("cgroup: version 2 has no {}", setting.v1_file)};
    } else if (mounts_.unified_controllers.contains(
                   setting.controller == "blkio" ? "io" : setting.controller)) {
      const Outcome told =
          tell(in_v2() + "/" + setting.v2_file, setting.v2_value);
      if (!told) return told;
    } else {
      return Error{fmt::format("cgroup: this machine has no {} controller",
                               setting.controller)};
    }
  }
  return done();
}

std::vector<std::string> Cgroup::directories() const {
  std::vector<std::string> all;
  if (!mounts_.unified.empty()) all.push_back(in_v2());
  for (const auto& [controller, mount] : mounts_.v1) {
    all.push_back(mount + path_);
  }
  std::erase_if(all, [](const auto& path) { return !is_directory(path); });
  return all;
}

Outcome Cgroup::remove() {
  for (const std::string& path : directories()) {
    const Outcome removed = remove_group(path);
    if (!removed) return removed;
  }
  return done();
}

Result<Fd> Cgroup::directory() const {
  if (mounts_.unified.empty()) return Fd();
  return open(in_v2(), O_DIRECTORY | O_PATH);
}

std::vector<std::string> Cgroup::v1_files() const {
  std::vector<std::string> files;
  for (const std::string& path : directories()) {
    if (path != in_v2()) files.push_back(path + "/cgroup.procs");
  }
  return files;
}

std::map<std::string, std::string> Cgroup::v1_groups() const {
  std::map<std::string, std::string> groups;
  for (const auto& [controller, mount] : mounts_.v1) {
    const std::string path = mount + path_;
    if (!is_directory(path)) continue;
    groups.emplace(mount.substr(mount.rfind('/') + 1), path);
  }
  return groups;
}

Outcome Cgroup::admit(std::int64_t pid, bool unified) const {
  for (const std::string& path : directories()) {
    if (!unified && path == in_v2()) continue;
    const Outcome told = tell(path + "/cgroup.procs", std::to_string(pid));
    if (!told) return told;
  }
  return done();
}

Outcome Cgroup::freeze(int deadline_ms) {
  if (mounts_.unified.empty()) {
    return tell(in_v1("freezer") + "/freezer.state", "FROZEN");
  }
  const Outcome told = tell(in_v2() + "/cgroup.freeze", "1");
  if (!told) return told;
  const auto events = open(in_v2() + "/cgroup.events", O_RDONLY);
  if (!events) return events.error();
  for (int waited = 0; waited < deadline_ms; waited += 10) {
    ::lseek(events->get(), 0, SEEK_SET);
    const auto text = read_all(events->get());
    if (text && keyed(*text, "frozen") == 1) return done();
    pollfd news = {events->get(), POLLPRI, 0};
    (void)::poll(&news, 1, 10);
  }
  return Error{fmt::format("{}: does not freeze", in_v2())};
}

Outcome Cgroup::thaw() {
  if (mounts_.unified.empty()) {
    return tell(in_v1("freezer") + "/freezer.state", "THAWED");
  }
  return tell(in_v2() + "/cgroup.freeze", "0");
}

Outcome Cgroup::kill() {
  const std::string v2 = in_v2();
  if (!v2.empty() && is_directory(v2)) return tell(v2 + "/cgroup.kill", "1");
  for (const std::int64_t pid : pids()) {
    (void)::kill(static_cast<pid_t>(pid), SIGKILL);
  }
  return done();
}

std::vector<std::int64_t> Cgroup::pids() const {
  std::vector<std::int64_t> pids;
  for (const std::string& path : directories()) {
    const auto text = read_file(path + "/cgroup.procs");
    if (!text) continue;
    for (const std::string& word : split_blanks(*text)) {
      if (const auto pid = parse_int(word)) pids.push_back(*pid);
    }
    break;  // All of them hold the same processes.
  }
  return pids;
}

bool Cgroup::oom_killed() const {
  const std::string v1 = in_v1("memory");
  const std::string file =
      v1.empty() ? in_v2() + "/memory.events" : v1 + "/memory.oom_control";
  const auto text = read_file(file);
  return text && keyed(*text, "oom_kill").value_or(0) > 0;
}

std::int64_t Cgroup::cpu_nanoseconds() const {
  const auto v2 = read_file(in_v2() + "/cpu.stat");
  if (v2) return keyed(*v2, "usage_usec").value_or(0) * 1000;
  return number_in(in_v1("cpuacct") + "/cpuacct.usage").value_or(0);
}

std::optional<std::int64_t> Cgroup::memory() const {
  const auto v1 = number_in(in_v1("memory") + "/memory.usage_in_bytes");
  if (v1) return v1;
  return number_in(in_v2() + "/memory.current");
}

}  // namespace drydock::sys
