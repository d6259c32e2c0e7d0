// backend.cc — what a backend answers that has not said otherwise.
//
// Not in the header: a coroutine there is compiled once more by each of the
// 200 files that include it, half a second each.

#include "sim/engine/backend.h"

namespace drydock::engine {

namespace {

Outcome no_bridges() {
  return Error{"this world knows the default bridge only"};
}

}  // namespace

RegistryClient::~RegistryClient() = default;

Task<RegistryResult<std::string>> RegistryClient::mount_blob(std::string,
                                                             std::string,
                                                             std::string,
                                                             RegistryAuth) {
  co_return std::string();
}

Backend::~Backend() = default;

Task<Outcome> Backend::adopt(ContainerSpec, std::int64_t) {
  co_return Error{"nothing outlives an engine in this world"};
}

Task<Outcome> Backend::create_bridge(NetworkSpec) { co_return no_bridges(); }

Task<Outcome> Backend::remove_bridge(std::string) { co_return no_bridges(); }

Task<Outcome> Backend::join_network(ContainerId, NetworkSpec) {
  co_return no_bridges();
}

Task<Outcome> Backend::leave_network(ContainerId, std::string) {
  co_return no_bridges();
}

}  // namespace drydock::engine
