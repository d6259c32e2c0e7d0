// jobs.cc — the table of jobs and its lines.

#include "sim/userland/sh/jobs.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::userland::sh {

using kernel::WaitStatus;

Job::State Job::state() const {
  bool stopped = false;
  for (const Stage& stage : stages) {
    if (!stage.ended) return State::running;
    stopped = stopped || stage.ended->kind == WaitStatus::Kind::stopped;
  }
  return stopped ? State::stopped : State::done;
}

std::string Job::text() const {
  std::string all;
  for (const Stage& stage : stages) {
    all += (all.empty() ? "" : " | ") + stage.text;
  }
  return all;
}

Job& Jobs::add(kernel::Pid group, bool own_group) {
  int number = 1;
  while (jobs_.contains(number)) ++number;
  Job& job = jobs_[number];
  job.number = number;
  job.group = group;
  job.own_group = own_group;
  order_.push_back(number);
  return job;
}

Job* Jobs::find(int number) {
  const auto found = jobs_.find(number);
  return found == jobs_.end() ? nullptr : &found->second;
}

Job* Jobs::find_pid(kernel::Pid pid) {
  for (auto& entry : jobs_) {
    for (const Job::Stage& stage : entry.second.stages) {
      if (stage.pid == pid) return &entry.second;
    }
  }
  return nullptr;
}

void Jobs::remove(int number) {
  jobs_.erase(number);
  std::erase(order_, number);
}

void Jobs::make_current(int number) {
  std::erase(order_, number);
  order_.push_back(number);
}

void Jobs::note(const WaitStatus& status) {
  Job* job = find_pid(status.pid);
  if (job == nullptr) {
    statuses[status.pid] = status.shell_status();
    if (statuses.size() > 1024) statuses.erase(statuses.begin());
    return;
  }
  for (Job::Stage& stage : job->stages) {
    if (stage.pid != status.pid) continue;
    if (status.kind == WaitStatus::Kind::continued) {
      stage.ended.reset();
    } else {
      stage.ended = status;
    }
  }
  job->told = false;
}

namespace {

bool is_named(const Job& job, std::string_view text) {
  const std::string whole = job.text();
  if (text.starts_with("?")) {
    return whole.find(text.substr(1)) != std::string::npos;
  }
  return whole.starts_with(text);
}

}  // namespace

Job* Jobs::named(std::string_view text) {
  if (!text.starts_with("%")) {
    const std::optional<std::int64_t> pid = parse_int(text);
    return pid ? find_pid(static_cast<kernel::Pid>(*pid)) : nullptr;
  }
  text.remove_prefix(1);
  if (text.empty() || text == "%" || text == "+") return find(current());
  if (text == "-") return find(previous());
  if (const std::optional<std::int64_t> number = parse_int(text)) {
    return find(static_cast<int>(*number));
  }
  for (auto& entry : jobs_) {
    if (is_named(entry.second, text)) return &entry.second;
  }
  return nullptr;
}

bool Jobs::ambiguous(std::string_view text) const {
  if (!text.starts_with("%")) return false;
  text.remove_prefix(1);
  if (text.empty() || parse_int(text) || text == "+" || text == "-" ||
      text == "%") {
    return false;
  }
  return std::ranges::count_if(jobs_, [&](const auto& entry) {
           return is_named(entry.second, text);
         }) > 1;
}

std::string state_text(const Job& job, Dialect dialect) {
  switch (job.state()) {
    case Job::State::running:
      return "Running";
    case Job::State::stopped: {
      const kernel::SignalRow* row = kernel::signal_row(job.last()->code);
      if (row == nullptr) return "Stopped";
      if (dialect == Dialect::bash && row->number != kernel::kSigTstp) {
        return std::string(row->text);
      }
      return std::string(row->text);
    }
    case Job::State::done:
      break;
  }
  const WaitStatus& last = *job.last();
  if (last.kind == WaitStatus::Kind::signaled) {
    const kernel::SignalRow* row = kernel::signal_row(last.code);
    return row == nullptr ? fmt::format("Signal {}", last.code)
                          : std::string(row->text);
  }
  if (last.code == 0) return "Done";
  if (dialect == Dialect::bash) return fmt::format("Exit {}", last.code);
  return fmt::format("Done({})", last.code);
}

std::string describe(const Jobs& jobs, const Job& job, Dialect dialect,
                     bool with_pids) {
  const char mark = job.number == jobs.current()    ? '+'
                    : job.number == jobs.previous() ? '-'
                                                    : ' ';
  const std::string state = state_text(job, dialect);
  const bool running = job.state() == Job::State::running;
  if (dialect == Dialect::bash) {
    const std::string pid =
        with_pids ? fmt::format("{:5} ", job.stages.front().pid) : "";
    return fmt::format("[{}]{}  {}{:<23} {}{}", job.number, mark, pid, state,
                       job.text(), running ? " &" : "");
  }
  const std::string pid =
      with_pids ? fmt::format("{} ", job.stages.front().pid) : "";
  return fmt::format("[{}] {} {}{:<{}} {}", job.number, mark, pid, state,
                     with_pids ? 26 - pid.size() : 26, job.text());
}

}  // namespace drydock::userland::sh
