// netlink.h — links, addresses and routes: rtnetlink(7).

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "realmode/sys/fd.h"

namespace drydock::sys {

/// One conversation with the kernel about the network namespace it began in.
class Netlink {
 public:
  static Result<Netlink> open();

  /// The number of a link; 0 if there is none of that name.
  Result<int> link_index(const std::string& name);
  /// What there is in this namespace.
  struct Link {
    std::string name, alias;
    int index = 0;
    int master = 0;  // The bridge that it is plugged into; 0: none.
  };
  Result<std::vector<Link>> links();
  /// `group`: a number for all of a kind, which rules of a packet filter can
  /// name.  One that is there stays as it is: false.
  Result<bool> add_bridge(const std::string& name, std::uint32_t group);
  /// A pair of ends: `name` here, in this bridge and up, `peer` in the
  /// namespace of `netns`.
  Outcome add_veth(const std::string& name, int bridge, const std::string& peer,
                   int netns, std::string_view peer_mac);
  /// A few words for people and for gc.
  Outcome set_alias(int link, const std::string& alias);
  /// What is not there is no error.
  Outcome remove_link(const std::string& name);
  Outcome set_up(int link);
  /// "172.17.0.2", 16
  Outcome add_address(int link, const std::string& address, int prefix_length);
  Outcome add_default_route(const std::string& gateway);

 private:
  explicit Netlink(Fd socket) : socket_(std::move(socket)) {}
  class Request;
  Result<std::string> ask(Request& request);

  Fd socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace drydock::sys
