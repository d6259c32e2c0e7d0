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

/// The devices that every container may use, and what mknod may make.
const std::vector<kernel::DeviceRule>& default_devices() {
  static const std::vector<kernel::DeviceRule> rules = {
      {'c', -1, -1, "m"}, {'b', -1, -1, "m"},   {'c', 1, 3, "rwm"},
      {'c', 1, 5, "rwm"}, {'c', 1, 7, "rwm"},   {'c', 1, 8, "rwm"},
      {'c', 1, 9, "rwm"}, {'c', 5, 0, "rwm"},   {'c', 5, 1, "rwm"},
      {'c', 5, 2, "rwm"}, {'c', 136, -1, "rwm"}};
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

List throttle_lines(const std::vector<engine::DeviceBound>& bounds) {
  List lines;
  for (const engine::DeviceBound& bound : bounds) {
    lines.push_back(fmt::format("{} {}", bound.path, bound.rate));
  }
  return lines;
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
kernel::SeccompRef default_filter(const List& capabilities) {
  vfs::CapabilitySet guarding = 0;
  for (const Guarded& row : kGuarded) guarding |= vfs::bit_of(row.capability);
  static const vfs::CapabilitySet kUsual = vfs::bit_of(Capability::sys_chroot);
  static const kernel::SeccompRef usual = filter_for(kUsual);
  const vfs::CapabilitySet held = capability_set(capabilities) & guarding;
  return held == kUsual ? usual : filter_for(held);
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

}  // namespace

Result<kernel::CgroupLimits> bounded_by(kernel::CgroupLimits bounds,
                                        const engine::Limits& limits,
                                        const std::string& path) {
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
  if (limits.cpu_shares != 0) {
    if (limits.cpu_shares < kSharesMin) {
      return in_init("the minimum allowed cpu-shares is 2");
    }
    bounds.cpu_shares = limits.cpu_shares;
  }
  if (limits.cpu_period != 0) bounds.cpu_period = limits.cpu_period;
  bounds.cpu_quota = positive(limits.cpu_quota);
  if (limits.nano_cpus > 0) {
    bounds.cpu_period = 100'000;
    bounds.cpu_quota = limits.nano_cpus / 10'000;
  }
  if (bounds.cpu_quota > 0 && bounds.cpu_quota < kQuotaMin) {
    return in_init(fmt::format(
        "failed to write \"{}\": write /sys/fs/cgroup/cpu{}/cpu.cfs_quota_us: "
        "invalid argument",
        bounds.cpu_quota, path));
  }
  bounds.cpuset_cpus = limits.cpuset_cpus;
  bounds.cpuset_mems = limits.cpuset_mems;
  if (limits.blkio_weight != 0) bounds.blkio_weight = limits.blkio_weight;
  if (limits.cpu_rt_period != 0) bounds.rt_period = limits.cpu_rt_period;
  bounds.rt_runtime = limits.cpu_rt_runtime;
  bounds.blkio["blkio.throttle.read_bps_device"] =
      throttle_lines(limits.read_bps);
  bounds.blkio["blkio.throttle.read_iops_device"] =
      throttle_lines(limits.read_iops);
  bounds.blkio["blkio.throttle.write_bps_device"] =
      throttle_lines(limits.write_bps);
  bounds.blkio["blkio.throttle.write_iops_device"] =
      throttle_lines(limits.write_iops);
  std::erase_if(bounds.blkio,
                [](const auto& file) { return file.second.empty(); });
  return bounds;
}

Result<kernel::CgroupLimits> cgroup_limits(const ContainerSpec& spec,
                                           const std::string& path) {
  kernel::CgroupLimits bounds;
  bounds.all_devices = spec.privileged;
  if (!spec.privileged) {
    bounds.devices = default_devices();
    for (const std::string& rule : spec.device_cgroup_rules) {
      bounds.devices.push_back(device_rule(rule));
    }
  }
  return bounded_by(std::move(bounds), spec.limits, path);
}

vfs::CapabilitySet capability_set(const List& names) {
  vfs::CapabilitySet set = 0;
  for (const std::string& name : names) {
    const std::string_view bare =
        std::string_view(name).substr(name.starts_with("CAP_") ? 4 : 0);
    const auto capability = vfs::capability_named(bare);
    if (capability) set |= vfs::bit_of(*capability);
  }
  return set;
}

Result<kernel::SeccompRef> seccomp_filter(const ContainerSpec& spec) {
  if (spec.privileged || spec.seccomp == "unconfined") {
    return kernel::SeccompRef();
  }
  if (spec.seccomp.empty()) return default_filter(spec.capabilities);
  return parse_filter(spec.seccomp);
}

kernel::ResourceLimits resource_limits(
    const std::vector<engine::Ulimit>& ulimits) {
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
  return limits;
}

}  // namespace drydock::machine
