// network.h — bridges, each container's links to them, and published ports.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "realmode/daemon/loop.h"
#include "realmode/net/name_server.h"
#include "realmode/sys/fd.h"
#include "realmode/sys/netlink.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

class PublishedPort;

/// The host's end of a container's n-th link, whose own end is eth<n>: the
/// mark of its root and part of its id.  Names of links have 15 letters.
constexpr int kLinksMax = 20;
std::string link_name(std::string_view mark, std::string_view id, int number);
/// Whether a link is one of a container's, whatever its number.
bool is_link_of(std::string_view name, std::string_view mark,
                std::string_view id);
/// What the bridges of a root's networks have for an alias.
std::string bridge_alias(std::string_view mark);
/// Takes a bridge away, and its rules.
Outcome remove_bridge(const std::string& bridge);

class Network {
 public:
  /// `mark`: of the root, see Shelf; `servers` are asked for names that no
  /// container has.
  Network(Loop& loop, std::string mark, std::vector<std::string> servers);
  ~Network();

  /// Makes a bridge that is not there, masqueraded and apart from the others
  /// where there is nft(8).
  Outcome add_bridge(const engine::NetworkSpec& spec);
  Outcome remove_bridge(const std::string& bridge);

  /// Makes a link from the bridge, which is made when it is not there, into
  /// the network namespace of a process: eth0, eth1, ... with address, route
  /// and, in a network with names, a server for them.  Where it is already,
  /// only its names are taken anew.
  Outcome join(const std::string& id, std::int64_t pid,
               const engine::NetworkSpec& spec);
  /// Takes up what an earlier daemon has made.
  Outcome adopt(const std::string& id, std::int64_t pid,
                const std::vector<engine::NetworkSpec>& specs);
  /// Takes one link away again.
  Outcome leave(const std::string& id, const std::string& bridge);
  /// Listens on the host for a container that has joined.
  Result<std::monostate, engine::StartFault> publish(
      const std::string& id, const engine::NetworkSpec& spec,
      const std::vector<engine::PortBinding>& ports);
  /// The links go with the container's namespace; all else goes here.
  void forget(const std::string& id);

 private:
  struct Plug {
    engine::NetworkSpec spec;
    int number = 0;  // eth<number>
  };
  struct Plugs {
    std::int64_t pid = 0;
    std::vector<Plug> all;
    bool has_way_out = false;
    std::unique_ptr<NameServer> server;
    std::vector<std::unique_ptr<PublishedPort>> ports;
  };
  /// Who is called what in one network.
  struct Names {
    std::map<std::string, std::vector<std::uint32_t>, std::less<>> addresses;
    std::map<std::uint32_t, std::string> canonical;
  };

  static void write_rules(const engine::NetworkSpec& spec);
  Outcome plug_in(const std::string& id, Plugs& plugs,
                  const engine::NetworkSpec& spec, int netns);
  Outcome serve_names(const std::string& id, Plugs& plugs, int netns);
  void announce(const engine::NetworkSpec& spec);
  void withdraw(const engine::NetworkSpec& spec);
  std::optional<dns::Answer> look_up(const std::string& id,
                                     const dns::Question& question) const;

  Loop& loop_;
  std::string mark_;
  std::vector<std::string> servers_;
  std::set<std::string> bridges_;       // Known to be there.
  std::map<std::string, Names> names_;  // By bridge.
  std::map<std::string, Plugs> plugs_;  // By container.
};

}  // namespace drydock::realmode
