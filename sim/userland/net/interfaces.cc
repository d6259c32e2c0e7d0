// interfaces.cc — ip, ifconfig and route: what this network looks like.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/net/net_tools.h"
#include "sim/userland/output.h"

namespace drydock::userland {

namespace {

using kernel::Interface;
using kernel::Ipv4;
using kernel::NetStack;
using kernel::Route;

Ipv4 mask_of(int prefix_length) {
  if (prefix_length == 0) return {};
  return {~std::uint32_t{0} << (32 - prefix_length)};
}

// --- ip ----------------------------------------------------------------------

std::string link_lines(const Interface& each, std::size_t number,
                       bool busybox) {
  const bool loop = each.name == "lo";
  const std::string group = busybox ? " " : " group default ";
  return fmt::format(
      "{}: {}: <{}> mtu {} qdisc noqueue state {}{}\n    link/{} {} brd {}\n",
      number, each.name,
      loop ? "LOOPBACK,UP,LOWER_UP" : "BROADCAST,MULTICAST,UP,LOWER_UP",
      each.mtu, loop ? "UNKNOWN" : "UP", group, loop ? "loopback" : "ether",
      each.mac, loop ? each.mac : "ff:ff:ff:ff:ff:ff");
}

std::string address_lines(const Interface& each, bool busybox) {
  if (each.address.is_any()) return "";
  std::string text = fmt::format(
      "    inet {}/{} scope {} {}\n", kernel::format_ipv4(each.address),
      each.prefix_length, each.name == "lo" ? "host" : "global", each.name);
  if (!busybox) text += "       valid_lft forever preferred_lft forever\n";
  return text;
}

std::string route_line(const NetStack& stack, const Route& route,
                       bool busybox) {
  std::string text =
      route.prefix_length == 0
          ? "default"
          : fmt::format("{}/{}", kernel::format_ipv4(route.network),
                        route.prefix_length);
  if (!route.gateway.is_any()) {
    text += " via " + kernel::format_ipv4(route.gateway);
  }
  text += " dev " + route.interface + " ";
  if (!route.gateway.is_any()) return text + "\n";
  for (const Interface& each : stack.interfaces()) {
    if (each.name != route.interface) continue;
    text +=
        fmt::format("{} src {} ", busybox ? "" : " proto kernel  scope link ",
                    kernel::format_ipv4(each.address));
  }
  return text + "\n";
}

/// `ip -o`: an address is a line, and what would follow it stands behind a '\'.
std::string one_line(const Interface& each, std::size_t number, bool addresses,
                     bool busybox) {
  std::string text = addresses ? address_lines(each, busybox)
                               : link_lines(each, number, busybox);
  if (text.empty()) return text;
  text.pop_back();
  text = replace_all(text, "\n", "\\");
  const std::string head = fmt::format("{}: {}", number, each.name);
  return (addresses ? head + text : text) + "\n";
}

bool abbreviates(std::string_view word, std::string_view whole) {
  return !word.empty() && whole.starts_with(word);
}

/// The interface that `show dev X` or `show X` names; "" for all.
std::string wanted_device(const List& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "show" || words[i] == "list" || words[i] == "ls" ||
        words[i] == "dev") {
      continue;
    }
    return words[i];
  }
  return "";
}

bool changes_something(const List& words) {
  static const List kVerbs = {"add",    "del",   "set",    "replace",
                              "change", "flush", "append", "delete"};
  return words.size() > 1 &&
         std::find(kVerbs.begin(), kVerbs.end(), words[1]) != kVerbs.end();
}

constexpr std::string_view kIpUsage =
    "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n"
    "where  OBJECT := { link | addr | route }\n";

// --- ifconfig ----------------------------------------------------------------

std::string amount(std::int64_t bytes) {
  if (bytes < 1024) return fmt::format("{}.0 B", bytes);
  constexpr std::string_view kUnits = "KMGT";
  std::int64_t tenths = bytes * 10 / 1024;
  std::size_t unit = 0;
  while (tenths >= 10240 && unit + 1 < kUnits.size()) {
    tenths /= 1024;
    ++unit;
  }
  return fmt::format("{}.{} {}iB", tenths / 10, tenths % 10, kUnits[unit]);
}

std::string ifconfig_lines(const Interface& each) {
  const bool loop = each.name == "lo";
  const auto packets = [&](std::int64_t bytes) {
    return (bytes + each.mtu - 1) / each.mtu;
  };
  std::string text = fmt::format(
      "{:<10}Link encap:{}\n", each.name,
      loop ? "Local Loopback  " : "Ethernet  HWaddr " + upper(each.mac) + "  ");
  if (!each.address.is_any()) {
    text += fmt::format("          inet addr:{}  {}Mask:{}\n",
                        kernel::format_ipv4(each.address),
                        loop ? "" : "Bcast:0.0.0.0  ",
                        kernel::format_ipv4(mask_of(each.prefix_length)));
  }
  text += fmt::format(
      "          UP {} MTU:{}  Metric:1\n          RX packets:{} errors:0 "
      "dropped:0 overruns:0 frame:0\n          TX packets:{} errors:0 "
      "dropped:0 overruns:0 carrier:0\n          collisions:0 txqueuelen:0 \n"
      "          RX bytes:{} ({})  TX bytes:{} ({})\n\n",
      loop ? "LOOPBACK RUNNING " : "BROADCAST RUNNING MULTICAST ", each.mtu,
      packets(each.received), packets(each.sent), each.received,
      amount(each.received), each.sent, amount(each.sent));
  return text;
}

}  // namespace

Task<int> ip_main(kernel::Process& self) {
  Output out(self);
  List words(self.argv().begin() + 1, self.argv().end());
  bool one_lined = false;
  while (!words.empty() && words.front().starts_with('-')) {
    one_lined = one_lined || words.front() == "-o";
    const bool known =
        words.front() == "-4" || words.front() == "-o" || words.front() == "-f";
    if (!known) {
      out.complain_plain(
          fmt::format("Option \"{}\" is unknown, try \"ip "
                      "-help\".\n",
                      words.front()));
      co_return co_await out.finish(255);
    }
    words.erase(words.begin());
  }
  if (words.empty() || words.front() == "help") {
    out.complain_plain(kIpUsage);
    co_return co_await out.finish(255);
  }
  const bool may = self.credentials().may(vfs::Capability::net_admin);
  if (changes_something(words) && !may) {
    out.complain("RTNETLINK answers: Operation not permitted");
    co_return co_await out.finish(2);
  }
  if (changes_something(words)) {
    out.complain_plain(fmt::format("drydock: 'ip {} {}' is not modelled\n",
                                   words[0], words[1]));
    co_return co_await out.finish(2);
  }
  const NetStack& stack = self.network();
  const bool addresses = abbreviates(words.front(), "addr") ||
                         abbreviates(words.front(), "address");
  if (abbreviates(words.front(), "route")) {
    for (const bool gateways : {true, false}) {
      for (const Route& route : stack.routes()) {
        const bool through = !route.gateway.is_any();
        if (through != gateways || route.interface == "lo") continue;
        out.say(route_line(stack, route, out.busybox()));
      }
    }
    co_return co_await out.finish(0);
  }
  if (!addresses && !abbreviates(words.front(), "link")) {
    out.complain_plain(
        fmt::format("Object \"{}\" is unknown, try \"ip "
                    "help\".\n",
                    words.front()));
    co_return co_await out.finish(255);
  }
  const std::string device = wanted_device(words);
  bool found = device.empty();
  for (std::size_t i = 0; i < stack.interfaces().size(); ++i) {
    const Interface& each = stack.interfaces()[i];
    if (!device.empty() && each.name != device) continue;
    found = true;
    if (one_lined) {
      out.say(one_line(each, i + 1, addresses, out.busybox()));
      continue;
    }
    out.say(link_lines(each, i + 1, out.busybox()));
    if (addresses) out.say(address_lines(each, out.busybox()));
  }
  if (!found) {
    out.complain_plain(
        out.busybox() ? fmt::format("ip: can't find device '{}'\n", device)
                      : fmt::format("Device \"{}\" does not exist.\n", device));
  }
  const int status = found ? 0 : 1;
  co_return co_await out.finish(status);
}

Task<int> ifconfig_main(kernel::Process& self) {
  Output out(self);
  List words(self.argv().begin() + 1, self.argv().end());
  std::erase(words, "-a");
  if (words.size() > 1) {
    out.complain("drydock: changing an interface is not modelled");
    co_return co_await out.finish(1);
  }
  std::vector<Interface> interfaces = self.network().interfaces();
  std::ranges::stable_sort(interfaces, {}, &Interface::name);
  bool found = words.empty();
  for (const Interface& each : interfaces) {
    if (!words.empty() && each.name != words[0]) continue;
    found = true;
    out.say(ifconfig_lines(each));
  }
  if (!found) {
    out.complain_plain(
        out.busybox()
            ? fmt::format("ifconfig: {}: error fetching interface "
                          "information: Device not found\n",
                          words[0])
            : fmt::format("{}: error fetching interface information: Device "
                          "not found\n",
                          words[0]));
  }
  const int status = found ? 0 : 1;
  co_return co_await out.finish(status);
}

Task<int> route_main(kernel::Process& self) {
  Output out(self);
  const List words(self.argv().begin() + 1, self.argv().end());
  const bool numeric = words == List{"-n"};
  if (!words.empty() && !numeric) {
    out.complain("drydock: changing routes is not modelled");
    co_return co_await out.finish(1);
  }
  out.say(
      "Kernel IP routing table\nDestination     Gateway         Genmask        "
      " "
      "Flags Metric Ref    Use Iface\n");
  for (const bool gateways : {true, false}) {
    for (const Route& route : self.network().routes()) {
      const bool through = !route.gateway.is_any();
      if (through != gateways || route.interface == "lo") continue;
      const bool all = route.prefix_length == 0 && !numeric;
      out.say(fmt::format(
          "{:<15} {:<15} {:<15} {:<5} 0      0        0 {}\n",
          all ? "default" : kernel::format_ipv4(route.network),
          !through && !numeric ? "*" : kernel::format_ipv4(route.gateway),
          kernel::format_ipv4(mask_of(route.prefix_length)),
          through ? "UG" : "U", route.interface));
    }
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
