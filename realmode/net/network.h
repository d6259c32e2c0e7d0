// network.h — the bridge, each container's link to it, and published ports.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "realmode/daemon/loop.h"
#include "realmode/sys/fd.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

class PublishedPort;

class Network {
 public:
  explicit Network(Loop& loop);
  ~Network();

  /// Makes the bridge when it is not there, masqueraded where there is nft(8),
  /// and a link of this name from it into the network namespace of a process,
  /// as eth0 with address and route.
  Outcome join(const engine::NetworkSpec& spec, const std::string& link_name,
               std::int64_t pid);
  /// Listens on the host for a container that has joined.
  Result<std::monostate, engine::StartFault> publish(
      const std::string& id, const engine::NetworkSpec& spec,
      const std::vector<engine::PortBinding>& ports);
  /// The link goes with the container's namespace; its ports go here.
  void leave(const std::string& id);

 private:
  Outcome need_bridge(const engine::NetworkSpec& spec);
  static void open_way_out(const engine::NetworkSpec& spec);

  Loop& loop_;
  std::string bridge_;  // That is known to be there.
  std::map<std::string, std::vector<std::unique_ptr<PublishedPort>>> proxies_;
};

}  // namespace drydock::realmode
