// world.h — what lies behind the host's network card.
//
// A router (10.0.2.2), its name server (10.0.2.3), and beyond it the modelled
// internet: names with addresses.  The world knows no container; it sees the
// host only.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/net_stack.h"
#include "sim/machine/name_server.h"

namespace drydock::machine {

inline constexpr std::string_view kHostAddress = "10.0.2.15";
inline constexpr std::string_view kNameServerAddress = "10.0.2.3";

class World {
 public:
  World();

  /// Plugs a stack in: eth0, with a route to everywhere.
  void connect(kernel::NetStack& host, std::string_view address);

  /// The address of a name of the internet.
  static std::optional<kernel::Ipv4> address_of(std::string_view name);
  /// What its name servers say.
  static std::optional<userland::dns::Answer> answer(
      const userland::dns::Question& question);

  kernel::NetStack& stack() { return *stack_; }

 private:
  kernel::BridgeRef cable_ = std::make_shared<kernel::Bridge>("cable");
  std::shared_ptr<kernel::NetStack> stack_ =
      std::make_shared<kernel::NetStack>();
  std::vector<std::unique_ptr<NameServer>> name_servers_;
};

}  // namespace drydock::machine
