// remove.cc — `docker rm`, and all that goes with a container.

#include <utility>

#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/gate.h"
#include "sim/engine/signals.h"

namespace drydock::engine {

Task<Done> Engine::remove(std::string who, RemoveRequest request) {
  return detached(backend_.executor(), remove_now(std::move(who), request));
}

Task<Done> Engine::remove_now(std::string who, RemoveRequest request) {
  if (request.link) co_return remove_link(who);
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  if (container->removing) {
    co_return refusal(Message::remove_in_progress, *container, who);
  }
  const Verb verb = request.force ? Verb::force_remove : Verb::remove;
  std::optional<Fault> refused = refuse(*container, verb, who);
  if (refused) co_return *refused;
  if (container->run.running()) {
    container->set_auto_remove(false);  // We are at it.
    const Done killed = co_await kill_hard(container);
    if (!killed) co_return killed;
  }
  if (container->watched) co_await settled(container);
  if (container->gate.closed()) co_await gate_open(container);
  if (container->gone) co_return unknown(who);
  refused = refuse(*container, verb, who);
  if (refused) co_return *refused;
  const GateHold hold(container);
  const Done gone = co_await discard(container, request.volumes, who);
  co_return gone;
}

/// Takes away a container that does not run.
Task<Done> Engine::discard(ContainerRef container, bool volumes,
                           std::string typed) {
  // Written down first: who finds it half gone finishes it.
  container->removing = true;
  container->removing_volumes = volumes;
  if (backend_.keeps_records()) co_await keep(*container);
  const Outcome removed = co_await backend_.remove_rootfs(container->id);
  if (!removed) {
    container->removing = false;
    set_state(*container, State::dead);
    co_return rules_.fault(Fault::Kind::internal, Object::container,
                           Message::remove_failed, fmt::arg("typed", typed),
                           fmt::arg("id", container->id),
                           fmt::arg("why", removed.error().text));
  }
  if (!container->mounts.empty()) co_await drop_volumes(container, volumes);
  forget(*container);
  note(*container, "destroy");
  if (container->image) {
    List layers;
    for (const auto& layer : layers_.release(container->image->layer)) {
      layers.push_back(layer.id);
    }
    if (!layers.empty()) co_await drop_layers(std::move(layers));
  }
  if (backend_.keeps_records()) co_await keep_changes();
  if (container->signal) container->signal->removed.set();
  container->changed.notify_all();
  if (container->monitor) {
    backend_.executor().bury(std::move(container->monitor));
  }
  co_return did_it();
}

/// Out of all indexes; the records of those who still hold it stay readable.
void Engine::forget(Container& container) {
  container.gone = true;
  if (backend_.keeps_records()) {
    journal_.touch("containers", container.id);
    // Its row may have outlived the image for this container's sake.
    if (container.image) journal_.touch("images", container.image->id);
  }
  explain(backend_, StepKind::state, "container", container.id, "from",
          name_of(container.run.state), "to", name_of(State::removed));
  explain(backend_, StepKind::name_free, "container", container.id, "name",
          container.name);
  container.run.state = State::removed;
  links_.forget(container.id);
  for (const auto& [id, exec] : container.execs) execs_.erase(id);
  release_name(container.name);
  by_age_.erase(container.age);
  running_.erase(container.age);
  if (container.image) {
    const auto users = users_.find(container.image->id);
    users->second.erase(container.age);
    if (users->second.empty()) users_.erase(users);
  }
  by_id_.erase(by_id_.find(container.id));
}

}  // namespace drydock::engine
