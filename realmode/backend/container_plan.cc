// container_plan.cc — the order in which a container comes to be.

#include "realmode/backend/container_plan.h"

#include <linux/mount.h>
#include <linux/sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "realmode/backend/device_plan.h"
#include "realmode/seccomp/filter.h"
#include "realmode/seccomp/profile.h"
#include "realmode/sys/capabilities.h"

namespace drydock::realmode {

using engine::ContainerSpec;
using engine::MountKind;
using engine::MountSpec;
using engine::NetworkMode;
using engine::ProcessSpec;

namespace {

constexpr std::int64_t kShmSize = 64 << 20;

constexpr std::uint64_t kQuiet =
    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

std::string text(std::uint64_t number) { return std::to_string(number); }

/// Docker's default set: what a program of root's usually needs.
constexpr std::array<std::string_view, 14> kDefaultCapabilities = {
    "CHOWN",   "DAC_OVERRIDE", "FSETID",           "FOWNER",
    "MKNOD",   "NET_RAW",      "SETGID",           "SETUID",
    "SETFCAP", "SETPCAP",      "NET_BIND_SERVICE", "SYS_CHROOT",
    "KILL",    "AUDIT_WRITE"};

constexpr sys::CapabilitySet kAll = ~sys::CapabilitySet{0};

Result<sys::CapabilitySet> bit_of(const std::string& name) {
  if (upper(name) == "ALL") return kAll;
  const auto number = sys::capability_named(name);
  if (!number) return Error{"Unknown capability to add: \"" + name + "\""};
  return sys::CapabilitySet{1} << *number;
}

Result<sys::CapabilitySet> capabilities_of(const ContainerSpec& spec,
                                           bool privileged) {
  if (privileged) return kAll;
  sys::CapabilitySet set = 0;
  for (const std::string_view name : kDefaultCapabilities) {
    set |= sys::CapabilitySet{1} << *sys::capability_named(name);
  }
  // Words that begin with ALL come first: "ALL but" and "nothing but".
  for (const bool only_all : {true, false}) {
    for (const std::string& name : spec.cap_add) {
      const auto bits = bit_of(name);
      if (!bits) return bits.error();
      if ((*bits == kAll) == only_all) set |= *bits;
    }
    for (const std::string& name : spec.cap_drop) {
      const auto bits = bit_of(name);
      if (!bits) return bits.error();
      if ((*bits == kAll) == only_all) set &= ~*bits;
    }
  }
  return set;
}

// --- What is mounted ---------------------------------------------------------

void add_base_mounts(std::vector<Step>& steps, const ContainerSpec& spec,
                     bool own_network) {
  const bool privileged = spec.privileged;
  steps.push_back({Verb::mount, {"proc", "/proc", text(kQuiet), ""}});
  steps.push_back(
      {Verb::mount,
       {"tmpfs", "/dev", text(MOUNT_ATTR_NOSUID), "mode=755,size=65536k"}});
  steps.push_back(
      {Verb::mount,
       {"devpts", "/dev/pts", text(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC),
        "newinstance,ptmxmode=0666,mode=0620,gid=5"}});
  steps.push_back(
      {Verb::mount,
       {"tmpfs", "/dev/shm", text(kQuiet),
        fmt::format("source=shm,mode=1777,size={}",
                    spec.shm_size > 0 ? spec.shm_size : kShmSize)}});
  if (spec.ipc_mode != "host") {
    steps.push_back({Verb::mount, {"mqueue", "/dev/mqueue", text(kQuiet), ""}});
  }
  // sysfs shows the devices of a network namespace, and only its owner may
  // mount it: in another's it is bound instead.
  if (own_network) {
    const std::uint64_t access = privileged ? 0 : MOUNT_ATTR_RDONLY;
    steps.push_back(
        {Verb::mount, {"sysfs", "/sys", text(kQuiet | access), ""}});
  } else {
    steps.push_back({Verb::place, {"sys", "/sys"}});
  }
}

constexpr std::string_view kGroupsAt = "/sys/fs/cgroup";
constexpr std::string_view kGroupSlot = "cgroup ";

/// What it is bound by can be read, as Docker has it: each cgroup of its own.
void place_groups(std::vector<Step>& steps, const Groups& groups) {
  if (groups.empty()) return;
  const std::string top(kGroupsAt);
  steps.push_back({Verb::mount, {"tmpfs", top, text(kQuiet), "mode=755"}});
  for (const auto& [name, path] : groups) {
    steps.push_back({Verb::place,
                     {std::string(kGroupSlot) + name, top + "/" + name, path}});
  }
  steps.push_back({Verb::read_only, {top}});
}

/// Its own group is the root of what it sees, and it may only look: who could
/// write there could lift its own bounds (CVE-2022-0492 by another way).
void add_cgroup_mount(std::vector<Step>& steps, const ContainerSpec& spec) {
  const std::uint64_t access = spec.privileged ? 0 : MOUNT_ATTR_RDONLY;
  steps.push_back(
      {Verb::mount, {"cgroup2", "/sys/fs/cgroup", text(kQuiet | access), ""}});
}

/// What /proc and /sys tell of the machine or let change in it; which that is,
/// the engine says.
void add_masks(std::vector<Step>& steps, const ContainerSpec& spec) {
  const auto add = [&steps](Verb verb, const engine::PathsRef& paths) {
    if (!paths) return;
    for (const std::string& path : *paths) steps.push_back({verb, {path}});
  };
  add(Verb::read_only, spec.read_only_paths);
  add(Verb::mask, spec.masked_paths);
}

/// The container's mounts and the engine's own files, shallow ones first, so
/// that /a is there before /a/b is mounted in it.
struct Placed {
  std::string slot, source, target;
  bool read_only = false;
  std::string tmpfs;  // Options; then there is no source.
  bool is_tmpfs = false;
  std::string below;  // The folder that no symlink may lead the source out of.
  std::string propagation;
};

bool is_shared(const Placed& mount) {
  return mount.propagation == "shared" || mount.propagation == "rshared";
}

Step source_step(const Placed& mount) {
  List words = {mount.slot, mount.source, mount.read_only ? "ro" : "rw",
                mount.propagation};
  if (!mount.below.empty()) words.push_back(mount.below);
  return {Verb::source, std::move(words)};
}

std::vector<Placed> placed_mounts(const ContainerSpec& spec,
                                  const Shelf& shelf) {
  std::vector<Placed> all;
  for (const auto& [path, content] : spec.files) {
    const std::string name = path.substr(path.rfind('/') + 1);
    all.push_back({path, shelf.container(spec.id) + "/" + name, path, false, "",
                   false, "", ""});
  }
  if (spec.network.mode == NetworkMode::container) {
    // Whoever shares a network shares the files about it.
    for (const std::string_view name : {"hostname", "hosts", "resolv.conf"}) {
      const std::string path = "/etc/" + std::string(name);
      all.push_back(
          {path,
           shelf.container(spec.network.container) + "/" + std::string(name),
           path, false, "", false, "", ""});
    }
  }
  std::vector<MountSpec> mounts = spec.mounts;
  std::ranges::stable_sort(mounts, {}, [](const MountSpec& mount) {
    return std::ranges::count(mount.target, '/');
  });
  for (const MountSpec& mount : mounts) {
    Placed placed{mount.target, mount.source, mount.target, mount.read_only,
                  "",           false,        "",           mount.propagation};
    if (mount.kind == MountKind::volume) {
      placed.source = shelf.volume(mount.source);
      placed.below = shelf.volumes();
    }
    if (mount.kind == MountKind::tmpfs) {
      placed.is_tmpfs = true;
      placed.tmpfs = mount.source;
    }
    all.push_back(std::move(placed));
  }
  return all;
}

/// --tmpfs's words: flags of the mount, and the file system's own options.
Step tmpfs_step(const Placed& placed) {
  std::uint64_t attributes = kQuiet;
  std::string options;
  for (const std::string& word : split(placed.tmpfs, ',')) {
    if (word == "ro") attributes |= MOUNT_ATTR_RDONLY;
    if (word == "exec") attributes &= ~std::uint64_t{MOUNT_ATTR_NOEXEC};
    if (word == "suid") attributes &= ~std::uint64_t{MOUNT_ATTR_NOSUID};
    if (word == "dev") attributes &= ~std::uint64_t{MOUNT_ATTR_NODEV};
    if (word.find('=') == std::string::npos) continue;
    options += (options.empty() ? "" : ",") + word;
  }
  return {Verb::mount, {"tmpfs", placed.target, text(attributes), options}};
}

// --- The end of every set-up -------------------------------------------------

/// From namespaces that are ready to the program.
Outcome add_process(std::vector<Step>& steps, const ContainerSpec& spec,
                    const ProcessSpec& process) {
  for (const engine::Ulimit& limit : spec.ulimits) {
    steps.push_back(
        {Verb::rlimit,
         {limit.name, std::to_string(limit.soft), std::to_string(limit.hard)}});
  }
  if (spec.oom_score_adj != 0) {
    steps.push_back({Verb::oom_score, {std::to_string(spec.oom_score_adj)}});
  }
  List who = {process.user};
  who.insert(who.end(), process.groups.begin(), process.groups.end());
  steps.push_back({Verb::user, who});
  steps.push_back({Verb::environment, process.env});
  steps.push_back({Verb::working_directory,
                   {process.cwd, process.make_cwd ? "made" : "there"}});
  const bool privileged = process.privileged;
  const auto wanted = capabilities_of(spec, privileged);
  if (!wanted) return wanted.error();
  const sys::CapabilitySet have = *wanted & sys::bounding_set();
  if (spec.no_new_privileges) steps.push_back({Verb::no_new_privileges, {}});
  const bool filtered = !privileged && spec.seccomp != "unconfined";
  if (filtered) {
    const auto filter = spec.seccomp.empty()
                            ? seccomp_filter(have)
                            : seccomp_profile(spec.seccomp, have);
    if (!filter) return filter.error();
    steps.push_back({Verb::bounding_set, {text(have)}});
    steps.push_back({Verb::seccomp, {*filter}});
  } else {
    steps.push_back({Verb::bounding_set, {text(have)}});
  }
  steps.push_back({Verb::execute, process.argv});
  return done();
}

std::uint64_t namespaces_of(const ContainerSpec& spec) {
  std::uint64_t flags = CLONE_NEWNS;
  const auto is_own = [](const std::string& mode) {
    return mode != "host" && !mode.starts_with("container:");
  };
  if (is_own(spec.pid_mode)) flags |= CLONE_NEWPID;
  if (is_own(spec.uts_mode)) flags |= CLONE_NEWUTS;
  if (is_own(spec.ipc_mode)) flags |= CLONE_NEWIPC;
  const NetworkMode mode = spec.network.mode;
  if (mode == NetworkMode::bridge || mode == NetworkMode::none) {
    flags |= CLONE_NEWNET;
  }
  return flags;
}

Outcome add_mounts(std::vector<Step>& steps, const ContainerSpec& spec,
                   const Shelf& shelf, const std::vector<std::string>& layers,
                   const Groups& groups, bool own_network) {
  const std::string home = shelf.container(spec.id);
  const std::vector<Placed> placed = placed_mounts(spec, shelf);
  // Those that are to be seen from outside are taken before all are slaves.
  for (const Placed& mount : placed) {
    if (is_shared(mount)) steps.push_back(source_step(mount));
  }
  steps.push_back({Verb::slave_mounts, {}});
  List words = {home + "/rootfs", home + "/upper", home + "/work"};
  words.insert(words.end(), layers.begin(), layers.end());
  steps.push_back({Verb::overlay, words});
  // Without the trees of cgroups and whatever else the host has mounted there:
  // they would stay writable.
  if (!own_network) {
    steps.push_back({Verb::source, {"sys", "/sys", "ro", "alone"}});
  }
  for (const Placed& mount : placed) {
    if (mount.is_tmpfs || is_shared(mount)) continue;
    steps.push_back(source_step(mount));
  }
  for (const auto& [name, path] : groups) {
    steps.push_back(
        {Verb::source, {std::string(kGroupSlot) + name, path, "ro", ""}});
  }
  steps.push_back({Verb::enter_root, {home + "/rootfs"}});
  add_base_mounts(steps, spec, own_network);
  place_groups(steps, groups);
  const Outcome devices = add_devices(steps, spec);
  if (!devices) return devices;
  for (const Placed& mount : placed) {
    if (mount.is_tmpfs) {
      steps.push_back(tmpfs_step(mount));
    } else {
      steps.push_back({Verb::place, {mount.slot, mount.target, mount.source}});
    }
  }
  return done();
}

}  // namespace

Result<Plan> plan_container(const ContainerSpec& spec, const Shelf& shelf,
                            const Groups& groups) {
  const auto image = shelf.image_of(spec.id);
  if (!image) return image.error();
  return plan_container(spec, shelf, *image, groups);
}

Result<Plan> plan_container(const ContainerSpec& spec, const Shelf& shelf,
                            const engine::LayerId& image,
                            const Groups& groups) {
  const auto layers = shelf.stack(image);
  if (!layers) return layers.error();
  Plan plan;
  const std::string home = shelf.container(spec.id);
  plan.id = spec.id;
  plan.mark = shelf.mark();
  plan.namespaces = namespaces_of(spec);
  plan.socket = home + "/shim.sock";
  plan.status = home + "/status";
  if (spec.keep_log) plan.log = home + "/" + spec.id + "-json.log";
  plan.log_bounds = spec.log;
  plan.terminal = spec.process.tty;
  plan.open_stdin = spec.open_stdin;
  plan.stdin_once = spec.stdin_once;
  const bool own_network = (plan.namespaces & CLONE_NEWNET) != 0;
  std::vector<Step>& steps = plan.steps;
  const Outcome mounted =
      add_mounts(steps, spec, shelf, *layers, groups, own_network);
  if (!mounted) return mounted.error();
  if (spec.process.tty) steps.push_back({Verb::terminal, {}});
  if (spec.uts_mode != "host") {
    steps.push_back({Verb::hostname, {spec.hostname}});
    if (!spec.domainname.empty()) {
      steps.push_back({Verb::domainname, {spec.domainname}});
    }
  }
  if (own_network && ::access("/proc/sys/net/ipv6", F_OK) == 0) {
    // As Docker does where its daemon has not been given IPv6.
    steps.push_back({Verb::sysctl, {"net.ipv6.conf.all.disable_ipv6", "1"}});
  }
  if (own_network) steps.push_back({Verb::loop_back, {}});
  for (const auto& [name, value] : spec.sysctls) {
    steps.push_back({Verb::sysctl, {name, value}});
  }
  add_masks(steps, spec);
  if (spec.read_only) steps.push_back({Verb::read_only_root, {}});
  steps.push_back({Verb::wait, {}});
  if (spec.private_cgroups) steps.push_back({Verb::cgroup_namespace, {}});
  if (groups.empty()) add_cgroup_mount(steps, spec);
  const Outcome added = add_process(steps, spec, spec.process);
  if (!added) return added.error();
  if (spec.init) steps.insert(steps.end() - 1, {Verb::init, {}});
  return plan;
}

Result<Plan> plan_exec(const ContainerSpec& of, const ProcessSpec& process,
                       bool open_stdin, std::int64_t pid) {
  Plan plan;
  plan.id = of.id;
  plan.terminal = process.tty;
  plan.open_stdin = open_stdin;
  plan.stdin_once = true;
  plan.peers = {pid};
  plan.among = pid;
  constexpr std::uint64_t kOthers = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
                                    CLONE_NEWNET | CLONE_NEWCGROUP;
  plan.steps.push_back({Verb::wait, {}});
  plan.steps.push_back({Verb::join, {text(kOthers), std::to_string(pid)}});
  if (process.tty) plan.steps.push_back({Verb::terminal, {}});
  const Outcome added = add_process(plan.steps, of, process);
  if (!added) return added.error();
  return plan;
}

}  // namespace drydock::realmode
