// host_network.h — the network that docker makes on its host.
//
// Bridges with an address each, containers plugged into them, and published
// ports.  Which addresses and ports those are is the engine's decision.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/engine/backend.h"
#include "sim/kernel/kernel.h"
#include "sim/machine/name_server.h"
#include "sim/machine/port_proxy.h"

namespace drydock::machine {

/// A network that a container has joined.
struct Endpoint {
  std::string bridge, network_name;
  kernel::Ipv4 address;
  List names;  // As in NetworkSpec.
};

/// A container's end of it.  It holds what ends with the container.
class Plugs {
 public:
  Plugs() = default;
  Plugs(Plugs&&) = default;
  Plugs& operator=(Plugs&&) = default;

 private:
  friend class HostNetwork;
  std::shared_ptr<kernel::NetStack> stack_;
  std::vector<Endpoint> endpoints_;
  std::vector<std::unique_ptr<PortProxy>> ports_;
  std::unique_ptr<NameServer> name_server_;
};

class HostNetwork {
 public:
  HostNetwork(kernel::Kernel& kernel, kernel::NetNamespaceRef host)
      : kernel_(kernel), host_(std::move(host)) {}

  /// Who answers for names that no container of a network has; null: nobody.
  void set_outside(Names outside) { outside_ = std::move(outside); }

  /// Makes a bridge whose own address is the gateway; one that is there stays.
  Outcome add_bridge(const std::string& name, std::string_view gateway,
                     int prefix_length);
  void remove_bridge(const std::string& name);

  /// Plugs a container in; the interface is its next: eth0, eth1, ...  Where
  /// it is already, only its names are taken anew.
  Outcome join(Plugs& plugs, std::shared_ptr<kernel::NetStack> stack,
               const engine::NetworkSpec& network);
  void leave(Plugs& plugs, std::string_view bridge);
  /// Publishes a port of a container that has joined; EADDRINUSE.
  SysOutcome publish(Plugs& plugs, const engine::PortBinding& binding);
  /// Pulls everything out.
  void unplug(Plugs& plugs);

 private:
  struct Segment {
    kernel::BridgeRef bridge;
    /// name -> addresses, in the order of joining.
    std::map<std::string, std::vector<kernel::Ipv4>, std::less<>> names;
    std::map<kernel::Ipv4, std::string> canonical;
  };

  std::optional<userland::dns::Answer> look_up(
      const Plugs& plugs, const userland::dns::Question& question) const;
  bool renamed(Plugs& plugs, const engine::NetworkSpec& network,
               kernel::Ipv4 address);
  void serve_names(Plugs& plugs);
  void announce(const Endpoint& endpoint);
  void withdraw(const Endpoint& endpoint);

  kernel::Kernel& kernel_;
  kernel::NetNamespaceRef host_;
  Names outside_;
  std::map<std::string, Segment, std::less<>> segments_;
};

}  // namespace drydock::machine
