// ports.cc — handing out ports and addresses, each to one owner.

#include "sim/engine/ports.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::engine {

namespace {

constexpr std::string_view kAnyAddress = "0.0.0.0";

std::optional<std::uint16_t> port_number(std::string_view text) {
  const std::optional<std::int64_t> number = parse_int(text);
  if (!number || *number < 1 || *number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

}  // namespace

std::optional<std::uint32_t> address_number(std::string_view text) {
  std::uint32_t number = 0, byte = 0;
  int dots = 0;
  bool digits = false;  // In this byte.
  for (const char c : text) {
    if (c == '.' && digits && dots < 3) {
      ++dots;
      number = number << 8 | byte;
      byte = 0;
      digits = false;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    byte = byte * 10 + static_cast<std::uint32_t>(c - '0');
    if (byte > 255) return std::nullopt;
    digits = true;
  }
  if (dots != 3 || !digits) return std::nullopt;
  return number << 8 | byte;
}

std::string address_text(std::uint32_t number) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const std::uint32_t byte = number >> shift & 255;
    if (byte >= 100) text += static_cast<char>('0' + byte / 100);
    if (byte >= 10) text += static_cast<char>('0' + byte / 10 % 10);
    text += static_cast<char>('0' + byte % 10);
    if (shift > 0) text += '.';
  }
  return text;
}

std::string Port::str() const { return fmt::format("{}/{}", number, protocol); }

Result<Port> parse_port(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<std::uint16_t> number =
      port_number(text.substr(0, slash));
  if (!number) return Error{"Invalid containerPort: " + std::string(text)};
  Port port{*number, "tcp"};
  if (slash == std::string_view::npos) return port;
  port.protocol = lower(text.substr(slash + 1));
  if (port.protocol != "tcp" && port.protocol != "udp" &&
      port.protocol != "sctp") {
    return Error{"Invalid proto: " + port.protocol};
  }
  return port;
}

bool ascending(const Port& a, const Port& b) {
  return a.number != b.number ? a.number < b.number : a.protocol < b.protocol;
}

bool PortTable::take(const std::string& ip, const std::string& protocol,
                     std::uint16_t port) {
  const auto holds = [&](std::string_view address) {
    const auto book = books_.find({std::string(address), protocol});
    return book != books_.end() && book->second.taken.contains(port);
  };
  if (ip != kAnyAddress) {
    if (holds(kAnyAddress) || holds(ip)) return false;
  } else {
    for (const auto& [key, book] : books_) {
      if (key.second == protocol && book.taken.contains(port)) return false;
    }
  }
  books_[{ip, protocol}].taken.insert(port);
  return true;
}

std::uint16_t PortTable::take_any(const std::string& ip,
                                  const std::string& protocol) {
  Book& book = books_[{ip, protocol}];
  if (book.cursor == 0) book.cursor = last_;
  for (int tries = 0; tries <= last_ - first_; ++tries) {
    const bool at_end = book.cursor >= last_;
    book.cursor = at_end ? first_ : static_cast<std::uint16_t>(book.cursor + 1);
    if (take(ip, protocol, book.cursor)) return book.cursor;
  }
  return 0;
}

void PortTable::release(const PortBinding& binding) {
  const auto book = books_.find({binding.host_ip, binding.protocol});
  if (book != books_.end()) book->second.taken.erase(binding.host_port);
}

std::size_t PortTable::taken() const {
  std::size_t count = 0;
  for (const auto& [key, book] : books_) count += book.taken.size();
  return count;
}

AddressPool::AddressPool(std::string_view gateway, int prefix_length,
                         bool in_sequence)
    : gateway_(gateway),
      prefix_length_(prefix_length),
      in_sequence_(in_sequence),
      gateway_number_(address_number(gateway).value_or(0)) {
  const std::uint32_t mask = ~std::uint32_t{0} << (32 - prefix_length);
  base_ = gateway_number_ & mask;
  last_ = (base_ | ~mask) - 1;  // The last one is for broadcasts.
  lowest_free_ = base_ + 1;
  cursor_ = base_;
}

std::optional<std::string> AddressPool::take() {
  const std::uint32_t room = last_ - base_;
  if (taken_.size() + 1 >= room) return std::nullopt;
  std::uint32_t at = in_sequence_ ? cursor_ : lowest_free_ - 1;
  do {
    at = at >= last_ ? base_ + 1 : at + 1;
  } while (at == gateway_number_ || taken_.contains(at));
  taken_.insert(at);
  cursor_ = at;
  lowest_free_ = std::max(lowest_free_, in_sequence_ ? lowest_free_ : at + 1);
  return address_text(at);
}

bool AddressPool::take(std::string_view address) {
  const std::optional<std::uint32_t> number = address_number(address);
  const bool inside = number && *number > base_ && *number <= last_;
  if (!inside || *number == gateway_number_) return false;
  return taken_.insert(*number).second;
}

void AddressPool::release(std::string_view address) {
  const std::optional<std::uint32_t> number = address_number(address);
  if (!number || taken_.erase(*number) == 0) return;
  lowest_free_ = std::min(lowest_free_, *number);
}

std::string mac_address_of(std::string_view address) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::uint32_t number = address_number(address).value_or(0);
  std::string mac = "02:42:00:00:00:00";
  for (int at = 0; at < 8; ++at) {
    // Four bytes of two digits, each after a colon.
    const std::size_t place = 6 + at + at / 2;
    mac[place] = kDigits[number >> (28 - 4 * at) & 15];
  }
  return mac;
}

// --- What a container wants
// ----------------------------------------------------

namespace {

struct Wish {
  Port port;
  std::string host_ip;
  std::uint16_t host_first = 0, host_last = 0;  // 0: any.
};

/// Explicit ones first, larger first; then in descending order, tcp first.
bool served_before(const Wish& a, const Wish& b) {
  if (a.host_first != b.host_first) return a.host_first > b.host_first;
  if (a.port.number != b.port.number) return a.port.number > b.port.number;
  return a.port.protocol < b.port.protocol;
}

std::vector<Wish> wishes_of(const StringSet& exposed, const HostConfig& host) {
  std::vector<Wish> wishes;
  for (const auto& [text, bindings] : host.port_bindings) {
    const Result<Port> port = parse_port(text);
    if (!port) continue;
    for (const HostPort& binding : bindings) {
      const std::string ip =
          binding.host_ip.empty() ? std::string(kAnyAddress) : binding.host_ip;
      const List range = split(binding.host_port, '-');
      const std::uint16_t first = port_number(range.front()).value_or(0);
      const std::uint16_t last = port_number(range.back()).value_or(first);
      wishes.push_back({*port, ip, first, last});
    }
  }
  if (host.publish_all_ports) {
    for (const std::string& text : exposed) {
      const Result<Port> port = parse_port(text);
      if (!port || host.port_bindings.contains(text)) continue;
      wishes.push_back({*port, std::string(kAnyAddress), 0, 0});
    }
  }
  std::stable_sort(wishes.begin(), wishes.end(), served_before);
  return wishes;
}

/// The host port that the wish gets; 0: none.
std::uint16_t serve(PortTable& table, const Wish& wish) {
  if (wish.host_first == 0) {
    return table.take_any(wish.host_ip, wish.port.protocol);
  }
  for (int port = wish.host_first; port <= wish.host_last; ++port) {
    const auto number = static_cast<std::uint16_t>(port);
    if (table.take(wish.host_ip, wish.port.protocol, number)) return number;
  }
  return 0;
}

}  // namespace

Result<std::vector<PortBinding>, PortConflict> allocate_ports(
    PortTable& table, const StringSet& exposed, const HostConfig& host) {
  std::vector<PortBinding> bindings;
  for (const Wish& wish : wishes_of(exposed, host)) {
    PortBinding binding{wish.host_ip, wish.host_first, wish.port.number,
                        wish.port.protocol};
    const std::uint16_t served = serve(table, wish);
    if (served == 0) {
      for (const PortBinding& taken : bindings) table.release(taken);
      return PortConflict{binding, wish.host_first == 0};
    }
    binding.host_port = served;
    bindings.push_back(std::move(binding));
  }
  std::stable_sort(bindings.begin(), bindings.end(),
                   [](const PortBinding& a, const PortBinding& b) {
                     return ascending({a.container_port, a.protocol},
                                      {b.container_port, b.protocol});
                   });
  return bindings;
}

}  // namespace drydock::engine
