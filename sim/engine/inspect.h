// inspect.h — what `docker inspect` shows, as trees that know Go's kinds.

#pragma once

#include <cstdint>
#include <optional>

#include "sim/base/value.h"
#include "sim/engine/container.h"
#include "sim/engine/networks.h"
#include "sim/engine/rules.h"
#include "sim/engine/volumes.h"

namespace drydock::engine {

struct InspectContext {
  const Rules& rules;
  const HostInfo& host;
  std::optional<std::int64_t> size_rw, size_root_fs;
  List links;  // "/child:/parent/alias"
};

/// The storage driver's name for the layer of a container or an image.
std::string layer_folder(std::string_view id);

Value container_value(const Container& container,
                      const InspectContext& context);

struct ImageNames {
  List tags, digests;
};
Value image_value(const Image& image, const ImageNames& names,
                  const InspectContext& context);

Value volume_value(const Volume& volume);

/// The id of a network that is there from the beginning.
std::string network_id(std::string_view name);

/// The id of a container's place on the default bridge.
std::string endpoint_id(std::string_view container, Time joined);

struct NetworkMember {
  ContainerId id;
  std::string name;
  Endpoint endpoint;
};
Value network_value(const Network& network,
                    const std::vector<NetworkMember>& members);
/// A container's place in one network; `wish` null: nothing was wished.
Value endpoint_value(const Endpoint& endpoint, const EndpointWish* wish);

}  // namespace drydock::engine
