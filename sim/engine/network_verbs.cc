// network_verbs.cc — `docker network create`, `ls`, `inspect`, `connect`,
// `disconnect`, `rm`.

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/base/id.h"
#include "sim/base/sha256.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/inspect.h"
#include "sim/engine/names.h"
#include "sim/engine/pools.h"

namespace drydock::engine {

namespace {

Fault bad(std::string text) {
  return Fault{Fault::Kind::bad_parameter, std::move(text), Object::network};
}

Fault forbidden(std::string text) {
  return Fault{Fault::Kind::forbidden, std::move(text), Object::network};
}

NetworkSummary summary_of_network(const Network& network) {
  NetworkSummary row;
  row.id = network.id;
  row.name = network.name;
  row.driver = network.driver;
  row.scope = network.scope;
  row.created = network.created;
  row.internal = network.internal;
  row.ipv6 = network.ipv6;
  row.labels = network.labels;
  return row;
}

bool is_user_defined(const Network& network) { return !network.predefined; }

bool has_label(const Network& network, const std::string& label) {
  const std::size_t equals = label.find('=');
  const auto entry = network.labels.find(label.substr(0, equals));
  return entry != network.labels.end() &&
         (equals == std::string::npos ||
          entry->second == label.substr(equals + 1));
}

bool passes(const Network& network, const std::string& key,
            const std::string& value) {
  if (key == "name") return network.name.find(value) != std::string::npos;
  if (key == "id") return network.id.starts_with(value);
  if (key == "driver") return network.driver == value;
  if (key == "scope") return network.scope == value;
  if (key == "label") return has_label(network, value);
  if (key == "type") {
    return (value == "custom") == is_user_defined(network);
  }
  const bool wanted = value == "true" || value == "1";
  return wanted == (is_user_defined(network) && network.members.empty());
}

}  // namespace

/// bridge, host and none: there from the beginning.
void Engine::furnish_networks() {
  for (const std::string_view name : {"bridge", "host", "none"}) {
    Network network;
    network.name = name;
    network.id = network_id(name);
    network.created = now();
    network.predefined = true;
    network.driver = name == "none" ? "null" : std::string(name);
    if (name == "bridge") {
      const auto subnet = parse_subnet(std::string(rules_.gateway) + "/16");
      network.subnet = subnet->str();
      network.bridge = rules_.bridge_name;
      network.options = {
          {"com.docker.network.bridge.default_bridge", "true"},
          {"com.docker.network.bridge.enable_icc", "true"},
          {"com.docker.network.bridge.enable_ip_masquerade", "true"},
          {"com.docker.network.bridge.host_binding_ipv4", "0.0.0.0"},
          {"com.docker.network.bridge.name", std::string(rules_.bridge_name)},
          {"com.docker.network.driver.mtu", "1500"}};
    }
    networks_.add(std::move(network));
  }
}

/// The addresses of a new network: its pool, or why there is none.
Done Engine::assign_pool(Network& network, const NetworkRequest& request) {
  std::optional<Subnet> subnet;
  std::string gateway;
  if (!request.pools.empty()) {
    const NetworkRequest::Pool& wished = request.pools.front();
    subnet = parse_subnet(wished.subnet);
    if (!subnet) {
      return bad(fmt::format("invalid subnet {} : invalid CIDR address: {}",
                             wished.subnet, wished.subnet));
    }
    for (const auto& [name, other] : networks_.all()) {
      const auto theirs = parse_subnet(other.subnet);
      if (theirs && theirs->overlaps(*subnet)) {
        return forbidden("Pool overlaps with other one on this address space");
      }
    }
    gateway = wished.gateway;
    network.ip_range = wished.ip_range;
    const auto address = address_number(gateway);
    if (!gateway.empty() && (!address || !subnet->contains(*address))) {
      return bad(fmt::format("no matching subnet for gateway {}", gateway));
    }
  } else {
    subnet = networks_.free_subnet();
  }
  if (!subnet) {
    return Fault{Fault::Kind::internal,
                 "could not find an available, non-overlapping IPv4 address "
                 "pool among the defaults to assign to the network"};
  }
  network.gateway_given = !gateway.empty() || request.pools.empty();
  if (gateway.empty()) gateway = address_text(subnet->base + 1);
  network.subnet = subnet->str();
  network.pool = std::make_unique<AddressPool>(gateway, subnet->prefix_length,
                                               rules_.addresses_in_sequence);
  return did_it();
}

Task<Answer<std::string>> Engine::create_network(NetworkRequest request) {
  const std::string name = request.name;
  if (name.empty()) co_return bad("network name cannot be empty");
  const bool predefined =
      name == "bridge" || name == "host" || name == "none" || name == "default";
  if (predefined) {
    co_return forbidden(fmt::format(
        "operation is not permitted on predefined {} network ", name));
  }
  if (!is_good_volume_name(name)) {  // One letter will do.
    co_return bad(fmt::format(
        "{} includes invalid characters for a local volume name, only "
        "\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed",
        name));
  }
  if (networks_.all().contains(name)) {
    co_return Fault{Fault::Kind::conflict,
                    fmt::format("network with name {} already exists", name),
                    Object::network};
  }
  if (request.driver == "host" || request.driver == "null") {
    co_return forbidden(
        fmt::format("only one instance of \"{}\" network is "
                    "allowed",
                    request.driver));
  }
  if (request.driver != "bridge") {
    co_return Fault{Fault::Kind::not_found,
                    fmt::format("plugin \"{}\" not found", request.driver),
                    Object::network};
  }
  if (request.ipv6) {
    co_return bad("drydock: IPv6 networks are not modelled");
  }
  Network network;
  network.name = name;
  network.id = backend_.ids().next();
  network.created = now();
  network.internal = request.internal;
  network.attachable = request.attachable;
  network.options = request.options;
  network.labels = request.labels;
  const auto bridge = request.options.find("com.docker.network.bridge.name");
  network.bridge = bridge == request.options.end()
                       ? "br-" + std::string(short_id(network.id))
                       : bridge->second;
  const Done assigned = assign_pool(network, request);
  if (!assigned) co_return assigned.error();
  const std::string id = network.id;
  NetworkSpec spec;
  spec.bridge = network.bridge;
  spec.gateway = network.pool->gateway();
  spec.prefix_length = network.pool->prefix_length();
  spec.internal = network.internal;
  spec.network_name = name;
  networks_.add(std::move(network));
  const Outcome made = co_await backend_.create_bridge(std::move(spec));
  if (!made) {
    networks_.erase(name);
    co_return Fault{Fault::Kind::internal, made.error().text, Object::network};
  }
  note_network(*networks_.find(name), "create", "");
  if (backend_.keeps_records()) journal_.touch("networks", id);
  co_await keep_changes();
  co_return id;
}

Answer<std::vector<NetworkSummary>> Engine::networks(Filters filters) const {
  static constexpr std::array<std::string_view, 7> kKeys = {
      "dangling", "driver", "id", "label", "name", "scope", "type"};
  for (const auto& [key, values] : filters) {
    if (std::ranges::find(kKeys, key) != kKeys.end()) continue;
    return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                        Message::filter_invalid, fmt::arg("typed", key));
  }
  std::vector<NetworkSummary> rows;
  for (const auto& entry : networks_.all()) {
    const Network& network = entry.second;  // clang 14 captures no binding.
    const bool shown = std::ranges::all_of(filters, [&](const auto& filter) {
      return std::ranges::any_of(filter.second, [&](const std::string& value) {
        return passes(network, filter.first, value);
      });
    });
    if (shown) rows.push_back(summary_of_network(network));
  }
  return rows;
}

Answer<Value> Engine::inspect_network(std::string_view typed) const {
  const Network* const network = networks_.find(typed);
  if (!network) return unknown_network(typed);
  std::vector<NetworkMember> members;
  for (const auto& [id, member] : network->members) {
    const auto container = by_id_.find(id);
    if (container == by_id_.end()) continue;
    Endpoint endpoint = member.endpoint;
    if (member.joined) endpoint.id = endpoint_id(id, *member.joined);
    members.push_back({id, container->second->name, std::move(endpoint)});
  }
  return network_value(*network, members);
}

Fault Engine::unknown_network(std::string_view typed) const {
  return rules_.fault(Fault::Kind::not_found, Object::network,
                      Message::network_unknown, fmt::arg("typed", typed));
}

Task<Done> Engine::remove_network(std::string typed) {
  Network* const network = networks_.find(typed);
  if (!network) {
    co_return Fault{Fault::Kind::not_found, "No such network: " + typed,
                    Object::network};
  }
  if (network->predefined) {
    co_return forbidden(fmt::format(
        "{} is a pre-defined network and cannot be removed", network->name));
  }
  if (!network->members.empty()) {
    co_return forbidden(fmt::format(
        "error while removing network: network {} id {} has active endpoints",
        network->name, network->id));
  }
  const std::string name = network->name;
  const Outcome removed = co_await backend_.remove_bridge(network->bridge);
  if (!removed) {
    co_return Fault{Fault::Kind::internal, removed.error().text,
                    Object::network};
  }
  const Network* const still = networks_.find(name);
  if (!still) co_return did_it();
  note_network(*still, "destroy", "");
  const std::string id = still->id;
  networks_.erase(name);
  if (backend_.keeps_records()) journal_.touch("networks", id);
  co_await keep_changes();
  co_return did_it();
}

/// A place in a network for this container, with its address taken.
Answer<Endpoint> Engine::take_endpoint(Network& network,
                                       const Container& container,
                                       const EndpointWish& wish) {
  Endpoint endpoint;
  endpoint.network_id = network.id;
  endpoint.id = sha256_hex(fmt::format("endpoint {} {} {}", container.id,
                                       network.id, image::go_time(now())));
  endpoint.spec.bridge = network.bridge;
  endpoint.spec.internal = network.internal;
  if (!network.predefined) {  // Nobody has a name on the default bridge.
    endpoint.spec.network_name = network.name;
    endpoint.spec.names = {container.name, std::string(short_id(container.id))};
    endpoint.spec.names.insert(endpoint.spec.names.end(), wish.aliases.begin(),
                               wish.aliases.end());
  }
  AddressPool& pool = *pool_of(network, addresses_);
  endpoint.spec.gateway = pool.gateway();
  endpoint.spec.prefix_length = pool.prefix_length();
  std::optional<std::string> address;
  if (wish.address.empty()) {
    address = pool.take();
    if (!address) {
      return Fault{Fault::Kind::internal,
                   "no available IPv4 addresses on this network's address "
                   "pools: " +
                       network.name + " (" + network.id + ")"};
    }
  } else {
    const auto subnet = parse_subnet(network.subnet);
    const auto number = address_number(wish.address);
    if (!number || !subnet || !subnet->contains(*number)) {
      return Fault{Fault::Kind::bad_parameter,
                   "Invalid address " + wish.address +
                       ": It does not belong to any of this network's "
                       "subnets"};
    }
    if (!pool.take(wish.address)) {
      return Fault{Fault::Kind::forbidden, "Address already in use"};
    }
    address = wish.address;
  }
  endpoint.spec.address = *address;
  endpoint.spec.mac_address =
      wish.mac_address.empty() ? mac_address_of(*address) : wish.mac_address;
  network.members[container.id] = {endpoint, std::nullopt};
  note_network(network, "connect", container.id);
  explain(backend_, StepKind::network_joined, "network", network.name,
          "container", container.id, "address", *address);
  return endpoint;
}

void Engine::leave_network(std::string_view name, Container& container) {
  Network* const network = networks_.find(name);
  if (!network) return;
  const auto member = network->members.find(container.id);
  if (member == network->members.end()) return;
  AddressPool* const pool = pool_of(*network, addresses_);
  if (pool) pool->release(member->second.endpoint.spec.address);
  network->members.erase(member);
  note_network(*network, "disconnect", container.id);
}

Task<Done> Engine::connect_network(std::string typed, std::string who,
                                   EndpointWish wish) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  Network* const network = networks_.find(typed);
  if (!network) co_return unknown_network(typed);
  const std::string name = network->name;
  const std::string& mode = container->host->network_mode;
  if (mode == "host" || name == "host") {
    co_return forbidden(
        name == "host"
            ? "container cannot be connected to host network, as it would "
              "share its network namespace"
            : "container cannot be disconnected from host network or "
              "connected to other networks");
  }
  if (mode.starts_with(kContainerMode)) {
    co_return forbidden(
        "container sharing network namespace with another container or host "
        "cannot be connected to any other network");
  }
  if (name == "none" || mode == "none") {
    co_return forbidden(
        "container cannot be connected to multiple networks with one of the "
        "networks in private (none) mode");
  }
  const bool limited = network->predefined;
  if (limited && !wish.address.empty()) {
    co_return bad(
        "user specified IP address is supported on user defined networks only");
  }
  if (limited && !wish.aliases.empty()) {
    co_return forbidden(
        "network-scoped alias is supported only for containers in user defined "
        "networks");
  }
  const bool runs = container->run.has_process();
  const bool there = runs ? network->members.contains(container->id)
                          : container->wishes.contains(name) ||
                                name_of_mode(*container) == name;
  if (there) {
    co_return forbidden(
        fmt::format("endpoint with name {} already exists in network {}",
                    container->name, name));
  }
  if (!runs) {
    container->wishes[name] = std::move(wish);
    co_await keep(*container);
    co_return did_it();
  }
  Answer<Endpoint> endpoint = take_endpoint(*network, *container, wish);
  if (!endpoint) co_return endpoint.error();
  const Outcome plugged =
      co_await backend_.join_network(container->id, endpoint->spec);
  if (!plugged) {
    leave_network(name, *container);
    co_return Fault{Fault::Kind::internal, plugged.error().text};
  }
  container->wishes[name] = std::move(wish);
  const bool asks_now = container->network.endpoints.empty() && !limited;
  container->network.endpoints[name] = *endpoint;
  if (asks_now) {  // Names have a server of their own from now on.
    const Outcome told = co_await backend_.rewrite_file(
        container->id, "/etc/resolv.conf", resolv_conf(*container));
    if (!told) co_return Fault{Fault::Kind::internal, told.error().text};
  }
  co_await keep(*container);
  co_return did_it();
}

Task<Done> Engine::disconnect_network(std::string typed, std::string who,
                                      bool force) {
  (void)force;  // It leaves nothing behind that would need force.
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  const Network* const network = networks_.find(typed);
  if (!network) co_return unknown_network(typed);
  const std::string name = network->name;
  if (name == "host" || container->host->network_mode == "host") {
    co_return forbidden(
        "container cannot be disconnected from host network or connected to "
        "other networks");
  }
  const bool wished =
      container->wishes.contains(name) || name_of_mode(*container) == name;
  const auto endpoint = container->network.endpoints.find(name);
  const bool runs = container->run.has_process();
  const bool there =
      runs ? endpoint != container->network.endpoints.end() : wished;
  if (!there) {
    co_return forbidden(
        fmt::format("container {} is not connected to network "
                    "{}",
                    container->id, name));
  }
  if (runs) {
    const NetworkSpec spec = endpoint->second.spec;
    const Outcome unplugged =
        co_await backend_.leave_network(container->id, spec.bridge);
    if (!unplugged) {
      co_return Fault{Fault::Kind::internal, unplugged.error().text};
    }
    leave_network(name, *container);
    container->network.endpoints.erase(name);
  }
  container->wishes.erase(name);
  co_await keep(*container);
  co_return did_it();
}

/// "bridge" of "default".
std::string Engine::name_of_mode(const Container& container) const {
  const std::string& mode = container.host->network_mode;
  if (mode == "default") return "bridge";
  const Network* const network = networks_.find(mode);
  return network ? network->name : mode;
}

void Engine::note_network(const Network& network, std::string_view action,
                          const ContainerId& container) {
  if (!rules_.events_typed) return;
  EventSubject about{"network", network.id, "", {}};
  Attributes& said = about.attributes;
  if (!container.empty()) said.emplace_back("container", container);
  said.emplace_back("name", network.name);
  said.emplace_back("type", network.driver);
  events_.record(action,
                 std::make_shared<const EventSubject>(std::move(about)));
}

void Engine::note_volume(const std::string& name, std::string_view action,
                         const Container* container, const MountPoint* mount) {
  if (!rules_.events_typed) return;
  EventSubject about{"volume", name, "", {}};
  Attributes& said = about.attributes;
  if (container) said.emplace_back("container", container->id);
  if (mount) said.emplace_back("destination", mount->destination);
  said.emplace_back("driver", "local");
  if (mount) {
    said.emplace_back("propagation", mount->propagation);
    said.emplace_back("read/write", mount->rw ? "true" : "false");
  }
  events_.record(action,
                 std::make_shared<const EventSubject>(std::move(about)));
}

}  // namespace drydock::engine
