// networks.cc — which bridges there are, and who is plugged into them.

#include "realmode/net/network.h"

#include "realmode/backend/real_backend.h"

namespace drydock::realmode {

using engine::ContainerId;
using engine::NetworkMode;
using engine::NetworkSpec;
using engine::StartFault;

/// All networks that a container starts with, the first one first.
Result<std::monostate, StartFault> RealBackend::place_in_network(
    RealContainer& own, std::int64_t pid) {
  const Listening heard(*this);
  const std::string& id = own.spec.id;
  own.has_link = true;
  const Outcome joined = network_->join(id, pid, own.spec.network);
  if (!joined) return StartFault{StartFault::Kind::other, joined.error().text};
  for (const NetworkSpec& more : own.spec.more_networks) {
    const Outcome added = network_->join(id, pid, more);
    if (!added) return StartFault{StartFault::Kind::other, added.error().text};
  }
  return network_->publish(id, own.spec.network, own.spec.ports);
}

/// What an earlier daemon has plugged in.
Outcome RealBackend::adopt_network(RealContainer& own, std::int64_t pid) {
  if (own.spec.network.mode != NetworkMode::bridge) return done();
  own.has_link = true;
  std::vector<NetworkSpec> all = {own.spec.network};
  all.insert(all.end(), own.spec.more_networks.begin(),
             own.spec.more_networks.end());
  const Outcome adopted = network_->adopt(own.spec.id, pid, all);
  const auto published =
      network_->publish(own.spec.id, own.spec.network, own.spec.ports);
  if (!published) return Error{published.error().text};
  return adopted;
}

Task<Outcome> RealBackend::create_bridge(NetworkSpec network) {
  const Listening heard(*this);
  co_return network_->add_bridge(network);
}

Task<Outcome> RealBackend::remove_bridge(std::string bridge) {
  const Listening heard(*this);
  co_return network_->remove_bridge(bridge);
}

Task<Outcome> RealBackend::join_network(ContainerId id, NetworkSpec network) {
  RealContainer& own = container(id);
  if (own.main.pid() == 0) co_return Error{"the container does not run"};
  const Listening heard(*this);
  own.has_link = true;
  co_return network_->join(id, own.main.pid(), network);
}

Task<Outcome> RealBackend::leave_network(ContainerId id, std::string bridge) {
  const Listening heard(*this);
  co_return network_->leave(id, bridge);
}

}  // namespace drydock::realmode
