// connect.cc — a starting container's place among networks and other
// containers, and its end.

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/engine/confinement.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/pools.h"

namespace drydock::engine {

Done Engine::connect(Container& container) {
  const std::string& mode = container.host->network_mode;
  NetworkSettings& network = container.network;  // As disconnect() left it.
  network.spec.mode = NetworkMode::bridge;
  network.spec.bridge = rules_.bridge_name;
  if (mode == "none" || container.config.network_disabled) {
    network.spec.mode = NetworkMode::none;
    return did_it();
  }
  if (mode == "host") {
    network.spec.mode = NetworkMode::host;
    return did_it();
  }
  if (mode.starts_with(kContainerMode)) return join_network(container);
  if (mode != "default" && mode != "bridge") return join_networks(container);
  const Done joined = join_bridge(container);
  if (!joined) return joined;
  return join_networks(container);
}

/// The default bridge: links are variables and lines of /etc/hosts here.
Done Engine::join_bridge(Container& container) {
  NetworkSettings& network = container.network;
  const std::optional<Fault> unlinked = link_fault(container);
  if (unlinked) return *unlinked;
  auto ports =
      allocate_ports(ports_, container.config.exposed_ports, *container.host);
  if (!ports) return port_fault(container, ports.error());
  std::optional<std::string> address = addresses_.take();
  if (!address) {
    for (const PortBinding& binding : *ports) ports_.release(binding);
    return Fault{Fault::Kind::internal, "no available ip addresses on network"};
  }
  network.ports = std::move(*ports);
  network.spec.mac_address = container.config.mac_address.empty()
                                 ? mac_address_of(*address)
                                 : container.config.mac_address;
  network.spec.address = *std::move(address);
  network.spec.prefix_length = addresses_.prefix_length();
  network.spec.gateway = addresses_.gateway();
  if (Network* const bridge = networks_.find("bridge")) {
    bridge->members.insert_or_assign(
        container.id, Member{{bridge->id, "", network.spec}, now()});
    note_network(*bridge, "connect", container.id);
  }
  return did_it();
}

/// User-defined networks: that of --network first, then those that were
/// connected.  All or none.
Done Engine::join_networks(Container& container) {
  NetworkSettings& network = container.network;
  const std::string primary = name_of_mode(container);
  const bool on_bridge = primary == "bridge";
  if (!on_bridge) {
    const Network* const own = networks_.find(primary);
    if (!own) return unknown_network(container.host->network_mode);
    container.wishes.try_emplace(primary);
    auto ports =
        allocate_ports(ports_, container.config.exposed_ports, *container.host);
    if (!ports) return port_fault(container, ports.error());
    network.ports = std::move(*ports);
  }
  List order;
  if (!on_bridge) order.push_back(primary);
  for (const auto& [name, wish] : container.wishes) {
    if (name != primary) order.push_back(name);
  }
  for (const std::string& name : order) {
    Network* const joined = networks_.find(name);
    EndpointWish wish = container.wishes.at(name);
    if (name == primary && wish.mac_address.empty()) {
      wish.mac_address = container.config.mac_address;
    }
    if (!joined || !pool_of(*joined, addresses_)) {
      disconnect(container);
      return unknown_network(name);
    }
    const Answer<Endpoint> endpoint = take_endpoint(*joined, container, wish);
    if (!endpoint) {
      disconnect(container);
      return endpoint.error();
    }
    network.endpoints[name] = *endpoint;
    if (name == primary) {
      const NetworkMode mode = network.spec.mode;
      network.spec = endpoint->spec;
      network.spec.mode = mode;
    }
  }
  return did_it();
}

/// IDs in place of names, in --pid container:X and --ipc container:X.
void Engine::name_modes(ContainerSpec& spec, const Container& container) const {
  const auto named = [this](const std::string& mode) {
    if (!mode.starts_with(kContainerMode)) return mode;
    const Answer<ContainerRef> target =
        find(mode.substr(kContainerMode.size()));
    return target ? std::string(kContainerMode) + (*target)->id : mode;
  };
  spec.pid_mode = named(container.host->pid_mode);
  spec.ipc_mode = named(container.host->ipc_mode);
  spec.uts_mode = container.host->uts_mode;
}

/// "container:X" must be there and run.
Done Engine::join_target(const std::string& mode, std::string_view kind) const {
  if (!mode.starts_with(kContainerMode)) return did_it();
  const std::string who = mode.substr(kContainerMode.size());
  const Answer<ContainerRef> target = find(who);
  if (!target) return target.error();
  if (!(*target)->run.has_process()) {
    return Fault{Fault::Kind::conflict,
                 fmt::format("cannot join {} of a non running container: {}",
                             kind, (*target)->id),
                 Object::container};
  }
  return did_it();
}

/// What shows only when a container starts: with whom it shares what.
Done Engine::check_modes(const Container& container) const {
  const HostConfig& host = *container.host;
  const Done pid = join_target(host.pid_mode, "PID");
  if (!pid) return pid;
  const Done ipc = join_target(host.ipc_mode, "IPC");
  if (!ipc) return ipc;
  const std::string& mode = host.ipc_mode;
  static constexpr std::array<std::string_view, 5> kIpcModes = {
      "", "host", "none", "private", "shareable"};
  const bool shared = mode.starts_with(kContainerMode);
  if (!shared && std::ranges::find(kIpcModes, mode) == kIpcModes.end()) {
    return Fault{Fault::Kind::bad_parameter, "Invalid IPC mode: " + mode};
  }
  if (shared && rules_.private_ipc) {
    const Answer<ContainerRef> donor = find(mode.substr(kContainerMode.size()));
    const std::string& theirs = (*donor)->host->ipc_mode;
    if (theirs != "shareable" && theirs != "host") {
      return Fault{Fault::Kind::internal,
                   "can't join IPC of container " + (*donor)->id +
                       ": non-shareable IPC (hint: use IpcMode:shareable for "
                       "the donor container)"};
    }
  }
  if (!host.gpus.empty()) {
    return Fault{Fault::Kind::internal,
                 "could not select device driver \"\" with capabilities: "
                 "[[gpu]]"};
  }
  if (rules_.checks_confinement) return did_it();
  for (const auto& [words, deed] :
       {std::pair(&host.cap_drop, "drop"), std::pair(&host.cap_add, "add")}) {
    const std::string unknown = unknown_capability(*words);
    if (unknown.empty()) continue;
    return Fault{Fault::Kind::internal,
                 fmt::format("[8] System error: Unknown capability to {}: {}",
                             deed, go_quote(unknown))};
  }
  return did_it();
}

/// --net container:C
Done Engine::join_network(Container& container) {
  const std::string who =
      container.host->network_mode.substr(kContainerMode.size());
  const Answer<ContainerRef> host = find(who);
  if (!host) return host.error();
  const auto refused = [&](Message message) {
    return rules_.fault(Fault::Kind::conflict, Object::container, message,
                        fmt::arg("typed", who));
  };
  if ((*host)->id == container.id) return refused(Message::join_itself);
  if (!(*host)->run.has_process()) return refused(Message::join_stopped);
  container.network.spec.mode = NetworkMode::container;
  container.network.spec.container = (*host)->id;
  container.config.hostname = (*host)->config.hostname;
  container.config.domainname = (*host)->config.domainname;
  return did_it();
}

Fault Engine::port_fault(const Container& container,
                         const PortConflict& conflict) const {
  const PortBinding& binding = conflict.binding;
  const std::string address =
      fmt::format("{}:{}", binding.host_ip, binding.host_port);
  return rules_.fault(
      Fault::Kind::internal, Object::none,
      conflict.exhausted ? Message::ports_exhausted : Message::port_taken,
      fmt::arg("address", address), fmt::arg("name", container.name),
      fmt::arg("endpoint", sha256_hex("endpoint " + container.id)),
      fmt::arg("first", host_.port_first), fmt::arg("last", host_.port_last));
}

void Engine::disconnect(Container& container) {
  NetworkSettings& network = container.network;
  for (const PortBinding& binding : network.ports) {
    ports_.release(binding);
    explain(backend_, StepKind::port_free, "ip", binding.host_ip, "port",
            binding.host_port);
  }
  if (!network.spec.address.empty()) {
    explain(backend_, StepKind::address_free, "address", network.spec.address);
  }
  leave_network("bridge", container);
  for (const auto& [name, endpoint] : network.endpoints) {
    leave_network(name, container);
  }
  const NetworkMode mode = network.spec.mode;
  network = {};
  network.spec.mode = mode;
}

}  // namespace drydock::engine
