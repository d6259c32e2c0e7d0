// pools.h — whose addresses a network gives away.

#pragma once

#include "sim/engine/networks.h"

namespace drydock::engine {

/// Null for host and none.  Those of the default bridge, `bridge_pool`, are
/// the engine's own, as containers without a network of their own want them.
inline AddressPool* pool_of(Network& network, AddressPool& bridge_pool) {
  if (network.pool) return network.pool.get();
  return network.name == "bridge" ? &bridge_pool : nullptr;
}

}  // namespace drydock::engine
