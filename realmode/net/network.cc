// network.cc — a virtual cable from the bridge into each container.

#include "realmode/net/network.h"

#include <fcntl.h>
#include <linux/sched.h>

#include <unistd.h>

#include <cstdio>

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

/// nft(8) with this script; waits for it through the end of its errors.
Outcome run_nft(const std::string& script) {
  auto errors = sys::pipe();
  if (!errors) return errors.error();
  const auto input = sys::sealed_memory("nft", script);
  if (!input) return input.error();
  const pid_t pid = ::vfork();
  if (pid == 0) {
    (void)::dup2(input->get(), 0);
    (void)::dup2(errors->write.get(), 1);
    (void)::dup2(errors->write.get(), 2);
    ::execlp("nft", "nft", "-f", "-", nullptr);
    (void)::write(2, "there is no nft here", 20);
    ::_exit(127);
  }
  if (pid < 0) return sys::refused("vfork()");
  errors->write.close();
  const auto said = sys::read_all(errors->read.get());
  if (!said) return said.error();
  if (said->empty()) return done();
  return Error{"nft: " + *said};
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
  open_way_out(spec);
  bridge_ = spec.bridge;
  return done();
}

/// What leaves the bridge for elsewhere does so under the host's own address.
/// A table of our own: nobody else's rules are touched.  Without nft the
/// bridge works, but nothing answers from beyond the host; the log says so.
void Network::open_way_out(const engine::NetworkSpec& spec) {
  const std::string script = fmt::format(
      "table ip drydock\n"
      "delete table ip drydock\n"
      "table ip drydock {{\n"
      "  chain postrouting {{\n"
      "    type nat hook postrouting priority 100;\n"
      "    ip saddr {}/{} oifname != \"{}\" masquerade\n"
      "  }}\n"
      "}}\n",
      spec.gateway, spec.prefix_length, spec.bridge);
  const Outcome forwards = sys::tell("/proc/sys/net/ipv4/ip_forward", "1");
  if (!forwards) fmt::print(stderr, "drydock: {}\n", forwards.error().text);
  const Outcome masqueraded = run_nft(script);
  if (masqueraded) return;
  fmt::print(stderr, "drydock: no way out of {}: {}\n", spec.bridge,
             masqueraded.error().text);
}

Outcome Network::join(const engine::NetworkSpec& spec,
                      const std::string& link_name, std::int64_t pid) {
  const Outcome bridged = need_bridge(spec);
  if (!bridged) return bridged;
  const auto netns = sys::open(fmt::format("/proc/{}/ns/net", pid), O_RDONLY);
  if (!netns) return netns.error();
  auto netlink = sys::Netlink::open();
  if (!netlink) return netlink.error();
  const Outcome linked =
      netlink->add_veth(link_name, "eth0", netns->get(), spec.mac_address);
  if (!linked) return linked;
  const auto link = netlink->link_index(link_name);
  if (!link) return link.error();
  const auto bridge = netlink->link_index(spec.bridge);
  if (!bridge) return bridge.error();
  const Outcome mastered = netlink->set_master(*link, *bridge);
  if (!mastered) return mastered;
  return furnish(netns->get(), spec);
}

Result<std::monostate, engine::StartFault> Network::publish(
    const std::string& id, const engine::NetworkSpec& spec,
    const std::vector<engine::PortBinding>& ports) {
  for (const engine::PortBinding& port : ports) {
    auto proxy = PortProxy::open(loop_, port, spec.address);
    if (!proxy) {
      leave(id);
      return proxy.error();
    }
    proxies_[id].push_back(std::move(*proxy));
  }
  return std::monostate{};
}

void Network::leave(const std::string& id) { proxies_.erase(id); }

}  // namespace drydock::realmode
