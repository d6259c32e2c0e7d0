// pipelines.cc — children: pipes, background jobs, subshells, waiting for them.

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sim/userland/sh/interpreter.h"

namespace drydock::userland::sh {

using kernel::Process;
using kernel::WaitStatus;

namespace {

/// The body of every child.
Task<int> run_child(Process& process, std::shared_ptr<Shell> shell,
                    std::shared_ptr<const ChildPlan> plan) {
  shell->become_subshell(process);
  if (plan->substitutes) ++shell->trace_level;
  if (!plan->keeps_errexit) shell->options.errexit = false;
  for (const auto& [from, to] : plan->dup) {
    if (from == to) continue;
    (void)process.dup2(from, to);
    (void)process.close(from);
  }
  for (const Fd fd : plan->close) (void)process.close(fd);
  if (plan->job_control && plan->foreground) {
    const auto terminal = process.isatty(2) ? kernel::kStderr : kernel::kStdin;
    (void)process.sigaction(kernel::kSigTtou, kernel::Disposition::ignore);
    (void)process.tcsetpgrp(terminal, process.getpgrp());
  }
  if (plan->job_control) {
    for (const int signal :
         {kernel::kSigTstp, kernel::kSigTtin, kernel::kSigTtou}) {
      (void)process.sigaction(signal, kernel::Disposition::standard);
    }
  } else if (plan->background) {
    (void)process.sigaction(kernel::kSigInt, kernel::Disposition::ignore);
    (void)process.sigaction(kernel::kSigQuit, kernel::Disposition::ignore);
    const SysResult<Fd> null = co_await process.open("/dev/null", 0);
    if (null && *null != 0) {
      (void)process.dup2(*null, 0);
      (void)process.close(*null);
    }
  }
  if (plan->exec) {
    co_return co_await exec_program(*shell, plan->exec->first,
                                    plan->exec->second, plan->environment);
  }
  int status = 0;
  if (plan->command) {
    status = co_await run(*shell, plan->command, plan->flags);
  }
  co_return co_await finish_shell(*shell, status);
}

bool is_quiet_signal(int signal) {
  return signal == kernel::kSigInt || signal == kernel::kSigPipe;
}

/// What is said of a child that a signal ended, in scripts.
void tell_signal(Shell& shell, const Job& job) {
  const WaitStatus& last = *job.last();
  if (last.kind != WaitStatus::Kind::signaled) return;
  if (is_quiet_signal(last.code)) {
    if (last.code == kernel::kSigInt && shell.options.interactive) {
      shell.complain_plain("\n");
    }
    return;
  }
  const std::string what = state_text(job, shell.dialect());
  if (!shell.bash() || shell.options.interactive) {
    return shell.complain_plain(what + "\n");
  }
  shell.complain(
      fmt::format("{:5} {:<23} {}", job.stages.front().pid, what, job.text()));
}

}  // namespace

SysResult<Pid> fork_child(Shell& shell, ChildPlan plan) {
  // A child has no jobs: those of a script that starts thousands are not copied
  // to be forgotten.
  Jobs jobs = std::exchange(shell.jobs, Jobs());
  auto state = std::make_shared<Shell>(shell);
  shell.jobs = std::move(jobs);
  kernel::ForkOptions options;
  options.process_group = plan.group;
  auto shared = std::make_shared<const ChildPlan>(std::move(plan));
  // Not a coroutine itself: it only starts one, with its arguments by value.
  const auto body = [state, shared](Process& process) {
    return run_child(process, state, shared);
  };
  return shell.process().fork(body, options);
}

Task<int> wait_for_child(Shell& shell, Pid pid) {
  for (;;) {
    const SysResult<WaitStatus> status = co_await shell.process().wait4(pid);
    if (status) co_return status->shell_status();
    if (status.error() != Errno::eintr) co_return 127;
  }
}

Task<int> wait_for_job(Shell& shell, int number) {
  Process& process = shell.process();
  Job* job = shell.jobs.find(number);
  job->foreground = true;
  const Fd terminal = process.isatty(2) ? kernel::kStderr : kernel::kStdin;
  kernel::WaitOptions options;
  options.untraced = shell.options.monitor;
  while (job->state() == Job::State::running) {
    // Anybody's end: as PID 1 a shell has children that it never started.
    const SysResult<WaitStatus> status = co_await process.wait4(-1, options);
    job = shell.jobs.find(number);
    if (job == nullptr) co_return 127;
    if (status) {
      shell.jobs.note(*status);
    } else if (status.error() != Errno::eintr) {
      for (Job::Stage& stage : job->stages) {
        if (!stage.ended) stage.ended = WaitStatus{stage.pid};
      }
    }
  }
  if (shell.terminal_owner) {
    (void)process.sigaction(kernel::kSigTtou, kernel::Disposition::ignore);
    (void)process.tcsetpgrp(terminal, process.getpgrp());
  }
  const int status = job->last()->shell_status();
  shell.pipe_status.clear();
  for (const Job::Stage& stage : job->stages) {
    shell.pipe_status.push_back(stage.ended->shell_status());
  }
  if (job->state() == Job::State::stopped) {
    job->foreground = false;
    job->told = true;
    shell.jobs.make_current(number);
    shell.complain_plain(
        "\n" + describe(shell.jobs, *job, shell.dialect(), false) + "\n");
  } else {
    tell_signal(shell, *job);
    shell.jobs.remove(number);
  }
  co_await shell.flush();
  co_return status;
}

Task<void> reap(Shell& shell) {
  kernel::WaitOptions options;
  options.no_hang = true;
  options.untraced = shell.options.monitor;
  options.continued = shell.options.monitor;
  for (;;) {
    const SysResult<WaitStatus> status =
        co_await shell.process().wait4(-1, options);
    if (!status || status->pid == 0) co_return;
    shell.jobs.note(*status);
  }
}

Task<void> tell_jobs(Shell& shell) {
  co_await reap(shell);
  std::vector<int> gone;
  for (auto& [number, job] : shell.jobs.all()) {
    if (job.state() == Job::State::done) gone.push_back(number);
    if (job.told || job.state() == Job::State::running) continue;
    job.told = true;
    shell.complain_plain(describe(shell.jobs, job, shell.dialect(), false) +
                         "\n");
  }
  for (const int number : gone) shell.jobs.remove(number);
  co_await shell.flush();
}

Task<int> run_background(Shell& shell, CommandRef command, std::string text) {
  co_await shell.flush();
  co_await reap(shell);
  ChildPlan plan;
  plan.command = command;
  plan.background = true;
  plan.job_control = shell.options.monitor;
  if (shell.options.monitor) plan.group = 0;
  const SysResult<Pid> child = fork_child(shell, std::move(plan));
  if (!child) {
    shell.abort(cannot_fork(shell), shell.bash() ? 254 : 2);
    co_return shell.status;
  }
  Job& job = shell.jobs.add(*child, shell.options.monitor);
  job.stages.push_back({*child, std::nullopt, std::move(text)});
  shell.last_background = *child;
  if (shell.bash() && shell.options.interactive) {
    shell.complain_plain(fmt::format("[{}] {}\n", job.number, *child));
    co_await shell.flush();
  }
  co_return 0;
}

Task<int> run_subshell(Shell& shell, CommandRef command, RunFlags flags) {
  shell.line = command->line;
  SavedFds saved;
  const bool redirected = co_await redirect(shell, command->redirects, &saved);
  if (!redirected) {
    restore(shell, saved);
    const int failure = shell.bash() ? 1 : 2;
    co_await check_errexit(shell, failure, flags);
    co_return failure;
  }
  co_await shell.flush();
  ChildPlan plan;
  plan.command = as<Subshell>(*command)->body;
  plan.flags.tested = flags.tested;
  plan.job_control = shell.options.monitor;
  plan.foreground = true;
  if (shell.options.monitor) plan.group = 0;
  const SysResult<Pid> child = fork_child(shell, std::move(plan));
  restore(shell, saved);
  if (!child) {
    shell.abort(cannot_fork(shell), 2);
    co_return shell.status;
  }
  Job& job = shell.jobs.add(*child, shell.options.monitor);
  job.stages.push_back({*child, std::nullopt, "( ... )"});
  const int status = co_await wait_for_job(shell, job.number);
  if (!shell.leaving()) co_await check_errexit(shell, status, flags);
  co_return status;
}

namespace {

/// Starts all stages; the number of their job, 0 when forking failed.
Task<int> start_stages(Shell& shell, const Pipeline& node, RunFlags flags) {
  Process& process = shell.process();
  Fd input = -1;
  Pid group = 0;
  int number = 0;
  for (const CommandRef& stage : node.stages) {
    const bool last = &stage == &node.stages.back();
    ChildPlan plan;
    plan.command = stage;
    plan.flags.tested = flags.tested;
    plan.job_control = shell.options.monitor;
    plan.foreground = true;
    if (shell.options.monitor) plan.group = group;
    Fd next = -1, output = -1;
    if (!last) {
      const auto ends = process.pipe();
      if (!ends) {
        shell.abort("Pipe call failed", 2);
        break;
      }
      next = ends->first;
      output = ends->second;
      plan.close.push_back(next);
      plan.dup.emplace_back(output, kernel::kStdout);
    }
    if (input >= 0) plan.dup.emplace(plan.dup.begin(), input, kernel::kStdin);
    const SysResult<Pid> child = fork_child(shell, std::move(plan));
    if (input >= 0) (void)process.close(input);
    if (output >= 0) (void)process.close(output);
    input = next;
    if (!child) {
      shell.abort(cannot_fork(shell), 2);
      break;
    }
    if (group == 0) {
      group = *child;
      number = shell.jobs.add(group, shell.options.monitor).number;
    }
    shell.jobs.find(number)->stages.push_back(
        {*child, std::nullopt, stage->text});
  }
  if (input >= 0) (void)process.close(input);
  co_return number;
}

std::string seconds_text(Nanoseconds span) {
  const std::int64_t milliseconds = span / kMillisecond;
  return fmt::format("{}m{}.{:03}s", milliseconds / 60'000,
                     milliseconds / 1000 % 60, milliseconds % 1000);
}

}  // namespace

Task<int> run_pipeline(Shell& shell, CommandRef command, RunFlags flags) {
  const Pipeline& node = *as<Pipeline>(*command);
  shell.line = command->line;
  const Time begin = shell.process().now();
  RunFlags inner = flags;
  inner.last = false;
  inner.tested = flags.tested || node.negated;
  int status = 0;
  if (node.stages.size() == 1) {
    status = co_await run(shell, node.stages.front(), inner);
    shell.pipe_status.assign(1, status);
  } else {
    co_await shell.flush();
    const int number = co_await start_stages(shell, node, inner);
    if (number == 0 || shell.leaving()) co_return shell.status;
    status = co_await wait_for_job(shell, number);
    if (shell.options.pipefail) {
      status = 0;
      for (const int stage : shell.pipe_status) {
        if (stage != 0) status = stage;
      }
    }
    if (!shell.leaving() && !node.negated) {
      co_await check_errexit(shell, status, flags);
    }
  }
  if (node.timed) {
    shell.complain_plain(
        fmt::format("\nreal\t{}\nuser\t0m0.000s\nsys\t0m0.000s\n",
                    seconds_text(shell.process().now() - begin)));
    co_await shell.flush();
  }
  if (shell.leaving()) co_return shell.status;
  co_return node.negated ? (status == 0 ? 1 : 0) : status;
}

}  // namespace drydock::userland::sh
