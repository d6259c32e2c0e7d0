// ports.h — who owns which port and which address of the host.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.h"
#include "sim/engine/backend.h"
#include "sim/engine/container.h"

namespace drydock::engine {

/// "80/tcp", "53/udp", "80": number and protocol, or why not.
struct Port {
  std::uint16_t number = 0;
  std::string protocol = "tcp";
  std::string str() const;  // "80/tcp"
  friend bool operator==(const Port&, const Port&) = default;
};
Result<Port> parse_port(std::string_view text);

/// Ascending by number, tcp before udp.
bool ascending(const Port& a, const Port& b);

/// The host's ports (behaviour.md §5): invariant: no (ip, protocol, port) has
/// two owners, and 0.0.0.0 owns it for all.
class PortTable {
 public:
  PortTable(std::uint16_t first, std::uint16_t last)
      : first_(first), last_(last) {}

  /// Takes this port; false if it is taken.
  bool take(const std::string& ip, const std::string& protocol,
            std::uint16_t port);
  /// The next free one of the dynamic range, upwards; 0 if none is left.
  std::uint16_t take_any(const std::string& ip, const std::string& protocol);
  void release(const PortBinding& binding);
  std::size_t taken() const;

 private:
  struct Book {
    std::set<std::uint16_t> taken;
    std::uint16_t cursor = 0;
  };
  std::uint16_t first_, last_;
  std::map<std::pair<std::string, std::string>, Book> books_;
};

/// The bridge's addresses; the gateway is never given away.
class AddressPool {
 public:
  AddressPool(std::string_view gateway, int prefix_length, bool in_sequence);

  std::optional<std::string> take();
  /// This very one; false if it is taken or outside.
  bool take(std::string_view address);
  void release(std::string_view address);
  const std::string& gateway() const { return gateway_; }
  int prefix_length() const { return prefix_length_; }
  std::size_t taken() const { return taken_.size(); }

 private:
  std::string gateway_;
  int prefix_length_;
  bool in_sequence_;
  std::uint32_t base_ = 0, gateway_number_ = 0, last_ = 0;
  std::set<std::uint32_t> taken_;
  std::uint32_t lowest_free_ = 0;  // No lower one is free.
  std::uint32_t cursor_ = 0;
};

/// "172.17.0.2" as a number, and back.
std::optional<std::uint32_t> address_number(std::string_view text);
std::string address_text(std::uint32_t number);

/// "02:42:ac:11:00:02" of "172.17.0.2".
std::string mac_address_of(std::string_view address);

/// Takes all the ports that a container wants, or none: explicit ones first,
/// then dynamic ones in descending order of container port.
struct PortConflict {
  PortBinding binding;  // The one that could not be had.
  bool exhausted = false;
};
Result<std::vector<PortBinding>, PortConflict> allocate_ports(
    PortTable& table, const StringSet& exposed, const HostConfig& host);

}  // namespace drydock::engine
