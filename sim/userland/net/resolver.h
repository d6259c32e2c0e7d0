// resolver.h — getaddrinfo(3) and its kin: names to addresses and back.
//
// As the C library does it: a literal address, then the sources of "hosts:"
// in /etc/nsswitch.conf (files: /etc/hosts; dns: the servers that
// /etc/resolv.conf names).  Without nsswitch.conf: files, then dns.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/kernel/process.h"

namespace drydock::userland {

/// Why a name has no address: EAI_* of getaddrinfo(3).
enum class LookupFault {
  unknown,    // EAI_NONAME: nobody knows it.
  try_again,  // EAI_AGAIN: no server answered.
  no_data,    // EAI_NODATA: it is there, but has no such address.
};

/// gai_strerror(3): "Name or service not known".
std::string_view text_of(LookupFault fault);

struct HostEntry {
  std::string name;                     // The canonical one.
  std::vector<std::string> aliases;     // Of /etc/hosts.
  std::vector<kernel::Ipv4> addresses;  // At least one.
  std::optional<kernel::Ipv4> server;   // Who said so; none: a file.
};

/// All that is known of this name.
Task<Result<HostEntry, LookupFault>> resolve_host(kernel::Process& self,
                                                  std::string name);
/// Only its first address.
Task<Result<kernel::Ipv4, LookupFault>> resolve_address(kernel::Process& self,
                                                        std::string name);
/// The name of an address; unknown when nobody tells.
Task<Result<HostEntry, LookupFault>> resolve_name_of(kernel::Process& self,
                                                     kernel::Ipv4 address);

/// /etc/resolv.conf; without one, the server is 127.0.0.1.
struct ResolvConf {
  std::vector<kernel::Ipv4> servers;
  std::vector<std::string> search;
  int dots = 1;                       // options ndots:n
  int attempts = 2;                   // options attempts:n
  Nanoseconds timeout = 5 * kSecond;  // options timeout:n
};
ResolvConf parse_resolv_conf(std::string_view text);
/// That of this process.
Task<ResolvConf> read_resolv_conf(kernel::Process& self);

/// A port by number or by its name in /etc/services' usual rows.
std::optional<std::uint16_t> port_of(std::string_view text);

}  // namespace drydock::userland
