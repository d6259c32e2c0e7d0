// rename.cc — `docker rename` and `docker update`.

#include <algorithm>
#include <utility>

#include "sim/engine/confinement.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"

namespace drydock::engine {

Task<Done> Engine::rename(std::string who, std::string name) {
  if (who.empty() || name.empty()) {
    co_return rules_.fault(Fault::Kind::bad_parameter, Object::container,
                           Message::empty_name);
  }
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  const std::string bare = name.starts_with('/') ? name.substr(1) : name;
  const bool same_forbidden =
      !rules_.wording(Message::rename_to_itself).empty();
  if (bare == container->name && same_forbidden) {
    co_return rules_.fault(Fault::Kind::bad_parameter, Object::container,
                           Message::rename_to_itself);
  }
  const std::string shown = same_forbidden ? "/" + bare : name;
  const std::optional<Fault> fault = name_fault(bare, shown);
  if (fault) {
    Fault wrapped = *fault;
    wrapped.text =
        rules_.text(Message::rename_failed, fmt::arg("why", fault->text));
    co_return wrapped;
  }
  explain(backend_, StepKind::renamed, "container", container->id, "from",
          container->name, "to", bare);
  const std::string before = container->name;
  release_name(before);
  container->name = bare;
  container->described.reset();
  take_name(*container);
  note(*container, "rename");
  NetworkSettings& network = container->network;
  std::ranges::replace(network.spec.names, before, bare);
  for (auto& [place, endpoint] : network.endpoints) {
    List& names = endpoint.spec.names;
    if (std::ranges::find(names, before) == names.end()) continue;
    std::ranges::replace(names, before, bare);
    Network* const joined = networks_.find(place);
    if (joined) joined->members[container->id].endpoint.spec.names = names;
  }
  // One that it is in already: it is only called differently there.
  const auto places = network.endpoints;
  for (const auto& [place, endpoint] : places) {
    const Outcome renamed =
        co_await backend_.join_network(container->id, endpoint.spec);
    if (!renamed) co_return Fault{Fault::Kind::internal, renamed.error().text};
  }
  co_await keep(*container);
  co_return did_it();
}

namespace {

void adopt(std::int64_t& present, std::int64_t wanted) {
  if (wanted != 0) present = wanted;
}

}  // namespace

Task<Done> Engine::update(std::string who, UpdateRequest request) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  Limits limits = container->host->limits;
  const Limits& wanted = request.limits;
  HostConfig asked;
  asked.limits = wanted;
  const std::optional<Fault> unable = check_confinement(asked, host_);
  if (unable) co_return *unable;
  const bool both = (wanted.nano_cpus != 0 &&
                     (limits.cpu_quota != 0 || wanted.cpu_quota != 0)) ||
                    (limits.nano_cpus != 0 && wanted.cpu_quota != 0);
  if (both) {
    co_return Fault{
        Fault::Kind::internal,
        "Cannot update container " + container->id + ": Conflicting options: " +
            (wanted.nano_cpus != 0
                 ? "CPU Quota cannot be updated as NanoCPUs has already been "
                   "set"
                 : "NanoCPUs cannot be updated as CPU Quota has already been "
                   "set")};
  }
  if (wanted.memory > 0 && wanted.memory < rules_.memory_min) {
    co_return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                           Message::memory_too_small);
  }
  if (wanted.memory > 0 && wanted.memory_swap == 0 && limits.memory_swap > 0 &&
      wanted.memory > limits.memory_swap) {
    co_return Fault{Fault::Kind::internal,
                    "Cannot update container " + container->id +
                        ": Memory limit should be smaller than already set "
                        "memoryswap limit, update the memoryswap at the same "
                        "time"};
  }
  adopt(limits.memory, wanted.memory);
  adopt(limits.memory_swap, wanted.memory_swap);
  adopt(limits.memory_reservation, wanted.memory_reservation);
  adopt(limits.cpu_shares, wanted.cpu_shares);
  adopt(limits.cpu_period, wanted.cpu_period);
  adopt(limits.cpu_quota, wanted.cpu_quota);
  adopt(limits.nano_cpus, wanted.nano_cpus);
  adopt(limits.kernel_memory, wanted.kernel_memory);
  adopt(limits.cpu_rt_period, wanted.cpu_rt_period);
  adopt(limits.cpu_rt_runtime, wanted.cpu_rt_runtime);
  adopt(limits.blkio_weight, wanted.blkio_weight);
  if (!wanted.cpuset_cpus.empty()) limits.cpuset_cpus = wanted.cpuset_cpus;
  if (!wanted.cpuset_mems.empty()) limits.cpuset_mems = wanted.cpuset_mems;
  if (container->run.has_process()) {
    Limits applied = limits;
    if (request.pids_limit) applied.pids = *request.pids_limit;
    const Outcome updated =
        co_await backend_.update_limits(container->id, applied);
    if (!updated) {
      co_return Fault{Fault::Kind::internal, "Cannot update container " +
                                                 container->id + ": " +
                                                 updated.error().text};
    }
  }
  HostConfig& host = container->host.own();
  host.limits = limits;
  if (request.pids_limit) host.pids_limit = request.pids_limit;
  if (request.restart_policy) {
    host.restart_policy = *request.restart_policy;
  }
  explain(backend_, StepKind::limits, "container", container->id, "memory",
          limits.memory, "shares", limits.cpu_shares, "pids",
          host.pids_limit.value_or(limits.pids));
  note(*container, "update");
  co_await keep(*container);
  co_return did_it();
}

}  // namespace drydock::engine
