// pause.cc — `docker pause` and `unpause`: the freezer.

#include <utility>

#include "sim/engine/engine.h"
#include "sim/engine/gate.h"

namespace drydock::engine {

Task<Done> Engine::pause(std::string who) {
  return detached(backend_.executor(), pause_now(std::move(who)));
}

Task<Done> Engine::unpause(std::string who) {
  return detached(backend_.executor(), unpause_now(std::move(who)));
}

Task<Done> Engine::pause_now(std::string who) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  co_await gate_open(container);
  if (container->gone) co_return unknown(who);
  const std::optional<Fault> refused = refuse(*container, Verb::pause, who);
  if (refused) co_return *refused;
  const GateHold hold(container);
  const Outcome frozen = co_await backend_.freeze(container->id);
  if (!frozen) co_return Fault{Fault::Kind::internal, frozen.error().text};
  if (container->run.state != State::running) co_return did_it();
  set_state(*container, State::paused);
  note(*container, "pause");
  co_await keep(*container);
  co_return did_it();
}

Task<Done> Engine::unpause_now(std::string who) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  co_await gate_open(container);
  if (container->gone) co_return unknown(who);
  const std::optional<Fault> refused = refuse(*container, Verb::unpause, who);
  if (refused) co_return *refused;
  const GateHold hold(container);
  const Done awake = co_await thaw(container);
  if (!awake) co_return awake;
  co_await keep(*container);
  co_return did_it();
}

}  // namespace drydock::engine
