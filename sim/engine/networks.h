// networks.h — `docker network`: networks by name and id, and who is in them.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/engine/container.h"
#include "sim/engine/ports.h"

namespace drydock::engine {

/// Who is in a network: a running container, in its place there.
struct Member {
  Endpoint endpoint;
  /// On the default bridge nobody asks for the place's id but inspect, which
  /// makes it of this: when it was joined.
  std::optional<Time> joined;
};

struct Network {
  std::string id, name, driver = "bridge", scope = "local";
  Time created;
  bool internal = false, attachable = false, ipv6 = false;
  bool predefined = false;
  StringMap options, labels;
  std::string subnet, ip_range;  // "172.18.0.0/16"; empty: without addresses.
  bool gateway_given = false;
  std::string bridge;                     // "docker0", "br-" and twelve digits.
  std::unique_ptr<AddressPool> pool;      // Null: host and none.
  std::map<ContainerId, Member> members;  // By id.
};

/// A subnet in its parts: the network's address and the length of its prefix.
struct Subnet {
  std::uint32_t base = 0;
  int prefix_length = 16;
  std::string str() const;
  bool contains(std::uint32_t address) const;
  bool overlaps(const Subnet& other) const;
};
std::optional<Subnet> parse_subnet(std::string_view text);

class NetworkTable {
 public:
  /// By name first, then by id or a prefix of one that is unique.
  Network* find(std::string_view typed);
  const Network* find(std::string_view typed) const;
  Network& add(Network network);
  void erase(const std::string& name);
  const std::map<std::string, Network, std::less<>>& all() const {
    return networks_;
  }
  std::map<std::string, Network, std::less<>>& all() { return networks_; }
  /// The first of Docker's own pools (172.17.0.0/16 up to 172.31.0.0/16, then
  /// 192.168.0.0/20 and on) that overlaps nobody's.
  std::optional<Subnet> free_subnet() const;

 private:
  std::map<std::string, Network, std::less<>> networks_;
};

}  // namespace drydock::engine
