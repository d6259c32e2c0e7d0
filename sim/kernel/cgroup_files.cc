// cgroup_files.cc — what each file of a cgroup tells, and what it is told.

#include "sim/kernel/cgroup_files.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/kernel/kernel_process.h"

namespace drydock::kernel {

namespace {

/// As a 64-bit kernel with pages of 4 KiB shows "no bound".
constexpr std::string_view kNoMemoryBound = "9223372036854771712";

std::string line(std::int64_t number) { return fmt::format("{}\n", number); }

std::string bound(std::int64_t limit, std::string_view none) {
  return limit > 0 ? line(limit) : fmt::format("{}\n", none);
}

std::string processes(Kernel& kernel, const Cgroup& cgroup) {
  const KernelProcess* const caller = kernel.caller();
  const PidNamespace& from =
      caller ? *caller->namespaces().pid : *kernel.machine().pid;
  std::string text;
  for (const KernelProcess* const member : cgroup.members()) {
    text += line(member->pid_in(from));
  }
  return text;
}

std::string oom_control(const Cgroup& cgroup) {
  return fmt::format("oom_kill_disable {}\nunder_oom {}\noom_kill {}\n",
                     cgroup.limits.oom_kill_disable ? 1 : 0,
                     cgroup.under_oom() ? 1 : 0, cgroup.oom_kills());
}

std::string memory_stat(const Cgroup& cgroup) {
  const std::int64_t limit = cgroup.limits.memory;
  return fmt::format("cache 0\nrss {}\nswap 0\nhierarchical_memory_limit {}\n",
                     cgroup.memory(),
                     limit > 0 ? std::to_string(limit) : kNoMemoryBound);
}

std::string cpus(Kernel& kernel, const Cgroup& cgroup) {
  const std::string own = cgroup.cpus();
  if (!own.empty()) return own + "\n";
  const int last = kernel.identity.cpus - 1;
  return last == 0 ? "0\n" : fmt::format("0-{}\n", last);
}

std::string mems(const Cgroup& cgroup) {
  const std::string own = cgroup.mems();
  return (own.empty() ? "0" : own) + "\n";
}

std::string devices(const Cgroup& cgroup) {
  if (!cgroup.limits.devices) return "a *:* rwm\n";
  const auto number = [](std::int64_t value) {
    return value < 0 ? std::string("*") : std::to_string(value);
  };
  std::string text;
  for (const DeviceRule& rule : *cgroup.limits.devices) {
    text += fmt::format("{} {}:{} {}\n", rule.type, number(rule.major),
                        number(rule.minor), rule.access);
  }
  return text;
}

std::string throttle(const Cgroup& cgroup, std::string_view file) {
  const auto lines = cgroup.limits.blkio.find(file);
  if (lines == cgroup.limits.blkio.end()) return "";
  return join(lines->second, "\n") + "\n";
}

/// A number that may be written; "max" and "-1" take a bound away.
SysOutcome take_bound(std::int64_t& into, std::string_view text,
                      std::int64_t lowest) {
  if (text == "max" || text == "-1") {
    into = 0;
    return ok();
  }
  const std::optional<std::int64_t> number = parse_int(text);
  if (!number || *number < lowest) return Errno::einval;
  into = *number;
  return ok();
}

SysOutcome set_memory_limit(Cgroup& cgroup, std::string_view text) {
  const SysOutcome taken = take_bound(cgroup.limits.memory, text, 0);
  if (taken) cgroup.let_go();
  return taken;
}

SysOutcome set_freezer(Cgroup& cgroup, std::string_view text) {
  if (text != "FROZEN" && text != "THAWED") return Errno::einval;
  text == "FROZEN" ? cgroup.freeze() : cgroup.thaw();
  return ok();
}

// clang-format off
constexpr CgroupFile kFiles[] = {
    {"", "cgroup.procs", processes},
    {"", "notify_on_release", [](Kernel&, const Cgroup&) { return std::string("0\n"); }},
    {"", "tasks", processes},
    {"blkio", "blkio.throttle.read_bps_device", [](Kernel&, const Cgroup& c) { return throttle(c, "blkio.throttle.read_bps_device"); }},
    {"blkio", "blkio.throttle.read_iops_device", [](Kernel&, const Cgroup& c) { return throttle(c, "blkio.throttle.read_iops_device"); }},
    {"blkio", "blkio.throttle.write_bps_device", [](Kernel&, const Cgroup& c) { return throttle(c, "blkio.throttle.write_bps_device"); }},
    {"blkio", "blkio.throttle.write_iops_device", [](Kernel&, const Cgroup& c) { return throttle(c, "blkio.throttle.write_iops_device"); }},
    {"blkio", "blkio.weight", [](Kernel&, const Cgroup& c) { return line(c.limits.blkio_weight); }},
    {"cpu", "cpu.cfs_period_us", [](Kernel&, const Cgroup& c) { return line(c.limits.cpu_period); }, [](Cgroup& c, std::string_view t) { return take_bound(c.limits.cpu_period, t, 1000); }},
    {"cpu", "cpu.cfs_quota_us", [](Kernel&, const Cgroup& c) { return bound(c.limits.cpu_quota, "-1"); }, [](Cgroup& c, std::string_view t) { return take_bound(c.limits.cpu_quota, t, 1000); }},
    {"cpu", "cpu.rt_period_us", [](Kernel&, const Cgroup& c) { return line(c.limits.rt_period); }},
    {"cpu", "cpu.rt_runtime_us", [](Kernel&, const Cgroup& c) { return line(c.limits.rt_runtime); }},
    {"cpu", "cpu.shares", [](Kernel&, const Cgroup& c) { return line(c.limits.cpu_shares); }, [](Cgroup& c, std::string_view t) { return take_bound(c.limits.cpu_shares, t, 2); }},
    {"cpuset", "cpuset.cpus", cpus},
    {"cpuset", "cpuset.mems", [](Kernel&, const Cgroup& c) { return mems(c); }},
    {"devices", "devices.list", [](Kernel&, const Cgroup& c) { return devices(c); }},
    {"freezer", "freezer.state", [](Kernel&, const Cgroup& c) { return std::string(c.frozen() ? "FROZEN\n" : "THAWED\n"); }, set_freezer},
    {"memory", "memory.failcnt", [](Kernel&, const Cgroup& c) { return line(c.limit_hits()); }},
    {"memory", "memory.kmem.limit_in_bytes", [](Kernel&, const Cgroup& c) { return bound(c.limits.kernel_memory, kNoMemoryBound); }},
    {"memory", "memory.limit_in_bytes", [](Kernel&, const Cgroup& c) { return bound(c.limits.memory, kNoMemoryBound); }, set_memory_limit},
    {"memory", "memory.max_usage_in_bytes", [](Kernel&, const Cgroup& c) { return line(c.memory_peak()); }},
    {"memory", "memory.memsw.limit_in_bytes", [](Kernel&, const Cgroup& c) { return bound(c.limits.memory_swap, kNoMemoryBound); }},
    {"memory", "memory.memsw.usage_in_bytes", [](Kernel&, const Cgroup& c) { return line(c.memory()); }},
    {"memory", "memory.oom_control", [](Kernel&, const Cgroup& c) { return oom_control(c); }},
    {"memory", "memory.soft_limit_in_bytes", [](Kernel&, const Cgroup& c) { return bound(c.limits.memory_reservation, kNoMemoryBound); }},
    {"memory", "memory.stat", [](Kernel&, const Cgroup& c) { return memory_stat(c); }},
    {"memory", "memory.swappiness", [](Kernel&, const Cgroup& c) { return line(c.limits.swappiness); }},
    {"memory", "memory.usage_in_bytes", [](Kernel&, const Cgroup& c) { return line(c.memory()); }},
    {"pids", "pids.current", [](Kernel&, const Cgroup& c) { return line(c.pids()); }},
    {"pids", "pids.max", [](Kernel&, const Cgroup& c) { return bound(c.limits.pids, "max"); }, [](Cgroup& c, std::string_view t) { return take_bound(c.limits.pids, t, 0); }},
};
// clang-format on

bool belongs(const CgroupFile& file, std::string_view hierarchy) {
  if (file.controller.empty()) return true;
  const List controllers = split(hierarchy, ',');
  return std::ranges::find(controllers, file.controller) != controllers.end();
}

}  // namespace

const CgroupFile* find_cgroup_file(std::string_view hierarchy,
                                   std::string_view name) {
  for (const CgroupFile& file : kFiles) {
    if (file.name == name && belongs(file, hierarchy)) return &file;
  }
  return nullptr;
}

std::vector<std::string_view> cgroup_file_names(std::string_view hierarchy) {
  std::vector<std::string_view> names;
  for (const CgroupFile& file : kFiles) {
    if (belongs(file, hierarchy)) names.push_back(file.name);
  }
  return names;
}

}  // namespace drydock::kernel
