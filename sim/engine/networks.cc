// networks.cc — the table of networks, and which addresses are left.

#include "sim/engine/networks.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::engine {

std::string Subnet::str() const {
  return address_text(base) + "/" + std::to_string(prefix_length);
}

static std::uint32_t mask_of(int prefix_length) {
  return prefix_length == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix_length);
}

bool Subnet::contains(std::uint32_t address) const {
  return (address & mask_of(prefix_length)) == base;
}

bool Subnet::overlaps(const Subnet& other) const {
  return contains(other.base) || other.contains(base);
}

std::optional<Subnet> parse_subnet(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = address_number(text.substr(0, slash));
  const auto length = slash == std::string_view::npos
                          ? std::nullopt
                          : parse_int(text.substr(slash + 1));
  if (!address || !length || *length < 0 || *length > 32) return std::nullopt;
  const int prefix = static_cast<int>(*length);
  return Subnet{*address & mask_of(prefix), prefix};
}

const Network* NetworkTable::find(std::string_view typed) const {
  const auto named = networks_.find(typed);
  if (named != networks_.end()) return &named->second;
  const Network* found = nullptr;
  for (const auto& [name, network] : networks_) {
    if (typed.empty() || !network.id.starts_with(typed)) continue;
    if (found) return nullptr;
    found = &network;
  }
  return found;
}

Network* NetworkTable::find(std::string_view typed) {
  return const_cast<Network*>(std::as_const(*this).find(typed));
}

Network& NetworkTable::add(Network network) {
  const std::string name = network.name;
  return networks_.emplace(name, std::move(network)).first->second;
}

void NetworkTable::erase(const std::string& name) { networks_.erase(name); }

std::optional<Subnet> NetworkTable::free_subnet() const {
  std::vector<Subnet> pools;
  for (std::uint32_t at = 17; at <= 31; ++at) {
    pools.push_back({172u << 24 | at << 16, 16});
  }
  for (std::uint32_t at = 0; at < 256; at += 16) {
    pools.push_back({192u << 24 | 168u << 16 | at << 8, 20});
  }
  for (const Subnet& pool : pools) {
    const bool taken = std::ranges::any_of(networks_, [&](const auto& entry) {
      const auto subnet = parse_subnet(entry.second.subnet);
      return subnet && subnet->overlaps(pool);
    });
    if (!taken) return pool;
  }
  return std::nullopt;
}

}  // namespace drydock::engine
