// proc_status.cc — what /proc/PID tells of a process: proc(5).

#include <fmt/format.h>

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/proc_fs.h"
#include "sim/kernel/tty.h"

namespace drydock::kernel {

namespace {

constexpr std::int64_t kTicks = 100;  // sysconf(_SC_CLK_TCK)

std::string_view state_word(char letter) {
  switch (letter) {
    case 'R':
      return "running";
    case 'D':
      return "disk sleep";
    case 'T':
      return "stopped";
    case 'Z':
      return "zombie";
    default:
      return "sleeping";
  }
}

std::string limit_text(std::int64_t value) {
  return value == kUnlimited ? "unlimited" : std::to_string(value);
}

/// /proc/mounts writes blanks in names as octal.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\\') {
      out += fmt::format("\\{:03o}", static_cast<unsigned>(byte));
    } else {
      out += byte;
    }
  }
  return out;
}

/// A mount's place as seen from a root; empty when it is outside.
std::string place_of(const KernelProcess& process, const vfs::Mount& mount) {
  vfs::View whole = process.view();
  const vfs::Location root = whole.root;
  whole.root = whole.mounts->root();
  if (root == whole.root) return mount.path;
  const std::string above = vfs::path_of(whole, root);
  if (mount.path == above) return "/";
  if (!mount.path.starts_with(above + "/")) return "";
  return mount.path.substr(above.size());
}

std::string privileges(const KernelProcess& process) {
  const vfs::Credentials& who = process.credentials();
  const KernelIdentity& kernel = process.kernel_of().identity;
  const vfs::CapabilitySet known = kernel.capabilities;
  std::string text = fmt::format(
      "CapInh:\t{0:016x}\nCapPrm:\t{1:016x}\nCapEff:\t{1:016x}\n"
      "CapBnd:\t{2:016x}\n",
      0, who.effective() & known, who.bounding & known);
  const int mode = process.has_seccomp() ? 2 : 0;
  if (!kernel.tells_privileges)
    return text + fmt::format("Seccomp:\t{}\n", mode);
  return text + fmt::format(
                    "CapAmb:\t{:016x}\nNoNewPrivs:\t{}\nSeccomp:\t{}\n"
                    "Seccomp_filters:\t{}\n",
                    0, process.no_new_privileges() ? 1 : 0, mode, mode / 2);
}

/// "0-1" of two processors, or what the cpuset leaves.
std::string processors(const KernelProcess& process) {
  const int all = process.kernel_of().identity.cpus;
  std::string list = process.cgroup()->cpus();
  if (list.empty()) list = all == 1 ? "0" : fmt::format("0-{}", all - 1);
  std::uint64_t mask = 0;
  for (const std::string& part : split(list, ',')) {
    const List ends = split(part, '-');
    const std::int64_t last = parse_int(ends.back()).value_or(-1);
    for (std::int64_t at = parse_int(ends.front()).value_or(0); at <= last;
         ++at) {
      if (at < 64) mask |= std::uint64_t{1} << at;
    }
  }
  return fmt::format("Cpus_allowed:\t{:x}\nCpus_allowed_list:\t{}\n", mask,
                     list);
}

std::string options_of(const vfs::Mount& mount) {
  const std::string access = mount.read_only ? "ro" : "rw";
  return mount.options.empty() ? access : access + "," + mount.options;
}

}  // namespace

std::string proc_status(const KernelProcess& process,
                        const PidNamespace& seen_from) {
  const ProcessInfo info = process.info(seen_from);
  const vfs::Credentials& who = process.credentials();
  std::string groups;
  for (const vfs::GroupId group : who.groups) {
    groups += fmt::format("{} ", group);
  }
  std::string text = fmt::format(
      "Name:\t{}\nState:\t{} ({})\nTgid:\t{}\nNgid:\t0\nPid:\t{}\nPPid:\t{}\n"
      "TracerPid:\t0\nUid:\t{}\t{}\t{}\t{}\nGid:\t{}\t{}\t{}\t{}\n"
      "FDSize:\t64\nGroups:\t{}\n",
      info.name, info.state, state_word(info.state), info.pid, info.pid,
      info.parent, process.getuid(), who.uid, process.saved_uid(), who.uid,
      process.getgid(), who.gid, who.gid, who.gid, groups);
  if (process.alive()) {
    const std::int64_t size = 3936 + process.memory() / 1024;
    text +=
        fmt::format("VmPeak:\t{0:8} kB\nVmSize:\t{0:8} kB\nVmRSS:\t{1:8} kB\n",
                    size, size - 3632);
  }
  text += fmt::format(
      "Threads:\t1\nSigQ:\t0/31842\nSigPnd:\t{0:016x}\nShdPnd:\t{0:016x}\n"
      "SigBlk:\t{0:016x}\nSigIgn:\t{1:016x}\nSigCgt:\t{2:016x}\n",
      0, process.ignored_signals(), process.caught_signals());
  return text + privileges(process) + processors(process);
}

std::string proc_stat(const KernelProcess& process,
                      const PidNamespace& seen_from) {
  const ProcessInfo info = process.info(seen_from);
  const std::shared_ptr<Tty>& tty = process.session().tty;
  const std::int64_t device = tty ? 136 * 256 + tty->number() : 0;
  const Pid foreground = tty ? tty->foreground(seen_from) : -1;
  const Nanoseconds up = info.started - process.kernel_of().booted_at();
  const std::int64_t ticks = up / (kSecond / kTicks);
  return fmt::format(
      "{} ({}) {} {} {} {} {} {} 4194304 0 0 0 0 0 0 0 0 20 0 1 0 {} 4440064 "
      "176 18446744073709551615 0 0 0 0 0 0 {} {} {} 0 0 0 17 0 0 0 0 0 0 0 0 "
      "0 0 0 0 0 0\n",
      info.pid, info.name, info.state, info.parent, info.group, info.session,
      device, foreground, ticks, 0, process.ignored_signals() & 0x7fffffff,
      process.caught_signals() & 0x7fffffff);
}

std::string proc_limits(const KernelProcess& process) {
  std::string text = fmt::format("{:<26}{:<21}{:<21}{:<10}\n", "Limit",
                                 "Soft Limit", "Hard Limit", "Units");
  for (std::size_t at = 0; at < kResources; ++at) {
    const ResourceRow& row = kResourceTable[at];
    const ResourceLimit& limit = process.resource_limits()[at];
    text +=
        fmt::format("{:<26}{:<21}{:<21}{:<10}\n", row.title,
                    limit_text(limit.soft), limit_text(limit.hard), row.unit);
  }
  return text;
}

std::string proc_mounts(const KernelProcess& process) {
  std::string text;
  for (const vfs::MountRef& mount : process.view().mounts->mounts()) {
    const std::string place = place_of(process, *mount);
    if (place.empty()) continue;
    text += fmt::format("{} {} {} {} 0 0\n", escaped(mount->source),
                        escaped(place), mount->type, options_of(*mount));
  }
  return text;
}

std::string proc_mountinfo(const KernelProcess& process) {
  std::string text;
  int id = 20;
  for (const vfs::MountRef& mount : process.view().mounts->mounts()) {
    ++id;
    const std::string place = place_of(process, *mount);
    if (place.empty()) continue;
    text += fmt::format("{} {} 0:{} / {} {} - {} {} {}\n", id, 20, id,
                        escaped(place), options_of(*mount), mount->type,
                        escaped(mount->source), mount->read_only ? "ro" : "rw");
  }
  return text;
}

std::string proc_cgroup(const KernelProcess& process) {
  const List& hierarchies = process.kernel_of().identity.hierarchies;
  std::string path = process.cgroup()->path();
  const Namespaces& spaces = process.namespaces();
  const std::string& root = spaces.cgroup->root->path();
  if (root != "/" && path.starts_with(root)) path = path.substr(root.size());
  if (path.empty()) path = "/";
  std::string text;
  std::size_t number = hierarchies.size();
  for (const std::string& hierarchy : hierarchies) {
    if (hierarchy.empty()) --number;
    text += fmt::format("{}:{}:{}\n", hierarchy.empty() ? 0 : number--,
                        hierarchy, path);
  }
  return text;
}

}  // namespace drydock::kernel
