// proc_net.cc — /proc/net: sockets, routes and interfaces of whoever asks.

#include <fmt/format.h>

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/net_namespace.h"
#include "sim/kernel/proc_fs.h"
#include "sim/kernel/socket.h"

namespace drydock::kernel {

namespace {

NetStack& stack_of_asker(Kernel& kernel) {
  KernelProcess* const caller = kernel.caller();
  return *(caller ? caller->namespaces() : kernel.machine()).net->stack;
}

/// Addresses stand there as the bytes of memory: the first one last.
std::string hex(Ipv4 address) {
  const std::uint32_t value = address.value;
  return fmt::format("{:02X}{:02X}{:02X}{:02X}", value & 255, value >> 8 & 255,
                     value >> 16 & 255, value >> 24);
}

std::string hex(const SocketAddress& address) {
  return fmt::format("{}:{:04X}", hex(address.ip), address.port);
}

struct StateNumber {
  std::string_view name;
  int number;
};
constexpr StateNumber kStates[] = {
    {"ESTABLISHED", 1}, {"FIN_WAIT2", 5}, {"CLOSE", 7},
    {"CLOSE_WAIT", 8},  {"LAST_ACK", 9},  {"LISTEN", 10},
};

int number_of(std::string_view state) {
  for (const StateNumber& each : kStates) {
    if (each.name == state) return each.number;
  }
  return 7;
}

std::string row(int number, const Socket& socket, int state) {
  return fmt::format(
      "{:4}: {} {} {:02X} 00000000:00000000 00:00000000 00000000 {:5} {:8} {} "
      "1 0000000000000000 100 0 0 10 0\n",
      number, hex(socket.local()), hex(socket.peer()), state, 0, 0,
      socket.ino());
}

template <typename Visit>
void each_socket(Kernel& kernel, Visit visit) {
  Link& ring = stack_of_asker(kernel).sockets();
  for (Link* at = ring.next(); at != &ring; at = at->next()) {
    visit(static_cast<Socket&>(static_cast<SocketPlace&>(*at)));
  }
}

constexpr std::string_view kSocketHeader =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
    "retrnsmt   uid  timeout inode\n";

/// Listeners first, as the kernel walks its tables.
std::string tcp(Kernel& kernel) {
  std::string text(kSocketHeader);
  int number = 0;
  for (const bool listening : {true, false}) {
    each_socket(kernel, [&](Socket& socket) {
      const auto* const stream = dynamic_cast<StreamSocket*>(&socket);
      if (!stream || stream->family() != SocketFamily::inet) return;
      if (stream->is_listening() != listening) return;
      if (!listening && !stream->is_connected()) return;
      text += row(number++, socket, number_of(stream->state_name()));
    });
  }
  return text;
}

std::string udp(Kernel& kernel) {
  std::string text(kSocketHeader);
  int number = 0;
  each_socket(kernel, [&](Socket& socket) {
    const bool datagram = dynamic_cast<DatagramSocket*>(&socket) != nullptr;
    if (!datagram || socket.local().port == 0) return;
    text += row(number++, socket, 7);
  });
  return text;
}

std::string unix_sockets(Kernel& kernel) {
  std::string text =
      "Num       RefCount Protocol Flags    Type St Inode Path\n";
  each_socket(kernel, [&](Socket& socket) {
    const auto* const stream = dynamic_cast<StreamSocket*>(&socket);
    if (!stream || stream->family() != SocketFamily::unix_domain) return;
    const std::string& path = socket.local().path;
    text +=
        fmt::format("0000000000000000: 00000002 00000000 {} 0001 {} {:5}{}{}\n",
                    stream->is_listening() ? "00010000" : "00000000",
                    stream->is_listening() ? "01" : "03", socket.ino(),
                    path.empty() ? "" : " ", path);
  });
  return text;
}

std::string dev(Kernel& kernel) {
  std::string text =
      "Inter-|   Receive                                                |  "
      "Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes "
      "   packets errs drop fifo colls carrier compressed\n";
  for (const Interface& each : stack_of_asker(kernel).interfaces()) {
    const auto packets = [&](std::int64_t bytes) {
      return (bytes + each.mtu - 1) / each.mtu;
    };
    text += fmt::format(
        "{:>6}: {:7} {:7}    0    0    0     0          0         0 {:8} {:7}  "
        "  0    0    0     0       0          0\n",
        each.name, each.received, packets(each.received), each.sent,
        packets(each.sent));
  }
  return text;
}

Ipv4 mask_of(int prefix_length) {
  if (prefix_length == 0) return {};
  return {~std::uint32_t{0} << (32 - prefix_length)};
}

/// The loopback's route is in the local table, which is not shown here.
std::string route(Kernel& kernel) {
  std::string text =
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\t"
      "Window\tIRTT\n";
  const std::vector<Route>& routes = stack_of_asker(kernel).routes();
  for (const bool gateways : {true, false}) {
    for (const Route& each : routes) {
      const bool through = !each.gateway.is_any();
      if (through != gateways || each.interface == "lo") continue;
      text += fmt::format("{}\t{}\t{}\t{:04X}\t0\t0\t0\t{}\t0\t0\t0\n",
                          each.interface, hex(each.network), hex(each.gateway),
                          through ? 3 : 1, hex(mask_of(each.prefix_length)));
    }
  }
  return text;
}

struct NetFile {
  std::string_view name;
  std::string (*content)(Kernel&);
};

constexpr NetFile kNetFiles[] = {
    {"dev", dev}, {"route", route},       {"tcp", tcp},
    {"udp", udp}, {"unix", unix_sockets},
};

}  // namespace

void add_net_files(Kernel& kernel, SyntheticTree& root) {
  const std::shared_ptr<SyntheticTree> net = root.directory("net");
  for (const NetFile& file : kNetFiles) {
    net->add(std::string(file.name),
             std::make_shared<SyntheticFile>(
                 synthetic(vfs::FileType::regular, 0444, kernel.next_ino(),
                           kernel.now()),
                 [&kernel, content = file.content] { return content(kernel); },
                 nullptr));
  }
}

}  // namespace drydock::kernel
