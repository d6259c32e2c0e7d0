// jobs.h — what runs in the background, or was stopped.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/process.h"
#include "sim/userland/sh/dialect.h"

namespace drydock::userland::sh {

struct Job {
  enum class State { running, stopped, done };
  struct Stage {
    kernel::Pid pid;
    std::optional<kernel::WaitStatus> ended;  // Or how it stopped.
    std::string text;
  };
  int number = 0;
  kernel::Pid group = 0;
  std::vector<Stage> stages;
  bool foreground = false;
  bool told = false;  // The user knows its state.
  bool own_group = false;

  State state() const;
  /// The status of the last stage.
  const std::optional<kernel::WaitStatus>& last() const {
    return stages.back().ended;
  }
  std::string text() const;
};

class Jobs {
 public:
  Job& add(kernel::Pid group, bool own_group);
  Job* find(int number);
  Job* find_pid(kernel::Pid pid);
  void remove(int number);
  void clear() {
    jobs_.clear();
    order_.clear();
  }
  std::map<int, Job>& all() { return jobs_; }
  const std::map<int, Job>& all() const { return jobs_; }

  /// Enters what wait4 said.
  void note(const kernel::WaitStatus& status);

  /// %n, %%, %+, %-, %string, %?string, or a pid; null when there is none.
  Job* named(std::string_view text);
  bool ambiguous(std::string_view text) const;
  /// The job of %+ and of %-.
  int current() const { return order_.empty() ? 0 : order_.back(); }
  int previous() const {
    return order_.size() < 2 ? 0 : order_[order_.size() - 2];
  }
  void make_current(int number);

  /// Statuses of children that ended and whose jobs are gone, for wait PID.
  std::map<kernel::Pid, int> statuses;

 private:
  std::map<int, Job> jobs_;
  std::vector<int> order_;  // The current one last.
};

/// "[1]+  Running                 sleep 5 &": a line of jobs(1).
std::string describe(const Jobs& jobs, const Job& job, Dialect dialect,
                     bool with_pids);
/// "Done", "Exit 3", "Terminated", "Stopped (signal)".
std::string state_text(const Job& job, Dialect dialect);

}  // namespace drydock::userland::sh
