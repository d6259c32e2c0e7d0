// net_stack.cc — routing without packets.

#include "sim/kernel/net_stack.h"

#include <fmt/format.h>

#include <algorithm>

namespace drydock::kernel {

namespace {

constexpr int kHopsMax = 64;  // IP's time to live.

bool is_within(Ipv4 address, Ipv4 network, int prefix_length) {
  if (prefix_length == 0) return true;
  const int rest = 32 - prefix_length;
  return address.value >> rest == network.value >> rest;
}

}  // namespace

std::optional<Ipv4> parse_ipv4(std::string_view text) {
  Ipv4 address;
  std::uint32_t byte = 0;
  int digits = 0, dots = 0;
  for (const char each : text) {
    if (each == '.') {
      if (digits == 0 || ++dots > 3) return std::nullopt;
      address.value = address.value << 8 | byte;
      byte = 0;
      digits = 0;
      continue;
    }
    if (each < '0' || each > '9' || ++digits > 3) return std::nullopt;
    byte = 10 * byte + static_cast<std::uint32_t>(each - '0');
    if (byte > 255) return std::nullopt;
  }
  if (digits == 0 || dots != 3) return std::nullopt;
  address.value = address.value << 8 | byte;
  return address;
}

std::string format_ipv4(Ipv4 address) {
  const std::uint32_t value = address.value;
  return fmt::format("{}.{}.{}.{}", value >> 24, value >> 16 & 255,
                     value >> 8 & 255, value & 255);
}

NetStack* Bridge::find(Ipv4 address) const {
  const auto found = members_.find(address);
  return found == members_.end() ? nullptr : found->second;
}

NetStack::NetStack() {
  interfaces_.reserve(2);  // And the one that a container is given.
  Interface& lo = interfaces_.emplace_back();
  lo.name = "lo";
  lo.mac = "00:00:00:00:00:00";
  lo.address = kLoopback;
  lo.prefix_length = 8;
  lo.mtu = 65536;
  routes_.reserve(2);
}

NetStack::~NetStack() {
  for (const Interface& each : interfaces_) {
    if (each.bridge) each.bridge->members_.erase(each.address);
  }
}

Interface* NetStack::find_interface(std::string_view name) {
  const auto found = std::ranges::find(interfaces_, name, &Interface::name);
  return found == interfaces_.end() ? nullptr : &*found;
}

SysOutcome NetStack::add_interface(Interface interface) {
  if (find_interface(interface.name)) return Errno::eexist;
  if (interface.bridge && !interface.address.is_any()) {
    const auto [at, fresh] =
        interface.bridge->members_.emplace(interface.address, this);
    if (!fresh) return Errno::eaddrinuse;
  }
  Route link;
  link.network = interface.address;
  link.prefix_length = interface.prefix_length;
  link.interface = interface.name;
  if (!interface.address.is_any()) add_route(std::move(link));
  interfaces_.push_back(std::move(interface));
  return ok();
}

void NetStack::remove_interface(std::string_view name) {
  const auto found = std::ranges::find(interfaces_, name, &Interface::name);
  if (found == interfaces_.end()) return;
  if (found->bridge) found->bridge->members_.erase(found->address);
  std::erase_if(routes_, [&](const Route& route) {
    return route.interface == found->name;
  });
  interfaces_.erase(found);
}

void NetStack::add_route(Route route) {
  if (route.prefix_length < 32 && route.prefix_length > 0) {
    const int rest = 32 - route.prefix_length;
    route.network.value = route.network.value >> rest << rest;
  }
  routes_.push_back(std::move(route));
}

bool NetStack::is_local(Ipv4 address) const {
  if (address.is_loopback()) return true;
  return std::ranges::any_of(interfaces_, [&](const Interface& each) {
    return each.address == address;
  });
}

void NetStack::add_forward(const PortForward& forward) {
  forwards_.push_back(forward);
}

void NetStack::remove_forward(const PortForward& forward) {
  const auto found = std::ranges::find(forwards_, forward);
  if (found != forwards_.end()) forwards_.erase(found);
}

const Interface* NetStack::interface_on(const Bridge* bridge) const {
  for (const Interface& each : interfaces_) {
    if (bridge && each.bridge.get() == bridge) return &each;
  }
  return nullptr;
}

/// Docker's rules: `OUTPUT ! -d 127.0.0.0/8` and `! -i docker0`.
const PortForward* NetStack::forward_for(const Reach& reach,
                                         const Bridge* came_over,
                                         bool udp) const {
  const Interface* const in = interface_on(came_over);
  if (reach.destination.is_loopback() || (in && in->isolated)) return nullptr;
  for (const PortForward& each : forwards_) {
    const bool here = each.host.is_any() || each.host == reach.destination;
    if (here && each.host_port == reach.port && each.udp == udp) return &each;
  }
  return nullptr;
}

const Route* NetStack::route_to(Ipv4 destination) const {
  const Route* best = nullptr;
  for (const Route& route : routes_) {
    if (!is_within(destination, route.network, route.prefix_length)) continue;
    if (!best || route.prefix_length > best->prefix_length) best = &route;
  }
  return best;
}

SysResult<Reach> NetStack::reach(Ipv4 destination, std::uint16_t port,
                                 bool udp) {
  Reach start;
  start.destination = destination.is_any() ? kLoopback : destination;
  start.port = port;
  return reach(start, nullptr, udp, kHopsMax);
}

SysResult<Reach> NetStack::reach(Reach so_far, const Bridge* came_over,
                                 bool udp, int hops) {
  if (hops == 0) return Errno::ehostunreach;
  const bool first = so_far.source.is_any();
  if (is_local(so_far.destination)) {
    const PortForward* const forward = forward_for(so_far, came_over, udp);
    if (first) so_far.source = so_far.seen_source = so_far.destination;
    if (!forward) {
      so_far.stack = this;
      return so_far;
    }
    so_far.destination = forward->to;
    so_far.port = forward->to_port;
  } else if (!first && !forwards_packets) {
    return Errno::ehostunreach;
  }
  const Route* const route = route_to(so_far.destination);
  if (!route) return first ? Errno::enetunreach : Errno::ehostunreach;
  const Interface* const out = find_interface(route->interface);
  if (!out || !out->up || !out->bridge) return Errno::ehostunreach;
  if (so_far.source.is_any()) {
    so_far.source = so_far.seen_source = out->address;
  } else if (out->masquerades) {
    so_far.seen_source = out->address;
  }
  const Interface* const in = interface_on(came_over);
  const bool across = in && in->isolated && out->isolated && in != out;
  if (across) return Errno::etimedout;  // DOCKER-ISOLATION drops it.
  const Ipv4 hop =
      route->gateway.is_any() ? so_far.destination : route->gateway;
  NetStack* const next = out->bridge->find(hop);
  if (!next) return Errno::ehostunreach;
  return next->reach(so_far, out->bridge.get(), udp, hops - 1);
}

void NetStack::count(Ipv4 address, std::int64_t received, std::int64_t sent) {
  for (Interface& each : interfaces_) {
    const bool mine = each.address == address ||
                      (address.is_loopback() && each.address.is_loopback());
    if (!mine) continue;
    each.received += received;
    each.sent += sent;
    return;
  }
}

bool NetStack::is_taken(const Ports& ports, Ipv4 address, std::uint16_t port,
                        const PortUse& use) const {
  for (auto at = ports.lower_bound({port, Ipv4{}});
       at != ports.end() && at->first.first == port; ++at) {
    const Ipv4 other = at->first.second;
    const bool overlap = other == address || other.is_any() || address.is_any();
    const bool polite = use.reuse_address && at->second->reuse_address &&
                        !at->second->listening && other != address;
    if (overlap && !polite) return true;
  }
  return false;
}

SysResult<std::uint16_t> NetStack::bind(bool udp, Ipv4 address,
                                        std::uint16_t port, PortUse& use) {
  Ports& ports = udp ? udp_ : tcp_;
  if (!address.is_any() && !is_local(address)) return Errno::eaddrnotavail;
  if (port != 0) {
    if (is_taken(ports, address, port, use)) return Errno::eaddrinuse;
    ports.emplace(Port{port, address}, &use);
    return port;
  }
  for (int tries = kPortLast - kPortFirst; tries >= 0; --tries) {
    const std::uint16_t candidate = next_port_;
    next_port_ = next_port_ == kPortLast
                     ? kPortFirst
                     : static_cast<std::uint16_t>(next_port_ + 1);
    if (is_taken(ports, address, candidate, use)) continue;
    ports.emplace(Port{candidate, address}, &use);
    return candidate;
  }
  return Errno::eaddrnotavail;
}

void NetStack::unbind(bool udp, Ipv4 address, std::uint16_t port) {
  (udp ? udp_ : tcp_).erase({port, address});
}

PortUse* NetStack::find(bool udp, Ipv4 address, std::uint16_t port) const {
  const Ports& ports = udp ? udp_ : tcp_;
  const auto exact = ports.find({port, address});
  if (exact != ports.end()) return exact->second;
  const auto any = ports.find({port, kAnyAddress});
  return any == ports.end() ? nullptr : any->second;
}

}  // namespace drydock::kernel
