// sockets.cc — netstat and ss: who listens, who is connected.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/net/net_tools.h"
#include "sim/userland/options.h"

namespace drydock::userland {

namespace {

using kernel::Ipv4;

struct SocketRow {
  bool udp = false;
  Ipv4 local, peer;
  std::uint16_t local_port = 0, peer_port = 0;
  int state = 0;
};

constexpr int kListen = 10, kEstablished = 1;

std::string_view name_of_state(int state) {
  constexpr std::string_view kNames[] = {
      "",           "ESTABLISHED", "SYN_SENT",  "SYN_RECV",
      "FIN_WAIT1",  "FIN_WAIT2",   "TIME_WAIT", "CLOSE",
      "CLOSE_WAIT", "LAST_ACK",    "LISTEN",    "CLOSING"};
  const auto index = static_cast<std::size_t>(state);
  return index < std::size(kNames) ? kNames[index] : "UNKNOWN";
}

std::uint32_t hex(std::string_view digits) {
  std::uint32_t number = 0;
  for (const char c : lower(digits)) {
    number = number << 4 |
             static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return number;
}

Ipv4 address_of(std::string_view text) {
  const std::uint32_t value = hex(text);
  return {(value & 255) << 24 | (value >> 8 & 255) << 16 |
          (value >> 16 & 255) << 8 | value >> 24};
}

/// /proc/net/tcp or udp.
std::vector<SocketRow> rows_of(std::string_view text, bool udp) {
  std::vector<SocketRow> rows;
  for (const std::string& line : split(text, '\n')) {
    const List words = split_blanks(line);
    if (words.size() < 4 || !words[0].ends_with(':')) continue;
    SocketRow row;
    row.udp = udp;
    const List local = split(words[1], ':'), peer = split(words[2], ':');
    row.local = address_of(local[0]);
    row.local_port = static_cast<std::uint16_t>(hex(local[1]));
    row.peer = address_of(peer[0]);
    row.peer_port = static_cast<std::uint16_t>(hex(peer[1]));
    row.state = static_cast<int>(hex(words[3]));
    rows.push_back(row);
  }
  return rows;
}

Task<std::vector<SocketRow>> read_rows(kernel::Process& self, bool tcp,
                                       bool udp) {
  std::vector<SocketRow> all;
  for (const bool is_udp : {false, true}) {
    if (is_udp ? !udp : !tcp) continue;
    const std::string path = is_udp ? "/proc/net/udp" : "/proc/net/tcp";
    const SysResult<Bytes> text = co_await kernel::read_file(self, path);
    if (!text) continue;
    for (const SocketRow& row : rows_of(*text, is_udp)) all.push_back(row);
  }
  co_return all;
}

std::string place(Ipv4 address, std::uint16_t port) {
  return fmt::format("{}:{}", kernel::format_ipv4(address),
                     port == 0 ? "*" : std::to_string(port));
}

std::string place_of_ss(Ipv4 address, std::uint16_t port) {
  return fmt::format("{}:{}",
                     address.is_any() ? "*" : kernel::format_ipv4(address),
                     port == 0 ? "*" : std::to_string(port));
}

/// Which rows -l, -a or neither of them want.
bool wanted(const SocketRow& row, bool listening, bool all) {
  if (all) return true;
  const bool waits = row.udp ? row.peer_port == 0 : row.state == kListen;
  return waits == listening;
}

constexpr About kNetstat{
    .usage = "[-laentuwxrWp]",
    .gnu =
        "t tcp, u udp, l listening, a all, n numeric, p programs, x unix, "
        "r route, w raw, e extend, W wide"};
constexpr About kSs{
    .usage = "[ OPTIONS ]",
    .gnu = "t tcp, u udp, l listening, a all, n numeric, p processes, x unix",
    .refusal = 255};

}  // namespace

Task<int> netstat_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kNetstat);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.has("r")) {
    out.complain("drydock: netstat -r is not modelled; see route -n");
    co_return co_await out.finish(1);
  }
  const bool one = line.has("t") || line.has("u");
  const bool programs = line.has("p");
  const std::vector<SocketRow> rows =
      co_await read_rows(self, line.has("t") || !one, line.has("u") || !one);
  const bool listening = line.has("l"), all = line.has("a");
  out.say(fmt::format("Active Internet connections ({})\n",
                      all         ? "servers and established"
                      : listening ? "only servers"
                                  : "w/o servers"));
  out.say(fmt::format("Proto Recv-Q Send-Q {:<23} {:<23} {:<11}{}\n",
                      "Local Address", "Foreign Address", "State",
                      programs ? " PID/Program name    " : ""));
  for (const SocketRow& row : rows) {
    if (!wanted(row, listening, all)) continue;
    out.say(fmt::format(
        "{:<5} {:>6} {:>6} {:<23} {:<23} {:<11}{}\n", row.udp ? "udp" : "tcp",
        0, 0, place(row.local, row.local_port), place(row.peer, row.peer_port),
        row.udp ? "" : name_of_state(row.state),
        programs ? " -                   " : ""));
  }
  co_return co_await out.finish(0);
}

Task<int> ss_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kSs);
  if (line.status) co_return co_await out.finish(*line.status);
  const bool one = line.has("t") || line.has("u");
  const std::vector<SocketRow> rows =
      co_await read_rows(self, line.has("t") || !one, line.has("u") || !one);
  const bool netid = !(line.has("t") != line.has("u"));
  out.say(fmt::format("{}State      Recv-Q Send-Q {:>22}:Port {:>24}:Port \n",
                      netid ? "Netid " : "", "Local Address", "Peer Address"));
  for (const SocketRow& row : rows) {
    if (!wanted(row, line.has("l"), line.has("a"))) continue;
    const std::string_view state = row.udp ? "UNCONN"
                                   : row.state == kEstablished
                                       ? "ESTAB"
                                       : name_of_state(row.state);
    const bool listens = row.state == kListen;
    out.say(fmt::format("{}{:<10} {:<6} {:<6} {:>27} {:>29} \n",
                        netid ? (row.udp ? "udp   " : "tcp   ") : "", state, 0,
                        listens ? 128 : 0,
                        place_of_ss(row.local, row.local_port),
                        place_of_ss(row.peer, row.peer_port)));
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
