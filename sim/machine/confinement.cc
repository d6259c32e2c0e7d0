// confinement.cc — bounds and powers of a container, read from its
// specification as a runtime reads it.

#include "sim/machine/confinement.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace drydock::machine {

namespace {

using engine::ContainerSpec;

/// Since a runtime fails while it sets the first process up.
Error in_init(std::string why) {
  return Error{
      "error during container init: error setting cgroup config for "
      "procHooks process: " +
      std::move(why)};
}

constexpr std::int64_t kQuotaMin = 1000;  // Microseconds; the scheduler's.
constexpr std::int64_t kSharesMin = 2;

using DeviceRules = std::vector<kernel::DeviceRule>;

/// The devices that every container may use, and what mknod may make.
const std::shared_ptr<const DeviceRules>& default_devices() {
  static const auto rules =
      std::make_shared<const DeviceRules>(DeviceRules{{'c', -1, -1, "m"},
                                                      {'b', -1, -1, "m"},
                                                      {'c', 1, 3, "rwm"},
                                                      {'c', 1, 5, "rwm"},
                                                      {'c', 1, 7, "rwm"},
                                                      {'c', 1, 8, "rwm"},
                                                      {'c', 1, 9, "rwm"},
                                                      {'c', 5, 0, "rwm"},
                                                      {'c', 5, 1, "rwm"},
                                                      {'c', 5, 2, "rwm"},
                                                      {'c', 136, -1, "rwm"}});
  return rules;
}

std::int64_t number_or_any(std::string_view text) {
  return text == "*" ? -1 : parse_int(text).value_or(-1);
}

/// "c 1:3 rwm"
kernel::DeviceRule device_rule(const std::string& text) {
  const List words = split_blanks(text);
  kernel::DeviceRule rule;
  if (words.size() != 3 || words[0].empty()) return rule;
  const List numbers = split(words[1], ':');
  rule.type = words[0][0];
  rule.major = number_or_any(numbers.front());
  rule.minor = number_or_any(numbers.back());
  rule.access = words[2];
  return rule;
}

/// These devices beside the default ones.
std::shared_ptr<const DeviceRules> devices_with(const List& more) {
  if (more.empty()) return default_devices();
  DeviceRules rules = *default_devices();
  for (const std::string& rule : more) rules.push_back(device_rule(rule));
  return std::make_shared<const DeviceRules>(std::move(rules));
}

void set_throttle(const std::vector<engine::DeviceBound>& bounds,
                  const char* file, kernel::CgroupLimits& limits) {
  List lines;
  for (const engine::DeviceBound& bound : bounds) {
    lines.push_back(fmt::format("{} {}", bound.path, bound.rate));
  }
  if (!lines.empty()) limits.blkio[file] = std::move(lines);
}

void set_throttles(const engine::Limits& wanted, kernel::CgroupLimits& limits) {
  limits.blkio.clear();
  set_throttle(wanted.read_bps, "blkio.throttle.read_bps_device", limits);
  set_throttle(wanted.read_iops, "blkio.throttle.read_iops_device", limits);
  set_throttle(wanted.write_bps, "blkio.throttle.write_bps_device", limits);
  set_throttle(wanted.write_iops, "blkio.throttle.write_iops_device", limits);
}

/// Of the calls that are modelled: those that Docker's default profile keeps
/// from containers without this capability.
using vfs::Capability;
struct Guarded {
  std::string_view call;
  Capability capability;
};
constexpr std::array kGuarded = {
    Guarded{"mount", Capability::sys_admin},
    Guarded{"umount2", Capability::sys_admin},
    Guarded{"sethostname", Capability::sys_admin},
    Guarded{"unshare", Capability::sys_admin},
    Guarded{"syslog", Capability::sys_admin},
    Guarded{"chroot", Capability::sys_chroot},
};

constexpr vfs::CapabilitySet kGuarding = [] {
  vfs::CapabilitySet all = 0;
  for (const Guarded& row : kGuarded) all |= vfs::bit_of(row.capability);
  return all;
}();

kernel::SeccompRef filter_for(vfs::CapabilitySet held) {
  auto filter = std::make_shared<kernel::SeccompFilter>();
  for (const Guarded& row : kGuarded) {
    if ((held & vfs::bit_of(row.capability)) != 0) continue;
    filter->calls[std::string(row.call)] = {
        kernel::SeccompFilter::Rule::Action::refuse, Errno::eperm};
  }
  return filter;
}

/// Most containers have the standard set, and share its filter.
kernel::SeccompRef default_filter(vfs::CapabilitySet held) {
  constexpr vfs::CapabilitySet kUsual = vfs::bit_of(Capability::sys_chroot);
  static const kernel::SeccompRef usual = filter_for(kUsual);
  return (held & kGuarding) == kUsual ? usual : filter_for(held);
}

using Json = nlohmann::ordered_json;

kernel::SeccompFilter::Rule rule_of(std::string_view action) {
  using Action = kernel::SeccompFilter::Rule::Action;
  if (action == "SCMP_ACT_ERRNO") return {Action::refuse, Errno::eperm};
  if (action.starts_with("SCMP_ACT_KILL") || action == "SCMP_ACT_TRAP") {
    return {Action::kill, Errno::enosys};
  }
  return {Action::allow, Errno::eperm};
}

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

Result<kernel::SeccompRef> parse_filter(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return Error{"decoding seccomp profile failed: it is no JSON object"};
  }
  auto filter = std::make_shared<kernel::SeccompFilter>();
  filter->otherwise = rule_of(text_at(json, "defaultAction"));
  const auto calls = json.find("syscalls");
  if (calls == json.end() || !calls->is_array()) {
    return kernel::SeccompRef(filter);
  }
  for (const Json& row : *calls) {
    if (!row.is_object()) continue;
    const kernel::SeccompFilter::Rule rule = rule_of(text_at(row, "action"));
    const std::string name = text_at(row, "name");
    if (!name.empty()) filter->calls[name] = rule;
    const auto names = row.find("names");
    if (names == row.end() || !names->is_array()) continue;
    for (const Json& each : *names) {
      if (each.is_string()) filter->calls[each.get<std::string>()] = rule;
    }
  }
  return kernel::SeccompRef(filter);
}

constexpr std::int64_t kNanoPeriod = 100'000;  // Of --cpus, microseconds.

/// Microseconds a period; 0: no bound.
std::int64_t quota_of(const engine::Limits& limits) {
  if (limits.nano_cpus > 0) return limits.nano_cpus / 10'000;
  return std::max<std::int64_t>(limits.cpu_quota, 0);
}

/// What the kernel would refuse.
Outcome check(const engine::Limits& limits, const std::string& path) {
  if (limits.cpu_shares != 0 && limits.cpu_shares < kSharesMin) {
    return in_init("the minimum allowed cpu-shares is 2");
  }
  const std::int64_t quota = quota_of(limits);
  if (quota > 0 && quota < kQuotaMin) {
    return in_init(fmt::format(
        "failed to write \"{}\": write /sys/fs/cgroup/cpu{}/cpu.cfs_quota_us: "
        "invalid argument",
        quota, path));
  }
  return done();
}

}  // namespace

Outcome change_cgroup_limits(const engine::Limits& limits,
                             const std::string& path,
                             kernel::CgroupLimits& bounds) {
  const Outcome accepted = check(limits, path);
  if (!accepted) return accepted;
  const auto positive = [](std::int64_t value) {
    return std::max<std::int64_t>(value, 0);
  };
  bounds.pids = positive(limits.pids);
  bounds.memory = positive(limits.memory);
  bounds.memory_swap = positive(limits.memory_swap);
  bounds.memory_reservation = positive(limits.memory_reservation);
  bounds.kernel_memory = positive(limits.kernel_memory);
  if (limits.memory_swappiness >= 0) {
    bounds.swappiness = limits.memory_swappiness;
  }
  bounds.oom_kill_disable = limits.oom_kill_disable;
  if (limits.cpu_shares != 0) bounds.cpu_shares = limits.cpu_shares;
  if (limits.cpu_period != 0) bounds.cpu_period = limits.cpu_period;
  if (limits.nano_cpus > 0) bounds.cpu_period = kNanoPeriod;
  bounds.cpu_quota = quota_of(limits);
  bounds.cpuset_cpus = limits.cpuset_cpus;
  bounds.cpuset_mems = limits.cpuset_mems;
  if (limits.blkio_weight != 0) bounds.blkio_weight = limits.blkio_weight;
  if (limits.cpu_rt_period != 0) bounds.rt_period = limits.cpu_rt_period;
  bounds.rt_runtime = limits.cpu_rt_runtime;
  set_throttles(limits, bounds);
  return done();
}

Outcome set_cgroup_limits(const ContainerSpec& spec, const std::string& path,
                          kernel::CgroupLimits& bounds) {
  if (!spec.privileged) {
    bounds.devices = devices_with(spec.device_cgroup_rules);
  }
  return change_cgroup_limits(spec.limits, path, bounds);
}

Result<kernel::SeccompRef> seccomp_filter(const ContainerSpec& spec) {
  if (spec.privileged || spec.seccomp == "unconfined") {
    return kernel::SeccompRef();
  }
  if (spec.seccomp.empty()) return default_filter(spec.capabilities);
  return parse_filter(spec.seccomp);
}

kernel::ResourceLimitsRef resource_limits(
    const std::vector<engine::Ulimit>& ulimits) {
  if (ulimits.empty()) return nullptr;
  kernel::ResourceLimits limits = kernel::standard_limits();
  const auto bound = [](std::int64_t value) {
    return value < 0 ? kernel::kUnlimited : value;
  };
  for (const engine::Ulimit& wanted : ulimits) {
    for (std::size_t at = 0; at < kernel::kResources; ++at) {
      if (kernel::kResourceTable[at].name != wanted.name) continue;
      limits[at] = {bound(wanted.soft), bound(wanted.hard)};
    }
  }
  return std::make_shared<const kernel::ResourceLimits>(limits);
}

}  // namespace drydock::machine
