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

constexpr Ipv4 kEmbeddedServer{0x7f00000b};  // 127.0.0.11

Error cannot_join(const NetworkSpec& network, Errno why) {
  return Error{fmt::format("cannot attach {} to bridge {}: {}", network.address,
                           network.bridge, lower(text_of(why)))};
}

Endpoint endpoint_of(const NetworkSpec& network, Ipv4 address) {
  return {network.bridge, network.network_name, address, network.names};
}

std::string next_interface(const kernel::NetStack& stack) {
  for (int number = 0;; ++number) {
    std::string name = "eth" + std::to_string(number);
    const bool taken = std::ranges::any_of(
        stack.interfaces(),
        [&](const Interface& each) { return each.name == name; });
    if (!taken) return name;
  }
}

/// The default route, for who has none yet.
void add_way_out(kernel::NetStack& stack, std::string_view gateway,
                 const std::string& interface) {
  const bool has_one =
      std::ranges::find(stack.routes(), 0, &kernel::Route::prefix_length) !=
      stack.routes().end();
  if (has_one) return;
  const std::optional<Ipv4> address = kernel::parse_ipv4(gateway);
  if (!address) return;
  kernel::Route out;
  out.gateway = *address;
  out.interface = interface;
  stack.add_route(std::move(out));
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
  if (renamed(plugs, network, *address)) return done();
  Interface interface;
  interface.name = next_interface(*stack);
  interface.mac = network.mac_address;
  interface.address = *address;
  interface.prefix_length = network.prefix_length;
  interface.bridge = segments_.find(network.bridge)->second.bridge;
  const std::string name = interface.name;
  const SysOutcome added = stack->add_interface(std::move(interface));
  if (!added) return cannot_join(network, added.error());
  if (!network.internal) add_way_out(*stack, network.gateway, name);
  plugs.stack_ = std::move(stack);
  plugs.endpoints_.push_back(endpoint_of(network, *address));
  if (network.names.empty()) return done();
  announce(plugs.endpoints_.back());
  serve_names(plugs);
  return done();
}

/// Has it joined there already?  Then it goes by other names from now on.
bool HostNetwork::renamed(Plugs& plugs, const NetworkSpec& network,
                          Ipv4 address) {
  const auto known =
      std::ranges::find_if(plugs.endpoints_, [&](const Endpoint& each) {
        return each.address == address && each.bridge == network.bridge;
      });
  if (known == plugs.endpoints_.end()) return false;
  withdraw(*known);
  *known = endpoint_of(network, address);
  if (!known->names.empty()) announce(*known);
  return true;
}

/// Docker's embedded server, one for all networks of a container.
void HostNetwork::serve_names(Plugs& plugs) {
  if (plugs.name_server_) return;
  const Plugs* const asker = &plugs;
  plugs.name_server_ = std::make_unique<NameServer>(
      plugs.stack_, kEmbeddedServer,
      [this, asker](const dns::Question& question) {
        return look_up(*asker, question);
      });
}

void HostNetwork::announce(const Endpoint& endpoint) {
  Segment& segment = segments_.at(endpoint.bridge);
  segment.canonical[endpoint.address] = endpoint.names.front();
  for (const std::string& name : endpoint.names) {
    segment.names[lower(name)].push_back(endpoint.address);
  }
}

void HostNetwork::withdraw(const Endpoint& endpoint) {
  const auto found = segments_.find(endpoint.bridge);
  if (found == segments_.end()) return;
  found->second.canonical.erase(endpoint.address);
  for (const std::string& name : endpoint.names) {
    std::vector<Ipv4>& known = found->second.names[lower(name)];
    std::erase(known, endpoint.address);
    if (known.empty()) found->second.names.erase(lower(name));
  }
}

/// The server's answer: names of the asker's networks, then the world's.
std::optional<dns::Answer> HostNetwork::look_up(
    const Plugs& plugs, const dns::Question& question) const {
  dns::Answer answer;
  const std::optional<Ipv4> address = dns::address_of_reverse(question.name);
  for (const Endpoint& endpoint : plugs.endpoints_) {
    const auto segment = segments_.find(endpoint.bridge);
    if (segment == segments_.end() || endpoint.names.empty()) continue;
    if (question.type == dns::Type::ptr && address) {
      const auto name = segment->second.canonical.find(*address);
      if (name == segment->second.canonical.end()) continue;
      answer.names.push_back(name->second + "." + endpoint.network_name);
      return answer;
    }
    std::string wanted = question.name;
    const std::string suffix = "." + endpoint.network_name;
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
      std::ranges::find(plugs.endpoints_, bridge, &Endpoint::bridge);
  if (found == plugs.endpoints_.end()) return;
  withdraw(*found);
  const Interface* const interface =
      interface_of(*plugs.stack_, found->address);
  if (interface) plugs.stack_->remove_interface(interface->name);
  plugs.endpoints_.erase(found);
}

SysOutcome HostNetwork::publish(Plugs& plugs,
                                const engine::PortBinding& binding) {
  if (plugs.endpoints_.empty()) return Errno::enetunreach;
  SysResult<std::unique_ptr<PortProxy>> proxy = PortProxy::open(
      kernel_, host_->stack, binding, plugs.endpoints_.front().address);
  if (!proxy) return proxy.error();
  plugs.ports_.push_back(std::move(*proxy));
  return ok();
}

void HostNetwork::unplug(Plugs& plugs) {
  plugs.ports_.clear();
  plugs.name_server_.reset();
  while (!plugs.endpoints_.empty()) {
    const std::string bridge = plugs.endpoints_.back().bridge;
    leave(plugs, bridge);
  }
  plugs.endpoints_.shrink_to_fit();  // Stopped containers may be many.
  plugs.stack_.reset();
}

}  // namespace drydock::machine
