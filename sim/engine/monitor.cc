// monitor.cc — one fiber for each running container: it waits for the end,
// records it, and starts again where the restart policy says so.

#include <algorithm>
#include <utility>

#include "sim/base/id.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/gate.h"

namespace drydock::engine {

namespace {

/// A run this long was a good one: the next wait is a short one again.
constexpr Nanoseconds kGoodRun = 10 * kSecond;

std::string lifetime(Nanoseconds span) {
  return span < kSecond ? fmt::format("{} ms", span / kMillisecond)
                        : fmt::format("{} s", span / kSecond);
}

}  // namespace

Task<void> Engine::watch_over(ContainerRef container) {
  for (;;) {
    const ExitStatus status = co_await backend_.wait(container->id);
    record_exit(*container, status);
    const bool again = wants_restart(*container, status.code);
    if (again) {
      ++container->restart_count;
      set_state(*container, State::restarting);
    }
    if (!again) break;
    co_await keep(*container);
    const bool launched = co_await await_restart(container);
    if (!launched) break;
  }
  co_await end_watch(container);
}

/// The monitor of a container whose engine ended while it was to start again.
Task<void> Engine::go_on_restarting(ContainerRef container) {
  const bool launched = co_await await_restart(container);
  if (launched) {
    co_await watch_over(container);
  } else {
    co_await end_watch(container);
  }
}

void Engine::set_monitor(ContainerRef container, Task<void> body) {
  container->watched = true;
  container->monitor =
      std::make_unique<Fiber>(backend_.executor(), std::move(body), nullptr);
  container->monitor->wake();
}

Task<void> Engine::end_watch(ContainerRef container) {
  if (backend_.keeps_records()) co_await keep(*container);
  tell_exit(*container);
  if (!container->host->auto_remove) {
    // Its frame holds the container, which holds it: one of them lets go.
    backend_.executor().bury(std::move(container->monitor));
    co_return;
  }
  co_await gate_open(container);
  if (container->gone) co_return;
  const GateHold hold(container);
  explain(backend_, StepKind::auto_remove, "container", container->id);
  const Done gone = co_await discard(container, true, container->name);
  if (!gone) {
    explain(backend_, StepKind::trouble, "what", "auto-remove", "why",
            gone.error().text);
  }
}

void Engine::record_exit(Container& container, const ExitStatus& status) {
  RunState& run = container.run;
  run.pid = 0;
  run.exit_code = status.code;
  run.finished_at = now();
  if (backend_.observer) {
    explain(backend_, StepKind::ended, "container", container.id, "code",
            status.code, "lived", lifetime(run.finished_at - run.started_at));
  }
  if (status.oom_killed) note_oom(container.id);
  if (!run.health.status.empty()) {
    run.health.status = "unhealthy";
    run.health.failing_streak = 0;
  }
  stop_health(container);
  note(container, "die");
  for (const auto& [id, exec] : container.execs) execs_.erase(id);
  container.execs.clear();
  disconnect(container);
  for (const MountPoint& mount : container.mounts) {
    if (mount.kind != MountKind::volume) continue;
    note_volume(mount.name, "unmount", &container, nullptr);
  }
  set_state(container, State::exited);
}

/// Counts failures and says whether the policy asks for another run.
bool Engine::wants_restart(Container& container, int exit_code) const {
  const RestartPolicy& policy = container.host->restart_policy;
  container.failures = exit_code == 0 ? 0 : container.failures + 1;
  const auto stays_down = [&](std::string_view why) {
    if (policy.name == "no" || policy.name.empty()) return false;
    explain(backend_, StepKind::restart_over, "container", container.id,
            "policy", policy.name, "why", why);
    return false;
  };
  if (container.stop_wanted) return stays_down("it was stopped by hand");
  if (policy.name == "always" || policy.name == "unless-stopped") return true;
  if (policy.name != "on-failure") return false;
  if (exit_code == 0) return stays_down("it ended well");
  const bool again = policy.maximum_retry_count == 0 ||
                     container.failures <= policy.maximum_retry_count;
  return again || stays_down("all its retries are used up");
}

/// Waits out the back-off and starts again; false: it stays down.
Task<bool> Engine::await_restart(ContainerRef container) {
  const RunState& run = container->run;
  const bool good = run.finished_at - run.started_at >= kGoodRun;
  container->back_off = good || container->back_off == 0
                            ? rules_.restart_wait_first
                            : container->back_off * 2;
  if (rules_.restart_wait_max > 0) {
    container->back_off =
        std::min(container->back_off, rules_.restart_wait_max);
  }
  explain(backend_, StepKind::restart_in, "container", container->id, "policy",
          container->host->restart_policy.name, "count",
          container->restart_count, "ms", container->back_off / kMillisecond);
  const Time due = now() + container->back_off;
  while (now() < due && !container->stop_wanted && !container->gone) {
    co_await container->changed.wait_until(due);
  }
  co_await gate_open(container);
  if (container->gone) co_return false;
  if (container->stop_wanted) {
    set_state(*container, State::exited);
    co_return false;
  }
  const GateHold hold(container);
  const Done launched = co_await launch(container);
  if (!launched) set_state(*container, State::exited);
  co_return bool(launched);
}

/// Until the monitor has recorded and told the end of the last run.
Task<void> Engine::settled(ContainerRef container) {
  while (container->watched) co_await container->changed.wait();
}

void Engine::tell_exit(Container& container) {
  container.watched = false;
  if (container.signal) {
    container.signal->exit_code = container.run.exit_code;
    container.signal->error = container.run.error;
    container.signal->exited.set();
  }
  container.changed.notify_all();
}

}  // namespace drydock::engine
