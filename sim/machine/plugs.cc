// plugs.cc — a container's place in the network of its host.

#include <fmt/format.h>

#include "sim/machine/sim_backend.h"

namespace drydock::machine {

using engine::ContainerId;
using engine::NetworkMode;
using engine::NetworkSpec;
using engine::StartFault;

Result<std::monostate, StartFault> SimBackend::plug_in(
    SimContainer& own, const engine::ContainerSpec& spec) {
  if (spec.network.mode != NetworkMode::bridge) return std::monostate{};
  const Outcome joined =
      network_.join(own.plugs, own.namespaces->net->stack, spec.network);
  if (!joined) return StartFault{StartFault::Kind::other, joined.error().text};
  for (const NetworkSpec& more : spec.more_networks) {
    const Outcome added =
        network_.join(own.plugs, own.namespaces->net->stack, more);
    if (!added) return StartFault{StartFault::Kind::other, added.error().text};
  }
  for (const engine::PortBinding& binding : spec.ports) {
    const SysOutcome published = network_.publish(own.plugs, binding);
    if (published) continue;
    if (published.error() != Errno::eaddrinuse) {
      return StartFault{StartFault::Kind::other,
                        lower(text_of(published.error()))};
    }
    return StartFault{StartFault::Kind::port_taken,
                      fmt::format("{} {}:{}", binding.protocol, binding.host_ip,
                                  binding.host_port)};
  }
  return std::monostate{};
}

Task<Outcome> SimBackend::create_bridge(NetworkSpec network) {
  co_return network_.add_bridge(network.bridge, network.gateway,
                                network.prefix_length);
}

Task<Outcome> SimBackend::remove_bridge(std::string bridge) {
  network_.remove_bridge(bridge);
  co_return done();
}

Task<Outcome> SimBackend::join_network(ContainerId id, NetworkSpec network) {
  SimContainer& own = container(id);
  if (!own.namespaces) co_return Error{"the container does not run"};
  co_return network_.join(own.plugs, own.namespaces->net->stack, network);
}

Task<Outcome> SimBackend::leave_network(ContainerId id, std::string bridge) {
  network_.leave(container(id).plugs, bridge);
  co_return done();
}

}  // namespace drydock::machine
