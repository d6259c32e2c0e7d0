// cgroup.h — groups of processes that are counted, bounded, frozen and killed
// together (cgroups(7)): version 1, version 2, and both side by side.
//
// On a hybrid machine the version 2 tree has hardly a controller, but freezing,
// killing and being born into a group are not controllers: they work there.
// So a group is made in version 2 wherever it is mounted, and in those trees
// of version 1 whose bounds are asked for.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "realmode/sys/fd.h"

namespace drydock::sys {

/// Where this machine's cgroups are mounted.
struct CgroupMounts {
  std::string unified;  // Version 2; empty: not mounted.
  std::set<std::string> unified_controllers;
  std::map<std::string, std::string> v1;  // "memory" -> where.

  /// "v1", "v2", "hybrid" or "none".
  std::string_view kind() const;
  bool has(const std::string& controller) const;
};
Result<CgroupMounts> find_cgroups();

/// One setting of a group: "memory", "memory.limit_in_bytes", "1048576".
struct CgroupSetting {
  std::string controller, v1_file, v2_file, v1_value, v2_value;
};

/// A group by its path below each tree ("/docker/ID").  It is there or not;
/// forgetting the object changes nothing.
class Cgroup {
 public:
  Cgroup(const CgroupMounts& mounts, std::string path)
      : mounts_(mounts), path_(std::move(path)) {}

  /// Makes it where it is needed for these settings, and applies them.
  Outcome make(std::span<const CgroupSetting> settings);
  /// Changes settings of a group that is there.
  Outcome apply(std::span<const CgroupSetting> settings);
  /// Removes it and all below it; what is not there is no error.
  Outcome remove();

  /// The version 2 directory, to be born into; no Fd where there is none.
  Result<Fd> directory() const;
  /// The cgroup.procs files of the version 1 trees where the group is: who is
  /// born into version 2 still has to be written there.
  std::vector<std::string> v1_files() const;
  /// The same groups as directories, by the name of the tree ("memory").
  std::map<std::string, std::string> v1_groups() const;
  /// Moves a process into those version 1 trees where the group is, and into
  /// version 2 when `unified` is set.
  Outcome admit(std::int64_t pid, bool unified) const;

  /// Returns when all of it stands still.  `deadline_ms` bounds the wait.
  Outcome freeze(int deadline_ms);
  Outcome thaw();
  /// SIGKILL to all of it, frozen or not.
  Outcome kill();

  std::vector<std::int64_t> pids() const;
  bool oom_killed() const;
  std::int64_t cpu_nanoseconds() const;
  /// Bytes; nothing where no memory controller counts.
  std::optional<std::int64_t> memory() const;
  const std::string& path() const { return path_; }

  /// Directories of the group that are there.
  std::vector<std::string> directories() const;

 private:
  std::string in_v1(const std::string& controller) const;
  std::string in_v2() const;
  Outcome make_in_v1(const std::string& controller) const;

  const CgroupMounts& mounts_;
  std::string path_;
};

/// What the processes of a group may do with a device: eBPF's
/// BPF_CGROUP_DEVICE.
struct DeviceRule {
  char type = 'a';                            // 'c', 'b', or 'a' for both.
  std::optional<std::uint32_t> major, minor;  // Any, if absent.
  bool read = false, write = false, mknod = false;
};
/// Attaches a program that allows these and refuses all others.
Outcome allow_devices(int cgroup, std::span<const DeviceRule> rules);

}  // namespace drydock::sys
