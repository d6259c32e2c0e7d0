// host_network.cc — plugging in, publishing, answering for names.

#include "sim/machine/host_network.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/engine/ports.h"

namespace drydock::machine {

namespace dns = userland::dns;
using engine::NetworkSpec;
using kernel::Interface;
using kernel::Ipv4;

namespace {

constexpr std::string_view kEmbeddedServer = "127.0.0.11";

Error cannot_join(const NetworkSpec& network, Errno why) {
  return Error{fmt::format("cannot attach {} to bridge {}: {}", network.address,
                           network.bridge, lower(text_of(why)))};
}

std::string next_interface(const kernel::NetStack& stack) {
  for (int number = 0;; ++number) {
    std::string name = fmt::format("eth{}", number);
    const bool taken = std::ranges::any_of(
        stack.interfaces(),
        [&](const Interface& each) { return each.name == name; });
    if (!taken) return name;
  }
}

const Interface* interface_of(const kernel::NetStack& stack, Ipv4 address) {
  for (const Interface& each : stack.interfaces()) {
    if (each.address == address) return &each;
  }
  return nullptr;
}

}  // namespace

Outcome HostNetwork::add_bridge(const std::string& name,
                                std::string_view gateway, int prefix_length) {
  if (segments_.contains(name)) return done();
  const std::optional<Ipv4> address = kernel::parse_ipv4(gateway);
  Segment segment;
  segment.bridge = std::make_shared<kernel::Bridge>(name);
  Interface interface;
  interface.name = name;
  interface.mac = engine::mac_address_of(gateway);
  interface.address = address.value_or(kernel::kAnyAddress);
  interface.prefix_length = prefix_length;
  interface.bridge = segment.bridge;
  interface.isolated = true;
  host_->stack->forwards_packets = true;
  const SysOutcome added = host_->stack->add_interface(std::move(interface));
  if (!added) {
    return Error{
        fmt::format("bridge {}: {}", name, lower(text_of(added.error())))};
  }
  segments_.emplace(name, std::move(segment));
  return done();
}

void HostNetwork::remove_bridge(const std::string& name) {
  const auto found = segments_.find(name);
  if (found == segments_.end()) return;
  host_->stack->remove_interface(name);
  segments_.erase(found);
}

Outcome HostNetwork::join(Plugs& plugs, std::shared_ptr<kernel::NetStack> stack,
                          const NetworkSpec& network) {
  const Outcome made =
      add_bridge(network.bridge, network.gateway, network.prefix_length);
  if (!made) return made;
  const std::optional<Ipv4> address = kernel::parse_ipv4(network.address);
  if (!address) return cannot_join(network, Errno::einval);
  const auto known =
      std::ranges::find_if(plugs.networks_, [&](const NetworkSpec& each) {
        return each.bridge == network.bridge && each.address == network.address;
      });
  if (known != plugs.networks_.end()) {  // It goes by another name.
    withdraw(*known);
    *known = network;
    if (!network.names.empty()) announce(network);
    return done();
  }
  Interface interface;
  interface.name = next_interface(*stack);
  interface.mac = network.mac_address;
  interface.address = *address;
  interface.prefix_length = network.prefix_length;
  interface.bridge = segments_.at(network.bridge).bridge;
  const std::string name = interface.name;
  const SysOutcome added = stack->add_interface(std::move(interface));
  if (!added) return cannot_join(network, added.error());
  const std::optional<Ipv4> gateway = kernel::parse_ipv4(network.gateway);
  const bool has_way_out = std::ranges::any_of(
      stack->routes(),
      [](const kernel::Route& route) { return route.prefix_length == 0; });
  if (gateway && !network.internal && !has_way_out) {
    kernel::Route out;
    out.gateway = *gateway;
    out.interface = name;
    stack->add_route(std::move(out));
  }
  plugs.stack_ = std::move(stack);
  plugs.networks_.push_back(network);
  if (!network.names.empty()) announce(network);
  if (network.names.empty() || plugs.name_server_) return done();
  const Plugs* const asker = &plugs;
  plugs.name_server_ = std::make_unique<NameServer>(
      plugs.stack_, *kernel::parse_ipv4(kEmbeddedServer),
      [this, asker](const dns::Question& question) {
        return look_up(*asker, question);
      });
  return done();
}

void HostNetwork::announce(const NetworkSpec& network) {
  Segment& segment = segments_.at(network.bridge);
  const Ipv4 address = *kernel::parse_ipv4(network.address);
  segment.canonical[address] = network.names.front();
  for (const std::string& name : network.names) {
    segment.names[lower(name)].push_back(address);
  }
}

void HostNetwork::withdraw(const NetworkSpec& network) {
  const auto found = segments_.find(network.bridge);
  const std::optional<Ipv4> address = kernel::parse_ipv4(network.address);
  if (found == segments_.end() || !address) return;
  found->second.canonical.erase(*address);
  for (const std::string& name : network.names) {
    std::vector<Ipv4>& known = found->second.names[lower(name)];
    std::erase(known, *address);
    if (known.empty()) found->second.names.erase(lower(name));
  }
}

/// Docker's embedded server: names of the asker's networks, then the world's.
std::optional<dns::Answer> HostNetwork::look_up(
    const Plugs& plugs, const dns::Question& question) const {
  dns::Answer answer;
  const std::optional<Ipv4> address = dns::address_of_reverse(question.name);
  for (const NetworkSpec& network : plugs.networks_) {
    const auto segment = segments_.find(network.bridge);
    if (segment == segments_.end() || network.names.empty()) continue;
    if (question.type == dns::Type::ptr && address) {
      const auto name = segment->second.canonical.find(*address);
      if (name == segment->second.canonical.end()) continue;
      answer.names.push_back(name->second + "." + network.network_name);
      return answer;
    }
    std::string wanted = question.name;
    const std::string suffix = "." + network.network_name;
    if (wanted.ends_with(suffix)) wanted.resize(wanted.size() - suffix.size());
    const auto known = segment->second.names.find(wanted);
    if (known == segment->second.names.end()) continue;
    if (question.type == dns::Type::a) answer.addresses = known->second;
    return answer;
  }
  if (outside_) return outside_(question);
  answer.code = dns::Code::name_error;
  return answer;
}

void HostNetwork::leave(Plugs& plugs, std::string_view bridge) {
  const auto found =
      std::ranges::find(plugs.networks_, bridge, &NetworkSpec::bridge);
  if (found == plugs.networks_.end()) return;
  withdraw(*found);
  const std::optional<Ipv4> address = kernel::parse_ipv4(found->address);
  const Interface* const interface =
      address ? interface_of(*plugs.stack_, *address) : nullptr;
  if (interface) {
    const std::string name = interface->name;
    plugs.stack_->remove_interface(name);
  }
  plugs.networks_.erase(found);
}

SysOutcome HostNetwork::publish(Plugs& plugs,
                                const engine::PortBinding& binding) {
  if (plugs.networks_.empty()) return Errno::enetunreach;
  SysResult<std::unique_ptr<PortProxy>> proxy =
      PortProxy::open(kernel_, host_->stack, binding,
                      *kernel::parse_ipv4(plugs.networks_.front().address));
  if (!proxy) return proxy.error();
  plugs.ports_.push_back(std::move(*proxy));
  return ok();
}

void HostNetwork::unplug(Plugs& plugs) {
  plugs.ports_.clear();
  plugs.name_server_.reset();
  while (!plugs.networks_.empty()) {
    const std::string bridge = plugs.networks_.back().bridge;
    leave(plugs, bridge);
  }
  plugs.networks_.shrink_to_fit();  // Stopped containers may be many.
  plugs.stack_.reset();
}

}  // namespace drydock::machine
