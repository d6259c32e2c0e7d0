// cgroup.h — cgroups(7) as records: who counts together, and the bounds.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sim/base/link.h"

namespace drydock::kernel {

class KernelProcess;

/// What a cgroup bounds; 0 is no bound.
struct CgroupLimits {
  std::int64_t pids = 0;
  std::int64_t memory = 0;  // Bytes.
  std::int64_t cpu_shares = 1024, cpu_quota = 0, cpu_period = 100'000;
};

class Cgroup {
 public:
  /// `path` as in /proc/PID/cgroup: "/", "/docker/<id>".
  Cgroup(std::shared_ptr<Cgroup> parent, std::string path)
      : parent_(std::move(parent)), path_(std::move(path)) {}
  Cgroup(const Cgroup&) = delete;

  const std::string& path() const { return path_; }
  const std::shared_ptr<Cgroup>& parent() const { return parent_; }
  bool frozen() const { return frozen_; }
  std::int64_t pids() const { return pids_; }
  std::int64_t memory() const { return memory_; }

  /// Whether one process more would pass a limit here or above.
  bool is_full() const;
  /// Counts declared use, here and above; false, and nothing changed, when
  /// that would pass a limit.
  bool charge_memory(std::int64_t bytes);

  void enter(KernelProcess& process);
  void leave(KernelProcess& process);

  /// Holds each process until thaw(); those that come later too.
  void freeze();
  void thaw();

  CgroupLimits limits;
  bool oom_killed = false;

 private:
  friend class Kernel;
  std::shared_ptr<Cgroup> parent_;
  std::string path_;
  Link members_;  // CgroupPlace of KernelProcess, oldest first.
  std::int64_t pids_ = 0;
  std::int64_t memory_ = 0;
  bool frozen_ = false;
};
using CgroupRef = std::shared_ptr<Cgroup>;

}  // namespace drydock::kernel
