// stop.cc — `docker stop`, `restart` and `kill`: ask, wait, insist.

#include <utility>

#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/gate.h"
#include "sim/engine/signals.h"

namespace drydock::engine {

namespace {

constexpr int kStopSeconds = 10;

/// How both worlds' backends say ESRCH.
constexpr std::string_view kNoSuchProcess = "no such process";

}  // namespace

Task<Done> Engine::stop(std::string who, std::optional<int> seconds) {
  return detached(backend_.executor(), stop_now(std::move(who), seconds));
}

Task<Done> Engine::restart(std::string who, std::optional<int> seconds) {
  return detached(backend_.executor(), restart_now(std::move(who), seconds));
}

Task<Done> Engine::kill(std::string who, std::string signal) {
  return detached(backend_.executor(),
                  kill_now(std::move(who), std::move(signal)));
}

Task<Done> Engine::stop_now(std::string who, std::optional<int> seconds) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  const std::optional<Fault> refused = refuse(*container, Verb::stop, who);
  if (refused) co_return *refused;
  container->stopped_by_hand = true;
  if (!container->run.running()) co_return did_it();
  const Done halted = co_await halt(container, seconds);
  if (!halted) co_return halted;
  note(*container, "stop");
  co_return did_it();
}

Task<Done> Engine::restart_now(std::string who, std::optional<int> seconds) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  const std::optional<Fault> refused = refuse(*container, Verb::restart, who);
  if (refused) co_return *refused;
  const bool auto_remove = container->host->auto_remove;
  container->set_auto_remove(false);
  if (container->run.running()) {
    const Done halted = co_await halt(container, seconds);
    container->set_auto_remove(auto_remove);
    if (!halted) co_return halted;
    note(*container, "stop");
  }
  container->set_auto_remove(auto_remove);
  co_await gate_open(container);
  if (container->gone) co_return unknown(who);
  if (!container->run.running()) {
    const GateHold hold(container);
    const Done started = co_await start_locked(container, who);
    if (!started) co_return started;
  }
  note(*container, "restart");
  co_return did_it();
}

/// Stops what runs: its stop signal, patience, SIGKILL.
Task<Done> Engine::halt(ContainerRef container, std::optional<int> seconds) {
  container->stop_wanted = true;
  container->changed.notify_all();
  if (container->run.has_process()) {
    const int signal = static_cast<int>(
        parse_signal(container->config.stop_signal).value_or(kSigTerm));
    note(*container, "kill");
    explain(backend_, StepKind::signal, "container", container->id, "signal",
            signal_name(signal));
    const Outcome sent = co_await backend_.signal(container->id, signal);
    // Who has died by himself meanwhile is as good as killed.
    const bool dead = !sent && sent.error().text == kNoSuchProcess;
    if (!sent && !dead && container->run.has_process()) {
      co_return Fault{Fault::Kind::internal, sent.error().text};
    }
    const Done awake = co_await thaw(container);
    if (!awake) co_return awake;
  }
  const int patience =
      seconds.value_or(container->config.stop_timeout.value_or(kStopSeconds));
  std::optional<Time> deadline;
  if (patience >= 0) deadline = now() + patience * kSecond;
  explain(backend_, StepKind::patience, "container", container->id, "seconds",
          patience);
  const bool ended = co_await await_exit(container, deadline);
  if (ended) co_return did_it();
  explain(backend_, StepKind::patience_over, "container", container->id,
          "seconds", patience);
  const Done killed = co_await kill_hard(container);
  co_return killed;
}

/// The frozen do not hear signals; what is to be stopped is thawed.
Task<Done> Engine::thaw(ContainerRef container) {
  if (container->run.state != State::paused) co_return did_it();
  const Outcome thawed = co_await backend_.thaw(container->id);
  if (!thawed) co_return Fault{Fault::Kind::internal, thawed.error().text};
  if (container->run.state == State::paused) {
    set_state(*container, State::running);
    note(*container, "unpause");
  }
  co_return did_it();
}

/// True once it does not run any more; false at the deadline.
Task<bool> Engine::await_exit(ContainerRef container,
                              std::optional<Time> deadline) {
  while (container->watched && !container->gone) {
    if (deadline && now() >= *deadline) co_return false;
    if (deadline) {
      co_await container->changed.wait_until(*deadline);
    } else {
      co_await container->changed.wait();
    }
  }
  co_return true;
}

Task<Done> Engine::kill_hard(ContainerRef container) {
  container->stop_wanted = true;
  container->changed.notify_all();
  if (container->run.has_process()) {
    note(*container, "kill");
    explain(backend_, StepKind::signal, "container", container->id, "signal",
            signal_name(kSigKill));
    const Outcome sent = co_await backend_.signal(container->id, kSigKill);
    // Who has died by himself meanwhile is as good as killed.
    const bool dead = !sent && sent.error().text == kNoSuchProcess;
    if (!sent && !dead && container->run.has_process()) {
      co_return Fault{Fault::Kind::internal, sent.error().text};
    }
    const Done awake = co_await thaw(container);
    if (!awake) co_return awake;
  }
  const bool ended = co_await await_exit(container, std::nullopt);
  co_return ended ? did_it()
                  : Done(Fault{Fault::Kind::internal, "it does not end"});
}

/// Reads the signal as the profile does; a fault names what was typed.
Answer<int> Engine::signal_of(std::string_view who,
                              const std::string& typed) const {
  if (typed.empty()) return kSigKill;
  const std::optional<std::int64_t> number = parse_signal(typed);
  if (!number || *number == 0) {
    return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                        Message::signal_unknown, fmt::arg("typed", typed));
  }
  if (*number < 0 || *number > kSignalMax) {
    const std::string shown =
        *number < 0 ? fmt::format("{}", static_cast<std::uint64_t>(*number))
                    : typed;
    return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                        Message::signal_unsupported, fmt::arg("typed", who),
                        fmt::arg("signal", shown));
  }
  return static_cast<int>(*number);
}

Task<Done> Engine::kill_now(std::string who, std::string signal) {
  const Answer<int> number = signal_of(who, signal);
  if (!number) co_return number.error();
  const Answer<ContainerRef> found = find(who);
  if (!found) {
    Fault fault = found.error();
    fault.text = rules_.text(Message::kill_failed, fmt::arg("typed", who),
                             fmt::arg("why", fault.text));
    co_return fault;
  }
  const ContainerRef container = *found;
  const Verb verb = *number == kSigKill ? Verb::kill : Verb::signal;
  const std::optional<Fault> refused = refuse(*container, verb, who);
  if (refused) co_return *refused;
  container->stop_wanted = true;  // Any signal ends the restart policy.
  container->stopped_by_hand = true;
  if (verb == Verb::kill || container->run.state == State::restarting) {
    const Done killed = co_await kill_hard(container);
    co_return killed;
  }
  note(*container, "kill");
  explain(backend_, StepKind::signal, "container", container->id, "signal",
          signal_name(*number));
  const Outcome sent = co_await backend_.signal(container->id, *number);
  if (!sent && container->run.has_process()) {
    co_return Fault{Fault::Kind::internal, sent.error().text};
  }
  const Done awake = co_await thaw(container);
  co_return awake;
}

}  // namespace drydock::engine
