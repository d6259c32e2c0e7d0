// inspect_network.cc — `docker network inspect`, and the networks of a
// container.

#include <utility>

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/engine/inspect.h"
#include "sim/engine/inspect_parts.h"

namespace drydock::engine {

std::string network_id(std::string_view name) {
  return sha256_hex("network " + std::string(name));
}

namespace {

Value ipam_config(const Network& network) {
  std::vector<Value> items;
  if (!network.subnet.empty()) {
    std::vector<std::pair<std::string, Value>> entries;
    const bool shown = network.gateway_given && network.pool;
    Value item = Value::structure(
        "network.IPAMConfig",
        {{"Subnet", network.subnet},
         {"IPRange", network.ip_range, Omit::when_empty},
         {"Gateway", shown ? network.pool->gateway() : "", Omit::when_empty}});
    items.push_back(std::move(item));
  }
  return Value::slice(std::move(items));
}

Value members_value(const std::vector<NetworkMember>& members) {
  std::vector<std::pair<std::string, Value>> entries;
  for (const NetworkMember& member : members) {
    const NetworkSpec& spec = member.endpoint.spec;
    const std::string address =
        spec.address.empty()
            ? ""
            : fmt::format("{}/{}", spec.address, spec.prefix_length);
    entries.emplace_back(member.id,
                         Value::structure("types.EndpointResource",
                                          {{"Name", member.name},
                                           {"EndpointID", member.endpoint.id},
                                           {"MacAddress", spec.mac_address},
                                           {"IPv4Address", address},
                                           {"IPv6Address", ""}}));
  }
  return Value::map(std::move(entries));
}

}  // namespace

std::string endpoint_id(std::string_view container, Time joined) {
  return sha256_hex(
      fmt::format("endpoint {}{}", short_id(container), joined.since_epoch));
}

Value network_value(const Network& network,
                    const std::vector<NetworkMember>& members) {
  const Value options = network.predefined ? Value::nil_map() : Value::map({});
  return Value::structure(
             "types.NetworkResource",
             {{"Name", network.name},
              {"Id", network.id, Omit::never, "ID"},
              {"Created", Value(network.created)},
              {"Scope", network.scope},
              {"Driver", network.driver},
              {"EnableIPv6", network.ipv6},
              {"IPAM", Value::structure("network.IPAM",
                                        {{"Driver", "default"},
                                         {"Options", options},
                                         {"Config", ipam_config(network)}})},
              {"Internal", network.internal},
              {"Attachable", network.attachable},
              {"Ingress", false},
              {"ConfigFrom",
               Value::structure("network.ConfigReference", {{"Network", ""}})},
              {"ConfigOnly", false},
              {"Containers", members_value(members)},
              {"Options", map_of(network.options)},
              {"Labels", map_of(network.labels)}})
      .pointer();
}

Value endpoint_value(const Endpoint& endpoint, const EndpointWish* wish) {
  const NetworkSpec& spec = endpoint.spec;
  const bool on = !spec.address.empty();
  Value ipam;
  if (wish && !wish->address.empty()) {
    ipam = Value::structure("network.EndpointIPAMConfig",
                            {{"IPv4Address", wish->address}})
               .pointer();
  } else if (wish) {
    ipam = Value::structure("network.EndpointIPAMConfig", {}).pointer();
  }
  return Value::structure("network.EndpointSettings",
                          {{"IPAMConfig", std::move(ipam)},
                           {"Links", Value::nil_slice()},
                           {"Aliases", wish ? list_or_nil(wish->aliases)
                                            : Value::nil_slice()},
                           {"NetworkID", endpoint.network_id},
                           {"EndpointID", endpoint.id},
                           {"Gateway", on ? spec.gateway : ""},
                           {"IPAddress", spec.address},
                           {"IPPrefixLen", on ? spec.prefix_length : 0},
                           {"IPv6Gateway", ""},
                           {"GlobalIPv6Address", ""},
                           {"GlobalIPv6PrefixLen", 0},
                           {"MacAddress", on ? spec.mac_address : ""},
                           {"DriverOpts", Value::nil_map()}})
      .pointer();
}

}  // namespace drydock::engine
