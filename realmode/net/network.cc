// network.cc — virtual cables from bridges into containers.

#include "realmode/net/network.h"

#include <fcntl.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "realmode/net/nft.h"
#include "realmode/net/port_proxy.h"
#include "realmode/sys/files.h"
#include "realmode/sys/visit.h"
#include "sim/engine/ports.h"

namespace drydock::realmode {

using engine::NetworkSpec;

namespace {

/// Of all bridges of ours: what comes from one of them is a stranger in any
/// other.  The number is any that nobody else is likely to use.
constexpr std::uint32_t kBridgeGroup = 53'761;
constexpr std::size_t kIdPart = 8;

/// "drydock-br-0123456789ab": a table for each bridge, so that it comes and
/// goes as one, and nobody else's rules are touched.
std::string table_of(const std::string& bridge) { return "drydock-" + bridge; }

/// What leaves the bridge for elsewhere does so under the host's own address;
/// of an internal network, nothing leaves and nothing comes.
std::string rules_of(const NetworkSpec& spec) {
  const std::string& bridge = spec.bridge;
  const std::string strangers =
      spec.internal ? fmt::format(
                          "    iifname \"{0}\" oifname != \"{0}\" drop\n"
                          "    iifname != \"{0}\" oifname \"{0}\" drop\n",
                          bridge)
                    : fmt::format(
                          "    iifgroup {1} iifname != \"{0}\" "
                          "oifname \"{0}\" drop\n",
                          bridge, kBridgeGroup);
  const std::string way_out =
      spec.internal ? ""
                    : fmt::format(
                          "  chain postrouting {{\n"
                          "    type nat hook postrouting priority 100;\n"
                          "    ip saddr {}/{} oifname != \"{}\" masquerade\n"
                          "  }}\n",
                          spec.gateway, spec.prefix_length, bridge);
  return fmt::format(
      "table ip {0}\n"
      "delete table ip {0}\n"
      "table ip {0} {{\n"
      "{1}"
      "  chain forward {{\n"
      "    type filter hook forward priority 0;\n"
      "{2}"
      "  }}\n"
      "}}\n",
      table_of(bridge), way_out, strangers);
}

/// ethN inside: an address, and the way out.
Outcome furnish(int netns, const std::string& name, const NetworkSpec& spec,
                bool has_way_out) {
  const auto there = sys::Visit::to(netns);
  if (!there) return there.error();
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  const auto link = netlink->link_index(name);
  if (!link) return link.error();
  const Outcome addressed =
      netlink->add_address(*link, spec.address, spec.prefix_length);
  if (!addressed) return addressed;
  const Outcome up = netlink->set_up(*link);
  if (!up || !has_way_out) return up;
  return netlink->add_default_route(spec.gateway);
}

Result<sys::Fd> network_of(std::int64_t pid) {
  return sys::open(fmt::format("/proc/{}/ns/net", pid), O_RDONLY);
}

}  // namespace

std::string link_name(std::string_view mark, std::string_view id, int number) {
  // 'g' and what follows is no digit of an id.
  std::string part(id.substr(0, kIdPart));
  if (number > 0) part.back() = static_cast<char>('g' + number - 1);
  return fmt::format("dd{}-{}", mark, part);
}

bool is_link_of(std::string_view name, std::string_view mark,
                std::string_view id) {
  for (int number = 0; number < kLinksMax; ++number) {
    if (name == link_name(mark, id, number)) return true;
  }
  return false;
}

std::string bridge_alias(std::string_view mark) {
  return fmt::format("drydock {}", mark);
}

Outcome remove_bridge(const std::string& bridge) {
  // To declare it first makes it no error that there is none.
  const Outcome ruled = run_nft(
      fmt::format("table ip {0}\ndelete table ip {0}\n", table_of(bridge)));
  if (!ruled) fmt::print(stderr, "drydock: {}\n", ruled.error().text);
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  return netlink->remove_link(bridge);
}

Network::Network(Loop& loop, std::string mark, std::vector<std::string> servers)
    : loop_(loop), mark_(std::move(mark)), servers_(std::move(servers)) {}
Network::~Network() = default;

// --- Bridges -----------------------------------------------------------------

Outcome Network::add_bridge(const NetworkSpec& spec) {
  if (bridges_.contains(spec.bridge)) return done();
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  const auto made = netlink->add_bridge(spec.bridge, kBridgeGroup);
  if (!made) return made.error();
  const auto bridge = netlink->link_index(spec.bridge);
  if (!bridge) return bridge.error();
  // The default bridge is everybody's; gc knows by the alias whose one is.
  if (*made && !spec.network_name.empty()) {
    const Outcome named = netlink->set_alias(*bridge, bridge_alias(mark_));
    if (!named) return named;
  }
  const Outcome addressed =
      netlink->add_address(*bridge, spec.gateway, spec.prefix_length);
  if (!addressed) return addressed;
  const Outcome up = netlink->set_up(*bridge);
  if (!up) return up;
  write_rules(spec);
  bridges_.insert(spec.bridge);
  return done();
}

/// Without nft the bridge works, but nothing answers from beyond the host, and
/// nothing keeps networks apart; the log says so.
void Network::write_rules(const NetworkSpec& spec) {
  const Outcome forwards = sys::tell("/proc/sys/net/ipv4/ip_forward", "1");
  if (!forwards) fmt::print(stderr, "drydock: {}\n", forwards.error().text);
  const Outcome ruled = run_nft(rules_of(spec));
  if (ruled) return;
  fmt::print(stderr,
             "drydock: no way out of {}, and none to keep it apart: {}\n",
             spec.bridge, ruled.error().text);
}

Outcome Network::remove_bridge(const std::string& bridge) {
  bridges_.erase(bridge);
  names_.erase(bridge);
  return realmode::remove_bridge(bridge);
}

// --- Links -------------------------------------------------------------------

Outcome Network::plug_in(const std::string& id, Plugs& plugs,
                         const NetworkSpec& spec, int netns) {
  int number = 0;
  while (std::ranges::find(plugs.all, number, &Plug::number) !=
         plugs.all.end()) {
    ++number;
  }
  if (number >= kLinksMax) {
    return Error{
        fmt::format("a container is in {} networks at most here", kLinksMax)};
  }
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  auto bridge = netlink->link_index(spec.bridge);
  if (!bridge) return bridge.error();
  if (*bridge == 0) return Error{"bridge " + spec.bridge + " has gone"};
  const std::string inside = fmt::format("eth{}", number);
  const std::string outside = link_name(mark_, id, number);
  // The end of a container's last life goes when the kernel finds the time: a
  // start right after it has to wait for that.
  const auto before = netlink->link_index(outside);
  if (before && *before != 0) {
    const Outcome gone = netlink->remove_link(outside);
    if (!gone) return gone;
  }
  const Outcome linked =
      netlink->add_veth(outside, *bridge, inside, netns, spec.mac_address);
  if (!linked) return linked;
  plugs.all.push_back({spec, number});
  announce(spec);
  const bool is_way_out = !plugs.has_way_out && !spec.internal;
  plugs.has_way_out = plugs.has_way_out || is_way_out;
  return furnish(netns, inside, spec, is_way_out);
}

Outcome Network::join(const std::string& id, std::int64_t pid,
                      const NetworkSpec& spec) {
  const Outcome bridged = add_bridge(spec);
  if (!bridged) return bridged;
  const auto netns = network_of(pid);
  if (!netns) return netns.error();
  Plugs& plugs = plugs_[id];
  plugs.pid = pid;
  const auto known = std::ranges::find_if(plugs.all, [&](const Plug& plug) {
    return plug.spec.bridge == spec.bridge;
  });
  if (known != plugs.all.end()) {
    withdraw(known->spec);
    known->spec = spec;
    announce(spec);
    return done();
  }
  const Outcome plugged = plug_in(id, plugs, spec, netns->get());
  if (!plugged) return plugged;
  return serve_names(id, plugs, netns->get());
}

/// Which link is in which network, the kernel knows.
Outcome Network::adopt(const std::string& id, std::int64_t pid,
                       const std::vector<NetworkSpec>& specs) {
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  const auto links = netlink->links();
  if (!links) return links.error();
  Plugs& plugs = plugs_[id];
  plugs.pid = pid;
  for (const NetworkSpec& spec : specs) {
    const auto bridge =
        std::ranges::find(*links, spec.bridge, &sys::Netlink::Link::name);
    if (bridge == links->end()) continue;
    for (int number = 0; number < kLinksMax; ++number) {
      const std::string name = link_name(mark_, id, number);
      const auto link =
          std::ranges::find(*links, name, &sys::Netlink::Link::name);
      if (link == links->end() || link->master != bridge->index) continue;
      plugs.all.push_back({spec, number});
      announce(spec);
      plugs.has_way_out = plugs.has_way_out || !spec.internal;
    }
  }
  const auto netns = network_of(pid);
  if (!netns) return netns.error();
  return serve_names(id, plugs, netns->get());
}

Outcome Network::leave(const std::string& id, const std::string& bridge) {
  const auto found = plugs_.find(id);
  if (found == plugs_.end()) return done();
  Plugs& plugs = found->second;
  const auto plug = std::ranges::find_if(
      plugs.all, [&](const Plug& each) { return each.spec.bridge == bridge; });
  if (plug == plugs.all.end()) return done();
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  const Outcome removed =
      netlink->remove_link(link_name(mark_, id, plug->number));
  if (!removed) return removed;
  withdraw(plug->spec);
  if (!plug->spec.internal) plugs.has_way_out = false;
  plugs.all.erase(plug);
  // The next network that has one becomes the way out.
  const auto next = std::ranges::find_if(
      plugs.all, [](const Plug& each) { return !each.spec.internal; });
  if (plugs.has_way_out || next == plugs.all.end()) return done();
  const auto netns = network_of(plugs.pid);
  if (!netns) return netns.error();
  const auto there = sys::Visit::to(netns->get());
  if (!there) return there.error();
  auto inside = sys::Netlink::open();
  if (!inside) return inside.error();
  plugs.has_way_out = true;
  const Outcome routed = inside->add_default_route(next->spec.gateway);
  return routed || errno == EEXIST ? done() : routed;
}

void Network::forget(const std::string& id) {
  const auto found = plugs_.find(id);
  if (found == plugs_.end()) return;
  for (const Plug& plug : found->second.all) withdraw(plug.spec);
  plugs_.erase(found);
}

// --- Ports -------------------------------------------------------------------

Result<std::monostate, engine::StartFault> Network::publish(
    const std::string& id, const NetworkSpec& spec,
    const std::vector<engine::PortBinding>& ports) {
  for (const engine::PortBinding& port : ports) {
    auto proxy = PortProxy::open(loop_, port, spec.address);
    if (!proxy) {
      forget(id);
      return proxy.error();
    }
    plugs_[id].ports.push_back(std::move(*proxy));
  }
  return std::monostate{};
}

// --- Names -------------------------------------------------------------------

void Network::announce(const NetworkSpec& spec) {
  const auto address = engine::address_number(spec.address);
  if (spec.names.empty() || !address) return;
  Names& names = names_[spec.bridge];
  names.canonical[*address] = spec.names.front();
  for (const std::string& name : spec.names) {
    names.addresses[lower(name)].push_back(*address);
  }
}

void Network::withdraw(const NetworkSpec& spec) {
  const auto found = names_.find(spec.bridge);
  const auto address = engine::address_number(spec.address);
  if (found == names_.end() || !address) return;
  found->second.canonical.erase(*address);
  for (const std::string& name : spec.names) {
    auto& known = found->second.addresses[lower(name)];
    std::erase(known, *address);
    if (known.empty()) found->second.addresses.erase(lower(name));
  }
}

Outcome Network::serve_names(const std::string& id, Plugs& plugs, int netns) {
  const bool has_names = std::ranges::any_of(
      plugs.all, [](const Plug& plug) { return !plug.spec.names.empty(); });
  if (!has_names || plugs.server) return done();
  auto server = NameServer::open(
      loop_, netns,
      [this, id](const dns::Question& question) {
        return look_up(id, question);
      },
      servers_);
  if (!server) return server.error();
  plugs.server = std::move(*server);
  return done();
}

/// Names of the asker's own networks; what nobody there has is the world's.
std::optional<dns::Answer> Network::look_up(
    const std::string& id, const dns::Question& question) const {
  const auto asker = plugs_.find(id);
  if (asker == plugs_.end()) return std::nullopt;
  const auto reverse = dns::reverse_address(question.name);
  for (const Plug& plug : asker->second.all) {
    const auto names = names_.find(plug.spec.bridge);
    if (names == names_.end()) continue;
    dns::Answer answer;
    if (reverse) {
      const auto name = names->second.canonical.find(*reverse);
      if (name == names->second.canonical.end()) continue;
      if (question.type == static_cast<std::uint16_t>(dns::Type::ptr)) {
        answer.name = name->second + "." + plug.spec.network_name;
      }
      return answer;
    }
    std::string wanted = question.name;
    const std::string suffix = "." + lower(plug.spec.network_name);
    if (wanted.ends_with(suffix)) wanted.resize(wanted.size() - suffix.size());
    const auto known = names->second.addresses.find(wanted);
    if (known == names->second.addresses.end()) continue;
    if (question.type == static_cast<std::uint16_t>(dns::Type::a)) {
      answer.addresses = known->second;
    }
    return answer;
  }
  return std::nullopt;
}

}  // namespace drydock::realmode
