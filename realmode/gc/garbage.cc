// garbage.cc — looking everywhere.

#include "realmode/gc/garbage.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "realmode/net/network.h"
#include "realmode/sys/files.h"
#include "realmode/sys/netlink.h"
#include "realmode/sys/process.h"
#include "sim/base/text.h"
#include "sim/engine/lifecycle.h"

namespace drydock::realmode {

namespace {

using Kind = Garbage::Kind;

/// How long the end of a process that was killed is waited for.
constexpr int kEndMs = 5000;

std::vector<std::string> names_in(const std::string& path) {
  const auto directory = sys::open(path, O_RDONLY | O_DIRECTORY);
  if (!directory) return {};
  auto names = sys::list(directory->get());
  if (!names) return {};
  return std::move(*names);
}

std::string file_or_nothing(const std::string& path) {
  auto text = sys::read_file(path);
  return text ? std::move(*text) : std::string();
}

// --- Processes
// -----------------------------------------------------------------

/// A shim's own words: its name, its container, its root's mark.
bool is_lost_shim(const List& argv, const Shelf& shelf, const Known& known) {
  return argv.size() > 2 && argv[0] == "drydock-shim" &&
         argv[2] == shelf.mark() && !known.running.contains(argv[1]);
}

/// In a mount namespace with a root of ours, in no group that is known.
bool is_lost_inmate(const std::string& pid, const Shelf& shelf,
                    const Known& known) {
  const std::string mounts = file_or_nothing("/proc/" + pid + "/mountinfo");
  if (mounts.find(shelf.root() + "/layers/") == std::string::npos) return false;
  const std::string groups = file_or_nothing("/proc/" + pid + "/cgroup");
  for (const std::string& id : known.running) {
    if (groups.find("/" + id) != std::string::npos) return false;
  }
  // Another root may have the same path, in a mount namespace of its own.
  return groups.find("/drydock-") == std::string::npos ||
         groups.find(shelf.cgroup_parent() + "/") != std::string::npos;
}

void find_processes(const Shelf& shelf, const Known& known,
                    std::vector<Garbage>* all) {
  for (const std::string& name : names_in("/proc")) {
    const auto pid = parse_int(name);
    if (!pid) continue;
    const std::string words = file_or_nothing("/proc/" + name + "/cmdline");
    if (words.empty()) continue;  // A zombie, or the kernel's own.
    const List argv = split(words, '\0');
    if (!is_lost_shim(argv, shelf, known) &&
        !is_lost_inmate(name, shelf, known)) {
      continue;
    }
    all->push_back(
        {Kind::process, fmt::format("{} ({})", *pid, argv[0]), *pid});
  }
}

Outcome end_process(std::int64_t pid) {
  const auto process = sys::pidfd_open(static_cast<pid_t>(pid));
  if (!process) return done();
  const Outcome killed = sys::pidfd_send_signal(process->get(), SIGKILL);
  if (!killed) return killed;
  pollfd end = {process->get(), POLLIN, 0};
  if (::poll(&end, 1, kEndMs) == 1) return done();
  return Error{fmt::format("process {} does not end", pid)};
}

// --- Groups
// ----------------------------------------------------------------------

void find_cgroups_of(const Shelf& shelf, const sys::CgroupMounts& cgroups,
                     const Known& known, std::vector<Garbage>* all) {
  const sys::Cgroup parent(cgroups, shelf.cgroup_parent());
  for (const std::string& path : parent.directories()) {
    bool needed = false;
    for (const std::string& name : names_in(path)) {
      struct stat status = {};
      const std::string child = path + "/" + name;
      if (::stat(child.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        continue;
      }
      needed = needed || known.running.contains(name);
      if (!known.running.contains(name)) {
        all->push_back({Kind::cgroup, child});
      }
    }
    if (!needed) all->push_back({Kind::cgroup, path});
  }
}

Outcome remove_cgroup(const std::string& path) {
  (void)sys::tell(path + "/cgroup.kill", "1");
  for (const std::string& word :
       split_blanks(file_or_nothing(path + "/cgroup.procs"))) {
    const Outcome ended = end_process(parse_int(word).value_or(0));
    if (!ended) return ended;
  }
  // The last process leaves a moment after it has ended.
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return done();
    if (errno != EBUSY) break;
    ::usleep(10'000);
  }
  return sys::refused("rmdir(\"{}\")", path);
}

// --- Links, mounts and files
// -------------------------------------------------------

/// As this process's network namespace has them, whatever /sys shows.
Outcome find_links(const Shelf& shelf, const Known& known,
                   std::vector<Garbage>* all) {
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  const auto links = netlink->links();
  if (!links) return links.error();
  const std::string ours = "dd" + shelf.mark() + "-";
  for (const sys::Netlink::Link& link : *links) {
    if (link.alias == bridge_alias(shelf.mark())) {
      if (known.bridges.contains(link.name)) continue;
      all->push_back({Kind::bridge, link.name});
    }
    if (!link.name.starts_with(ours)) continue;
    const bool needed = std::ranges::any_of(known.running, [&](const auto& id) {
      return is_link_of(link.name, shelf.mark(), id);
    });
    if (!needed) all->push_back({Kind::link, link.name});
  }
  return done();
}

Outcome remove_link(const std::string& name) {
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  return netlink->remove_link(name);
}

/// Nothing of a root is ever mounted where the host sees it.
void find_mounts(const Shelf& shelf, std::vector<Garbage>* all) {
  const std::string table = file_or_nothing("/proc/self/mountinfo");
  for (const std::string& line : split(table, '\n')) {
    const List words = split_blanks(line);
    if (words.size() < 5) continue;
    if (words[4].starts_with(shelf.root() + "/")) {
      all->push_back({Kind::mount, words[4]});
    }
  }
}

void find_files(const Shelf& shelf, const Known& known,
                std::vector<Garbage>* all) {
  const auto beside = [&](const std::string& folder,
                          const std::set<std::string>& wanted) {
    for (const std::string& name : names_in(shelf.root() + folder)) {
      if (wanted.contains(name)) continue;
      all->push_back({Kind::file, shelf.root() + folder + "/" + name});
    }
  };
  std::set<std::string> layers = known.layers;
  layers.insert("mounts");
  beside("/layers", layers);
  beside("/containers", known.containers);
  beside("/volumes", known.volumes);
  beside("/trash", {});
  beside("", {"layers", "containers", "volumes", "trash", "bin", "daemon.log",
              "daemon.pid", "daemon.lock", "daemon.json", "certs.d", "start.lock", "drydock.sock",
              "drydock.db", "drydock.db-wal", "drydock.db-shm"});
}

}  // namespace

std::string_view name_of(Garbage::Kind kind) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "process", "cgroup", "link", "bridge", "mount", "file"};
  return kNames[static_cast<std::size_t>(kind)];
}

Known known_by(const std::vector<engine::Record>& records) {
  Known known;
  for (const engine::Record& record : records) {
    if (record.table == "layers") known.layers.insert(record.key);
    if (record.table == "volumes") known.volumes.insert(record.key);
    const bool is_network = record.table == "networks";
    const bool is_container = record.table == "containers";
    if ((!is_network && !is_container) || !record.json) continue;
    const auto row = nlohmann::json::parse(*record.json, nullptr, false);
    if (is_network && row.is_object()) {
      known.bridges.insert(row.value("bridge", ""));
    }
    if (!is_container) continue;
    known.containers.insert(record.key);
    if (!row.is_object()) continue;
    const int state = row.value("/run/state"_json_pointer, 0);
    const bool running = state == static_cast<int>(engine::State::running) ||
                         state == static_cast<int>(engine::State::paused);
    if (running) known.running.insert(record.key);
  }
  return known;
}

Result<std::vector<Garbage>> find_garbage(const Shelf& shelf,
                                          const sys::CgroupMounts& cgroups,
                                          const Known& known) {
  std::vector<Garbage> all;
  find_processes(shelf, known, &all);
  find_cgroups_of(shelf, cgroups, known, &all);
  const Outcome linked = find_links(shelf, known, &all);
  if (!linked) return linked.error();
  find_mounts(shelf, &all);
  find_files(shelf, known, &all);
  return all;
}

Outcome remove(const Garbage& garbage) {
  switch (garbage.kind) {
    case Kind::process:
      return end_process(garbage.pid);
    case Kind::cgroup:
      return remove_cgroup(garbage.what);
    case Kind::link:
      return remove_link(garbage.what);
    case Kind::bridge:
      return remove_bridge(garbage.what);
    case Kind::mount:
      if (::umount2(garbage.what.c_str(), MNT_DETACH) == 0) return done();
      return sys::refused("umount2(\"{}\", MNT_DETACH)", garbage.what);
    case Kind::file:
      return sys::remove_tree(garbage.what);
  }
  return done();
}

Result<std::vector<Garbage>> sweep(const Shelf& shelf,
                                   const sys::CgroupMounts& cgroups,
                                   const Known& known) {
  std::vector<Garbage> swept;
  // What a process was about to make appears after its end.
  for (int round = 0; round < 3; ++round) {
    const auto found = find_garbage(shelf, cgroups, known);
    if (!found) return found.error();
    if (found->empty()) break;
    for (const Garbage& garbage : *found) {
      const Outcome removed = remove(garbage);
      if (!removed && round == 2) return removed.error();
      if (removed) swept.push_back(garbage);
    }
  }
  return swept;
}

}  // namespace drydock::realmode
