// net_stack.h — the network of one namespace: interfaces, routes, ports.
//
// No packets: a stack answers which stack a destination leads to, over bridges
// and gateways, and under which addresses the two sides know each other.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/errno.h"
#include "sim/base/link.h"

namespace drydock::kernel {

/// An IPv4 address, in host order.
struct Ipv4 {
  std::uint32_t value = 0;
  bool is_any() const { return value == 0; }
  bool is_loopback() const { return value >> 24 == 127; }
  friend auto operator<=>(const Ipv4&, const Ipv4&) = default;
};
inline constexpr Ipv4 kAnyAddress{0}, kLoopback{0x7f000001};

std::optional<Ipv4> parse_ipv4(std::string_view text);  // "172.17.0.2"
std::string format_ipv4(Ipv4 address);

class NetStack;

/// bridge(8): stacks that reach each other directly.
class Bridge {
 public:
  explicit Bridge(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }
  NetStack* find(Ipv4 address) const;
  bool empty() const { return members_.empty(); }

 private:
  friend class NetStack;
  std::string name_;
  std::map<Ipv4, NetStack*> members_;
};
using BridgeRef = std::shared_ptr<Bridge>;

struct Interface {
  std::string name;  // "eth0"
  std::string mac;   // "02:42:ac:11:00:02"
  Ipv4 address;
  int prefix_length = 16;
  int mtu = 1500;
  bool up = true;
  BridgeRef bridge;          // Null: loopback, or a cable to nowhere.
  bool masquerades = false;  // What is forwarded out here takes our address.
  /// A container bridge of its own: it hears nothing that is forwarded from
  /// another such bridge, and nothing that comes in here is DNATed.
  bool isolated = false;
  std::int64_t received = 0, sent = 0;  // Bytes.
};

struct Route {
  Ipv4 network;
  int prefix_length = 0;  // 0: the default route.
  Ipv4 gateway;           // Any: directly on the link.
  std::string interface;
};

/// What a published port is to the machine: DNAT, as iptables(8) does it.  It
/// holds no port; loopback and container bridges are not subject to it.
struct PortForward {
  Ipv4 host;  // Any: every address of this stack.
  std::uint16_t host_port = 0;
  Ipv4 to;
  std::uint16_t to_port = 0;
  bool udp = false;
  friend bool operator==(const PortForward&, const PortForward&) = default;
};

/// Where a destination leads.
struct Reach {
  NetStack* stack = nullptr;
  Ipv4 destination;        // After DNAT.
  std::uint16_t port = 0;  // The same.
  Ipv4 source;             // The sender's own address on the way out.
  Ipv4 seen_source;        // As the receiver sees it, after masquerading.
};

/// A port that somebody holds.
struct PortUse {
  virtual ~PortUse() = default;
  bool reuse_address = false;
  bool listening = false;
};

class NetStack {
 public:
  static constexpr std::uint16_t kPortFirst = 32768, kPortLast = 60999;

  NetStack();  // With "lo", up.
  ~NetStack();
  NetStack(const NetStack&) = delete;

  const std::vector<Interface>& interfaces() const { return interfaces_; }
  const std::vector<Route>& routes() const { return routes_; }
  Interface* find_interface(std::string_view name);

  /// Brings it up with its on-link route.  EADDRINUSE when another stack of
  /// that bridge has the address.
  SysOutcome add_interface(Interface interface);
  void remove_interface(std::string_view name);
  void add_route(Route route);

  bool is_local(Ipv4 address) const;

  void add_forward(const PortForward& forward);
  void remove_forward(const PortForward& forward);
  const std::vector<PortForward>& forwards() const { return forwards_; }

  /// ENETUNREACH without a route, EHOSTUNREACH when nobody answers there,
  /// ETIMEDOUT when somebody on the way drops what comes.
  SysResult<Reach> reach(Ipv4 destination, std::uint16_t port, bool udp);

  // Ports, one table a protocol.
  /// EADDRINUSE, EADDRNOTAVAIL; port 0 picks a free one.
  SysResult<std::uint16_t> bind(bool udp, Ipv4 address, std::uint16_t port,
                                PortUse& use);
  void unbind(bool udp, Ipv4 address, std::uint16_t port);
  /// Who holds this port for this address, or for all.
  PortUse* find(bool udp, Ipv4 address, std::uint16_t port) const;

  /// Every port that is held, by number: what /proc/net tells.
  template <typename Visit>
  void each_port(bool udp, Visit visit) const {
    for (const auto& [port, use] : udp ? udp_ : tcp_) {
      visit(port.second, port.first, *use);
    }
  }

  /// The ring of the sockets that live here, oldest first: SocketPlace.
  Link& sockets() { return sockets_; }

  /// Bytes that came or went under this address.
  void count(Ipv4 address, std::int64_t received, std::int64_t sent);

  /// net.ipv4.ip_forward.
  bool forwards_packets = false;

 private:
  using Port = std::pair<std::uint16_t, Ipv4>;
  using Ports = std::map<Port, PortUse*>;

  const Route* route_to(Ipv4 destination) const;
  const PortForward* forward_for(const Reach& reach, const Bridge* came_over,
                                 bool udp) const;
  SysResult<Reach> reach(Reach so_far, const Bridge* came_over, bool udp,
                         int hops);
  const Interface* interface_on(const Bridge* bridge) const;
  bool is_taken(const Ports& ports, Ipv4 address, std::uint16_t port,
                const PortUse& use) const;

  std::vector<Interface> interfaces_;
  std::vector<Route> routes_;
  std::vector<PortForward> forwards_;
  Ports tcp_, udp_;
  std::uint16_t next_port_ = kPortFirst;
  Link sockets_;
};

}  // namespace drydock::kernel
