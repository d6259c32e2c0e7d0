// limits.cc — bounds and devices: numbers into the files of cgroups.

#include "realmode/backend/limits.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/base/time.h"

namespace drydock::realmode {

using engine::DeviceBound;
using engine::Limits;

namespace {

constexpr std::int64_t kSharesMin = 2, kSharesMax = 262144, kPeriod = 100'000;

/// "8:0", of a device named by its path.
Result<std::string> numbers_of(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) {
    return Error{fmt::format("stat {}: no such file or directory", path)};
  }
  return fmt::format("{}:{}", major(status.st_rdev), minor(status.st_rdev));
}

class Settings {
 public:
  /// A bound that reads alike in both versions.
  void add(const char* controller, const char* v1, const char* v2,
           const std::string& value) {
    add(controller, v1, v2, value, value);
  }
  /// An empty `v2`: only version 1 knows it.
  void add(const char* controller, const char* v1, const char* v2,
           const std::string& v1_value, const std::string& v2_value) {
    all_.push_back({controller, v1, v2, v1_value, v2_value});
  }
  Outcome add_devices(const std::vector<DeviceBound>& bounds, const char* v1,
                      const char* v2_key) {
    for (const DeviceBound& bound : bounds) {
      const auto device = numbers_of(bound.path);
      if (!device) return device.error();
      add("blkio", v1, "io.max", fmt::format("{} {}", *device, bound.rate),
          fmt::format("{} {}={}", *device, v2_key, bound.rate));
    }
    return done();
  }
  std::vector<sys::CgroupSetting> take() { return std::move(all_); }

 private:
  std::vector<sys::CgroupSetting> all_;
};

void bound_memory(Settings& settings, const Limits& limits) {
  if (limits.memory > 0) {
    settings.add("memory", "memory.limit_in_bytes", "memory.max",
                 std::to_string(limits.memory));
  }
  if (limits.memory_swap > 0) {
    settings.add("memory", "memory.memsw.limit_in_bytes", "memory.swap.max",
                 std::to_string(limits.memory_swap),
                 std::to_string(limits.memory_swap - limits.memory));
  }
  if (limits.memory_reservation > 0) {
    settings.add("memory", "memory.soft_limit_in_bytes", "memory.low",
                 std::to_string(limits.memory_reservation));
  }
  if (limits.kernel_memory > 0) {
    settings.add("memory", "memory.kmem.limit_in_bytes", "",
                 std::to_string(limits.kernel_memory));
  }
  if (limits.memory_swappiness >= 0) {
    settings.add("memory", "memory.swappiness", "",
                 std::to_string(limits.memory_swappiness));
  }
  if (limits.oom_kill_disable) {
    settings.add("memory", "memory.oom_control", "", "1");
  }
}

Outcome bound_cpu(Settings& settings, const Limits& limits) {
  if (limits.cpu_shares != 0 && limits.cpu_shares < kSharesMin) {
    return Error{
        "error during container init: error setting cgroup config for "
        "procHooks process: the minimum allowed cpu-shares is 2"};
  }
  if (limits.cpu_shares > 0) {
    // Shares 2..262144 to weights 1..10000, as runc does it.
    const std::int64_t weight = 1 + ((limits.cpu_shares - kSharesMin) * 9999) /
                                        (kSharesMax - kSharesMin);
    settings.add("cpu", "cpu.shares", "cpu.weight",
                 std::to_string(limits.cpu_shares), std::to_string(weight));
  }
  std::int64_t quota = limits.cpu_quota;
  const std::int64_t period =
      limits.cpu_period > 0 ? limits.cpu_period : kPeriod;
  if (limits.nano_cpus > 0) quota = limits.nano_cpus * period / kSecond;
  const std::string both =
      fmt::format("{} {}", quota > 0 ? std::to_string(quota) : "max", period);
  if (quota > 0 || limits.cpu_period > 0) {
    settings.add("cpu", "cpu.cfs_period_us", "cpu.max", std::to_string(period),
                 both);
  }
  if (quota > 0) {
    settings.add("cpu", "cpu.cfs_quota_us", "cpu.max", std::to_string(quota),
                 both);
  }
  if (limits.cpu_rt_period > 0) {
    settings.add("cpu", "cpu.rt_period_us", "",
                 std::to_string(limits.cpu_rt_period));
  }
  if (limits.cpu_rt_runtime > 0) {
    settings.add("cpu", "cpu.rt_runtime_us", "",
                 std::to_string(limits.cpu_rt_runtime));
  }
  if (!limits.cpuset_cpus.empty()) {
    settings.add("cpuset", "cpuset.cpus", "cpuset.cpus", limits.cpuset_cpus);
  }
  if (!limits.cpuset_mems.empty()) {
    settings.add("cpuset", "cpuset.mems", "cpuset.mems", limits.cpuset_mems);
  }
  return done();
}

Outcome bound_devices(Settings& settings, const Limits& limits) {
  if (limits.blkio_weight > 0) {
    settings.add("blkio", "blkio.weight", "io.weight",
                 std::to_string(limits.blkio_weight));
  }
  for (const DeviceBound& bound : limits.blkio_weight_device) {
    const auto device = numbers_of(bound.path);
    if (!device) return device.error();
    settings.add("blkio", "blkio.weight_device", "io.weight",
                 fmt::format("{} {}", *device, bound.rate));
  }
  struct Row {
    const std::vector<DeviceBound>& bounds;
    const char* v1;
    const char* v2_key;
  };
  const std::array rows = {
      Row{limits.read_bps, "blkio.throttle.read_bps_device", "rbps"},
      Row{limits.write_bps, "blkio.throttle.write_bps_device", "wbps"},
      Row{limits.read_iops, "blkio.throttle.read_iops_device", "riops"},
      Row{limits.write_iops, "blkio.throttle.write_iops_device", "wiops"},
  };
  for (const Row& row : rows) {
    const Outcome added = settings.add_devices(row.bounds, row.v1, row.v2_key);
    if (!added) return added;
  }
  return done();
}

}  // namespace

Result<std::vector<sys::CgroupSetting>> settings_of(const Limits& limits) {
  Settings settings;
  bound_memory(settings, limits);
  const Outcome cpu = bound_cpu(settings, limits);
  if (!cpu) return cpu.error();
  const Outcome devices = bound_devices(settings, limits);
  if (!devices) return devices.error();
  if (limits.pids != 0) {
    settings.add("pids", "pids.max", "pids.max",
                 limits.pids > 0 ? std::to_string(limits.pids) : "max");
  }
  return settings.take();
}

}  // namespace drydock::realmode
