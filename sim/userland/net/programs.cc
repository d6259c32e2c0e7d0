// programs.cc — the table of the network programs, by id.

#include "sim/userland/net/net_tools.h"
#include "sim/userland/programs.h"

namespace drydock::userland {

std::span<const ProgramRow> net_programs() {
  // clang-format off
  static constexpr ProgramRow kRows[] = {
      {"busybox/ifconfig",   ifconfig_main},
      {"busybox/ip",         ip_main},
      {"busybox/nc",         nc_main},
      {"busybox/netstat",    netstat_main},
      {"busybox/nslookup",   nslookup_main},
      {"busybox/ping",       ping_main},
      {"busybox/route",      route_main},
      {"busybox/telnet",     telnet_main},
      {"busybox/wget",       wget_main},
      {"curl/curl",          curl_main},
      {"inetutils/ping",     ping_main},
      {"iproute/ip",         ip_main},
      {"iproute/ss",         ss_main},
      {"net-tools/ifconfig", ifconfig_main},
      {"net-tools/netstat",  netstat_main},
      {"net-tools/route",    route_main},
      {"netcat/nc",          nc_main},
      {"netkit/telnet",      telnet_main},
      {"wget/wget",          wget_main},
  };
  // clang-format on
  return kRows;
}

}  // namespace drydock::userland
