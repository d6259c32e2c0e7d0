// cgroup.h — cgroups(7) as records: who counts together, and the bounds.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/link.h"
#include "sim/vfs/inode.h"

namespace drydock::kernel {

class KernelProcess;

/// A line of devices.allow: "c 1:3 rwm".  -1 is any number, 'a' any type.
struct DeviceRule {
  char type = 'a';
  std::int64_t major = -1, minor = -1;
  std::string access = "rwm";
};

/// What a cgroup bounds; 0 and "" are no bound.
struct CgroupLimits {
  std::int64_t pids = 0;
  std::int64_t memory = 0, memory_swap = 0, memory_reservation = 0;  // Bytes.
  std::int64_t kernel_memory = 0;
  int swappiness = 60;
  bool oom_kill_disable = false;
  std::int64_t cpu_shares = 1024, cpu_quota = 0, cpu_period = 100'000;
  std::int64_t rt_runtime = 0, rt_period = 1'000'000;
  std::string cpuset_cpus, cpuset_mems;  // "0-1"
  std::int64_t blkio_weight = 500;
  /// "blkio.throttle.read_bps_device" -> its lines, "8:0 1048576".
  std::map<std::string, std::vector<std::string>, std::less<>> blkio;
  /// Only these devices may be opened; null: any.  Most have the same ones.
  std::shared_ptr<const std::vector<DeviceRule>> devices;
};

/// What a process takes without having asked for anything: its program's own
/// pages.  Programs here hold no memory that could be measured.
inline constexpr std::int64_t kProcessMemory = 400 << 10;

class Cgroup : public std::enable_shared_from_this<Cgroup> {
 public:
  /// `path` as in /proc/PID/cgroup: "/", "/docker/<id>".
  Cgroup(std::shared_ptr<Cgroup> parent, std::string path)
      : parent_(std::move(parent)), path_(std::move(path)) {}
  ~Cgroup();
  Cgroup(const Cgroup&) = delete;

  const std::string& path() const { return path_; }
  std::string_view name() const;  // The last part of its path.
  const std::shared_ptr<Cgroup>& parent() const { return parent_; }
  /// By the last part of their paths; those that have gone are not listed.
  const std::map<std::string_view, Cgroup*>& children() const {
    return children_;
  }
  bool frozen() const { return frozen_; }
  std::int64_t pids() const { return pids_; }
  /// In use, declared or not: memory.usage_in_bytes.
  std::int64_t memory() const { return memory_ + pids_ * kProcessMemory; }
  std::int64_t memory_peak() const { return memory_peak_; }
  std::int64_t oom_kills() const { return oom_kills_; }
  std::int64_t limit_hits() const { return limit_hits_; }
  bool under_oom() const { return !waiting_.empty(); }
  std::vector<KernelProcess*> members() const;  // Its own, oldest first.

  /// Whether one process more would pass a limit here or above.
  bool is_full() const;
  /// Counts declared use, here and above; the level whose limit that would
  /// pass, and then nothing has changed; null when it is done.
  Cgroup* charge_memory(std::int64_t bytes);
  /// May this device be opened here?
  bool permits_device(vfs::FileType type, vfs::Device device,
                      std::string_view access) const;
  /// "cpuset.cpus" here or above; "" where nobody bounds it.
  std::string cpus() const;
  std::string mems() const;

  void enter(KernelProcess& process);
  void leave(KernelProcess& process);

  /// Holds each process until thaw(); those that come later too.
  void freeze();
  void thaw();

  /// Out of memory, and the killer is switched off: it waits for a new limit.
  void wait_for_memory(KernelProcess& process);
  /// After a change of limits.
  void let_go();
  void count_oom_kill();

  CgroupLimits limits;
  /// Told of each kill for want of memory, here or below.
  std::function<void()> on_oom;

 private:
  friend class Kernel;
  std::shared_ptr<Cgroup> parent_;
  std::string path_;
  std::map<std::string_view, Cgroup*> children_;  // The names are theirs.
  Link members_;  // CgroupPlace of KernelProcess, oldest first.
  std::vector<KernelProcess*> waiting_;
  std::int64_t pids_ = 0;
  std::int64_t memory_ = 0, memory_peak_ = 0;
  std::int64_t oom_kills_ = 0, limit_hits_ = 0;
  bool frozen_ = false;
};
using CgroupRef = std::shared_ptr<Cgroup>;

/// "0-2,5": how many numbers that is; 0 for text that is no such list.
int count_of_list(std::string_view list);

}  // namespace drydock::kernel
