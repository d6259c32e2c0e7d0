// network.cc — `docker network create`, `ls`, `connect`, `disconnect`, `rm`,
// `prune`.

#include <fmt/format.h>

#include "sim/base/time.h"
#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/filters.h"
#include "sim/cli/printer.h"
#include "sim/cli/run_mounts.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kCreateFlags[] = {
    {0, "attachable", "", Kind::toggle, "", k20, "Let containers be attached by hand"},
    {0, "aux-address", "map", Kind::map, "map[]", k20, "Addresses that the driver keeps for itself"},
    {0, "config-from", "string", Kind::text, "", k20, "Network whose configuration to copy"},
    {0, "config-only", "", Kind::toggle, "", k20, "Make a configuration only"},
    {'d', "driver", "string", Kind::text, "bridge", k20, "Driver that manages it"},
    {0, "gateway", "strings", Kind::strings, "", k20, "Gateway of the subnet"},
    {0, "ingress", "", Kind::toggle, "", k20, "Make a swarm's routing mesh"},
    {0, "internal", "", Kind::toggle, "", k20, "Lead nowhere outside"},
    {0, "ip-range", "strings", Kind::strings, "", k20, "Take addresses from a part of the subnet"},
    {0, "ipam-driver", "string", Kind::text, "default", k20, "Driver that manages addresses"},
    {0, "ipam-opt", "map", Kind::map, "map[]", k20, "Option of that driver"},
    {0, "ipv6", "", Kind::toggle, "", k20, "Have IPv6 too"},
    {0, "label", "list", Kind::list, "", k20, "Label it, key=value"},
    {'o', "opt", "map", Kind::map, "map[]", k20, "Option of the driver"},
    {0, "scope", "string", Kind::text, "", k20, "How far it reaches"},
    {0, "subnet", "strings", Kind::strings, "", k20, "Subnet in CIDR form"},
};
constexpr Flag kLsFlags[] = {
    {'f', "filter", "filter", Kind::filter, "", k20, "Only what meets this condition"},
    {0, "format", "string", Kind::text, "", k20, "Print by this Go template"},
    {0, "no-trunc", "", Kind::toggle, "", k20, "Do not shorten what is printed"},
    {'q', "quiet", "", Kind::toggle, "", k20, "Print IDs only"},
};
constexpr Flag kConnectFlags[] = {
    {0, "alias", "strings", Kind::strings, "", k20, "Further name in that network"},
    {0, "driver-opt", "strings", Kind::strings, "", k20, "Option of the network's driver"},
    {0, "ip", "string", Kind::text, "", k20, "IPv4 address (172.30.100.104)"},
    {0, "ip6", "string", Kind::text, "", k20, "IPv6 address (2001:db8::33)"},
    {0, "link", "list", Kind::list, "", k20, "Link to another container"},
    {0, "link-local-ip", "strings", Kind::strings, "", k20, "Link-local addresses"},
};
constexpr Flag kDisconnectFlags[] = {
    {'f', "force", "", Kind::toggle, "", k20, "Do it even when it seems impossible"},
};

/// What only a swarm or another driver could honour.
constexpr std::string_view kNotModelled[] = {
    "aux-address", "config-from", "config-only", "ingress", "ipam-opt",
    "ip-range",    "scope",       "driver-opt",  "ip6",     "link",
    "link-local-ip",
};
// clang-format on

Task<bool> refuses_flags(Call& call) {
  for (const std::string_view flag : kNotModelled) {
    if (!call.flags.given(flag)) continue;
    const int said = co_await end_complaining(
        call.at(), fmt::format("drydock: --{} of 'docker {}' is not modelled",
                               flag, call.path));
    co_return said != 0;
  }
  const std::string driver = call.flags.text("ipam-driver", "default");
  if (driver == "default") co_return false;
  const int said = co_await end_complaining(
      call.at(),
      fmt::format("drydock: --ipam-driver {} is not modelled", driver));
  co_return said != 0;
}

Task<int> create(Call call) {
  Client& client = call.at();
  const bool refused = co_await refuses_flags(call);
  if (refused) co_return 1;
  engine::NetworkRequest request;
  request.name = call.operands.front();
  request.driver = call.flags.text("driver", "bridge");
  request.internal = call.flags.on("internal");
  request.attachable = call.flags.on("attachable");
  request.ipv6 = call.flags.on("ipv6");
  request.options = pairs_of(call.flags.list("opt"));
  request.labels = pairs_of(call.flags.list("label"));
  const List subnets = call.flags.list("subnet");
  const List gateways = call.flags.list("gateway");
  if (subnets.empty() && !gateways.empty()) {
    co_return co_await end_complaining(
        client, "every ip-range or gateway must have a corresponding subnet");
  }
  if (subnets.size() > 1) {
    co_return co_await end_complaining(
        client, "drydock: a network of several subnets is not modelled");
  }
  for (const std::string& subnet : subnets) {
    request.pools.push_back(
        {subnet, gateways.empty() ? "" : gateways.front(), ""});
  }
  const auto id = co_await client.engine.create_network(std::move(request));
  if (!id) co_return co_await refuse(client, id.error());
  co_return co_await end_saying(client, *id + "\n");
}

// clang-format off
const std::vector<Column> kColumns = {
    {"ID", "NETWORK ID"}, {"Name", "NAME"}, {"Driver", "DRIVER"},
    {"Scope", "SCOPE"}, {"IPv6", "IPV6"}, {"Internal", "INTERNAL"},
    {"Labels", "LABELS"}, {"CreatedAt", "CREATED AT"},
};
// clang-format on

Task<int> list(Call call) {
  Client& client = call.at();
  engine::Filters filters = filters_of(call.flags);
  const auto networks = client.engine.networks(std::move(filters));
  if (!networks) co_return co_await refuse(client, networks.error());
  Listing listing;
  listing.type = "formatter.networkContext";
  listing.columns = kColumns;
  listing.shown = {"ID", "Name", "Driver", "Scope"};
  const bool whole = call.flags.on("no-trunc");
  for (const engine::NetworkSummary& network : *networks) {
    List labels;
    for (const auto& [key, value] : network.labels) {
      labels.push_back(key + "=" + value);
    }
    List row = {whole ? network.id : std::string(short_id(network.id)),
                network.name,
                network.driver,
                network.scope,
                network.ipv6 ? "true" : "false",
                network.internal ? "true" : "false",
                join(labels, ","),
                rfc3339(network.created)};
    listing.rows.push_back(std::move(row));
    listing.labels.push_back(network.labels);
  }
  std::string format = call.flags.text("format");
  if (call.flags.on("quiet")) format = "{{.ID}}";
  co_return co_await print_listing(call, std::move(listing), std::move(format));
}

Task<int> connect(Call call) {
  Client& client = call.at();
  const bool refused = co_await refuses_flags(call);
  if (refused) co_return 1;
  engine::EndpointWish wish;
  wish.address = call.flags.text("ip");
  wish.aliases = call.flags.list("alias");
  if (!wish.address.empty() && !is_address(wish.address)) {
    co_return co_await end_complaining(
        client,
        "Error response from daemon: invalid IPv4 address: " + wish.address);
  }
  const engine::Done done = co_await client.engine.connect_network(
      call.operands[0], call.operands[1], std::move(wish));
  if (!done) co_return co_await refuse(client, done.error());
  co_return 0;
}

Task<int> disconnect(Call call) {
  Client& client = call.at();
  const engine::Done done = co_await client.engine.disconnect_network(
      call.operands[0], call.operands[1], call.flags.on("force"));
  if (!done) co_return co_await refuse(client, done.error());
  co_return 0;
}

Task<int> remove(Call call) {
  Client& client = call.at();
  std::string complaints;
  for (const std::string& name : call.operands) {
    const engine::Done removed = co_await client.engine.remove_network(name);
    if (removed) {
      co_await say(client, name + "\n");
      continue;
    }
    const bool missing = removed.error().kind == engine::Fault::Kind::not_found;
    complaints += (missing ? "Error: No such network: " + name
                           : told(client, removed.error())) +
                  "\n";
  }
  if (complaints.empty()) co_return 0;
  co_return co_await end_complaining(client, complaints);
}

}  // namespace

const Command kNetworkCreate = {.synopsis = "NETWORK",
                                .synopsis18 = {},
                                .brief = "Create a network",
                                .operands_min = 1,
                                .operands_max = 1,
                                .flags = kCreateFlags,
                                .run = create};
const Command kNetworkLs = {.synopsis = "",
                            .synopsis18 = {},
                            .brief = "List networks",
                            .operands_min = 0,
                            .operands_max = 0,
                            .flags = kLsFlags,
                            .run = list,
                            .details = {},
                            .aliases = "ls, list"};
const Command kNetworkConnect = {.synopsis = "NETWORK CONTAINER",
                                 .synopsis18 = {},
                                 .brief = "Connect a container to a network",
                                 .operands_min = 2,
                                 .operands_max = 2,
                                 .flags = kConnectFlags,
                                 .run = connect};
const Command kNetworkDisconnect = {
    .synopsis = "NETWORK CONTAINER",
    .synopsis18 = {},
    .brief = "Disconnect a container from a network",
    .operands_min = 2,
    .operands_max = 2,
    .flags = kDisconnectFlags,
    .run = disconnect};
const Command kNetworkRm = {.synopsis = "NETWORK [NETWORK...]",
                            .synopsis18 = {},
                            .brief = "Remove one or more networks",
                            .operands_min = 1,
                            .flags = {},
                            .run = remove,
                            .details = {},
                            .aliases = "rm, remove"};

}  // namespace drydock::cli
