// engine.cc — look-up, news and records: what all the verbs stand on.

#include "sim/engine/engine.h"

#include <utility>

#include "sim/base/sha256.h"
#include "sim/engine/explain.h"
#include "sim/engine/start_options.h"

namespace drydock::engine {

Engine::Engine(Backend& backend, Rules rules, std::uint64_t seed)
    : backend_(backend),
      rules_(std::move(rules)),
      host_(backend.host()),
      name_servers_(server_lines(reachable_servers(host_.name_servers))),
      name_draws_(Prng::stream(seed, "names")),
      ports_(host_.port_first, host_.port_last),
      addresses_(rules_.gateway, 16, rules_.addresses_in_sequence),
      events_(backend.executor(), rules_.events_kept) {
  furnish_networks();
  backend_.on_oom = [this](const ContainerId& id) { note_oom(id); };
  if (!backend_.keeps_records()) return;
  images_.tell(&journal_);
  layers_.tell(&journal_);
  volumes_.tell(&journal_);
  links_.tell(&journal_);
}

Engine::~Engine() {
  backend_.on_oom = nullptr;
  // A monitor holds its container, which holds the monitor: cut by hand.
  for (auto& [id, container] : by_id_) {
    stop_health(*container);
    if (container->monitor) {
      backend_.executor().bury(std::move(container->monitor));
    }
  }
}

// --- Look-up -----------------------------------------------------------------

Fault Engine::unknown(std::string_view typed) const {
  return rules_.fault(Fault::Kind::not_found, Object::container,
                      Message::no_such_container, fmt::arg("typed", typed));
}

Answer<ContainerRef> Engine::find(std::string_view who) const {
  if (const auto exact = by_id_.find(who); exact != by_id_.end()) {
    return exact->second;
  }
  const std::string_view name = who.starts_with('/') ? who.substr(1) : who;
  if (const auto named = by_name_.find(name); named != by_name_.end()) {
    return by_id_.find(named->second->id)->second;
  }
  if (who.empty()) {
    return rules_.fault(Fault::Kind::bad_parameter, Object::container,
                        Message::empty_prefix);
  }
  const auto first = by_id_.lower_bound(who);
  if (first == by_id_.end() || !first->first.starts_with(who)) {
    return unknown(who);
  }
  const auto second = std::next(first);
  if (second != by_id_.end() && second->first.starts_with(who)) {
    return rules_.fault(Fault::Kind::internal, Object::container,
                        Message::ambiguous_prefix, fmt::arg("typed", who));
  }
  return first->second;
}

Fault Engine::refusal(Message message, const Container& container,
                      std::string_view typed) const {
  return rules_.fault(Fault::Kind::conflict, Object::container, message,
                      fmt::arg("typed", typed), fmt::arg("id", container.id));
}

std::optional<Fault> Engine::refuse(const Container& container, Verb verb,
                                    std::string_view typed) const {
  const Ruling ruling = rules_.ruling(container.run.state, verb);
  if (ruling.refusal == Message::none) return std::nullopt;
  return refusal(ruling.refusal, container, typed);
}

Answer<std::shared_ptr<ExitSignal>> Engine::watch(std::string_view who) {
  const Answer<ContainerRef> found = find(who);
  if (!found) return found.error();
  Container& container = **found;
  if (!container.signal || container.signal->exited.happened()) {
    container.signal = std::make_shared<ExitSignal>();
  }
  return container.signal;
}

Task<Answer<int>> Engine::wait(std::string who) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  while (container->watched && !container->gone) {
    co_await container->changed.wait();
  }
  const int code = container->run.exit_code;
  co_return code;
}

// --- State -------------------------------------------------------------------

void Engine::set_state(Container& container, State state) {
  explain(backend_, StepKind::state, "container", container.id, "from",
          name_of(container.run.state), "to", name_of(state));
  container.run.state = state;
  if (backend_.keeps_records()) journal_.touch("containers", container.id);
  if (container.run.running()) {
    running_[container.age] = &container;
  } else {
    running_.erase(container.age);
  }
  container.changed.notify_all();
}

// --- News and records
// ----------------------------------------------------------

namespace {

/// A container as events tell of it; of its end, with which code.
EventSubjectRef described(const Container& container, bool ended) {
  EventSubject about{"container", container.id, container.config.image, {}};
  Attributes& said = about.attributes;
  const auto& labels = container.config.labels;
  said.reserve(3 + (labels ? labels->size() : 0));
  said.emplace_back("image", container.config.image);
  said.emplace_back("name", container.name);
  if (ended) {
    said.emplace_back("exitCode", std::to_string(container.run.exit_code));
  }
  if (labels) said.insert(said.end(), labels->begin(), labels->end());
  return std::make_shared<const EventSubject>(std::move(about));
}

}  // namespace

void Engine::note(Container& container, std::string_view action) {
  if (backend_.keeps_records()) journal_.touch("containers", container.id);
  if (action == "die") {
    events_.record(action, described(container, true));
    return;
  }
  if (!container.described) container.described = described(container, false);
  events_.record(action, container.described);
}

void Engine::note_image(std::string id, std::string_view action) {
  EventSubject about{"image", id, "", {{"name", id}}};
  events_.record(action,
                 std::make_shared<const EventSubject>(std::move(about)));
}

std::unique_ptr<EventStream> Engine::events(EventFilter filter,
                                            std::optional<Time> since,
                                            std::optional<Time> until) {
  return std::make_unique<EventStream>(events_, std::move(filter), since,
                                       until);
}

}  // namespace drydock::engine
