// health.cc — HEALTHCHECK: a probe now and then in a running container.

#include <utility>

#include <fmt/format.h>

#include "sim/base/id.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"

namespace drydock::engine {

namespace {

constexpr Nanoseconds kInterval = 30 * kSecond;
constexpr Nanoseconds kTimeout = 30 * kSecond;
constexpr int kRetries = 3;
constexpr std::size_t kLogKept = 5;
constexpr std::size_t kOutputMax = 4096;

Nanoseconds or_standard(Nanoseconds given, Nanoseconds standard) {
  return given > 0 ? given : standard;
}

/// The words of a probe; empty: there is none.
List probe_words(const std::optional<image::Healthcheck>& check) {
  if (!check || check->test.empty()) return {};
  const std::string& kind = check->test.front();
  const List rest(check->test.begin() + 1, check->test.end());
  if (kind == "CMD") return rest;
  if (kind != "CMD-SHELL" || rest.empty()) return {};
  List words = {"/bin/sh", "-c", rest.front()};
  return words;
}

}  // namespace

void Engine::start_health(ContainerRef container) {
  if (container->health) backend_.executor().bury(std::move(container->health));
  if (probe_words(container->config.healthcheck).empty()) return;
  container->run.health.status = "starting";
  container->health = std::make_unique<Fiber>(backend_.executor(),
                                              watch_health(container), nullptr);
  container->health->wake();
}

void Engine::stop_health(Container& container) {
  if (container.health) backend_.executor().bury(std::move(container.health));
}

Task<void> Engine::watch_health(ContainerRef container) {
  const image::Healthcheck check = *container->config.healthcheck;
  for (;;) {
    const Time due = now() + or_standard(check.interval, kInterval);
    while (now() < due && container->watched && !container->gone) {
      co_await container->changed.wait_until(due);
    }
    if (!container->watched || container->gone) co_return;
    if (container->run.state != State::running) continue;
    const bool runs = co_await probe_health(container);
    if (!runs) co_return;
  }
}

/// One probe; false: the container has ended.
Task<bool> Engine::probe_health(ContainerRef container) {
  const image::Healthcheck check = *container->config.healthcheck;
  HealthLog entry;
  entry.start = now();
  ExecRequest request;
  request.cmd = probe_words(container->config.healthcheck);
  request.out = request.err = true;
  const Answer<ExecId> exec = exec_create(container->id, std::move(request));
  if (!exec) co_return false;
  auto streams = exec_attach(*exec);
  if (!streams) co_return false;
  const Done started = co_await exec_start(*exec, false);
  const Time deadline = entry.start + or_standard(check.timeout, kTimeout);
  bool late = false;
  if (!started) {
    entry.exit_code = -1;
    entry.output = started.error().text;
  } else {
    for (;;) {
      const auto record = container->execs.find(*exec);
      if (record == container->execs.end()) co_return false;
      if (!record->second.running) break;
      late = now() >= deadline;
      if (late) break;
      co_await container->changed.wait_until(deadline);
      if (!container->watched || container->gone) co_return false;
    }
    if (late) {
      entry.exit_code = -1;
      entry.output =
          fmt::format("Health check exceeded timeout ({}s)",
                      or_standard(check.timeout, kTimeout) / kSecond);
    } else {
      for (;;) {
        const Result<Chunk> chunk = co_await (*streams)->next();
        if (!chunk || chunk->bytes.empty()) break;
        if (entry.output.size() < kOutputMax) entry.output += chunk->bytes;
      }
      const Answer<int> code = co_await exec_wait(*exec);
      entry.exit_code = code ? *code : -1;
    }
  }
  entry.end = now();
  record_health(*container, std::move(entry));
  co_return true;
}

void Engine::record_health(Container& container, HealthLog entry) {
  const image::Healthcheck& check = *container.config.healthcheck;
  Health& health = container.run.health;
  const std::string before = health.status;
  const bool in_start_period =
      check.start_period > 0 &&
      entry.start - container.run.started_at < check.start_period;
  if (entry.exit_code == 0) {
    health.failing_streak = 0;
    health.status = "healthy";
  } else if (health.status != "starting" || !in_start_period) {
    ++health.failing_streak;
    const int retries = check.retries > 0 ? check.retries : kRetries;
    if (health.failing_streak >= retries) health.status = "unhealthy";
  }
  explain(backend_, StepKind::health_checked, "container", container.id, "code",
          entry.exit_code, "status", health.status);
  health.log.push_back(std::move(entry));
  if (health.log.size() > kLogKept) health.log.erase(health.log.begin());
  if (health.status != before) {
    note(container, "health_status: " + health.status);
  }
}

/// The kernel has killed somebody of this container's: told at once.
void Engine::note_oom(const ContainerId& id) {
  const auto container = by_id_.find(id);
  if (container == by_id_.end() || container->second->run.oom_killed) return;
  container->second->run.oom_killed = true;
  explain(backend_, StepKind::out_of_memory, "container", id);
  note(*container->second, "oom");
}

}  // namespace drydock::engine
