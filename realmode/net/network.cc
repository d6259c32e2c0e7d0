// network.cc — a virtual cable from the bridge into each container.

#include "realmode/net/network.h"

#include <fcntl.h>
#include <linux/sched.h>

#include <fmt/format.h>

#include "realmode/net/port_proxy.h"
#include "realmode/sys/files.h"
#include "realmode/sys/netlink.h"
#include "realmode/sys/process.h"

namespace drydock::realmode {

namespace {

/// Comes back to this process's own network namespace when it ends.
class Elsewhere {
 public:
  static Result<Elsewhere> enter(int netns) {
    auto home = sys::open("/proc/self/ns/net", O_RDONLY);
    if (!home) return home.error();
    const Outcome entered = sys::setns(netns, CLONE_NEWNET);
    if (!entered) return entered.error();
    return Elsewhere(std::move(*home));
  }
  Elsewhere(Elsewhere&&) = default;
  ~Elsewhere() {
    if (!home_) return;
    const Outcome back = sys::setns(home_.get(), CLONE_NEWNET);
    // To go on elsewhere would be worse than to stop.
    if (!back) std::abort();
  }

 private:
  explicit Elsewhere(sys::Fd home) : home_(std::move(home)) {}
  sys::Fd home_;
};

/// eth0 inside: an address, and the way out.
Outcome furnish(int netns, const engine::NetworkSpec& spec) {
  const auto there = Elsewhere::enter(netns);
  if (!there) return there.error();
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  const auto link = netlink->link_index("eth0");
  if (!link) return link.error();
  const Outcome addressed =
      netlink->add_address(*link, spec.address, spec.prefix_length);
  if (!addressed) return addressed;
  const Outcome up = netlink->set_up(*link);
  if (!up) return up;
  return netlink->add_default_route(spec.gateway);
}

}  // namespace

Network::Network(Loop& loop) : loop_(loop) {}
Network::~Network() = default;

Outcome Network::need_bridge(const engine::NetworkSpec& spec) {
  if (bridge_ == spec.bridge) return done();
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  const Outcome made = netlink->add_bridge(spec.bridge);
  if (!made) return made;
  const auto bridge = netlink->link_index(spec.bridge);
  if (!bridge) return bridge.error();
  const Outcome addressed =
      netlink->add_address(*bridge, spec.gateway, spec.prefix_length);
  if (!addressed) return addressed;
  const Outcome up = netlink->set_up(*bridge);
  if (!up) return up;
  bridge_ = spec.bridge;
  return done();
}

Outcome Network::join(const engine::NetworkSpec& spec, const std::string& id,
                      std::int64_t pid) {
  const Outcome bridged = need_bridge(spec);
  if (!bridged) return bridged;
  const auto netns = sys::open(fmt::format("/proc/{}/ns/net", pid), O_RDONLY);
  if (!netns) return netns.error();
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  const std::string name = "veth" + id.substr(0, 8);
  const Outcome linked =
      netlink->add_veth(name, "eth0", netns->get(), spec.mac_address);
  if (!linked) return linked;
  const auto link = netlink->link_index(name);
  if (!link) return link.error();
  const auto bridge = netlink->link_index(spec.bridge);
  if (!bridge) return bridge.error();
  const Outcome mastered = netlink->set_master(*link, *bridge);
  if (!mastered) return mastered;
  return furnish(netns->get(), spec);
}

Outcome Network::publish(const std::string& id, const engine::NetworkSpec& spec,
                         const std::vector<engine::PortBinding>& ports) {
  for (const engine::PortBinding& port : ports) {
    auto proxy = PortProxy::open(loop_, port, spec.address);
    if (!proxy) {
      leave(id);
      return proxy.error();
    }
    proxies_[id].push_back(std::move(*proxy));
  }
  return done();
}

void Network::leave(const std::string& id) { proxies_.erase(id); }

}  // namespace drydock::realmode
