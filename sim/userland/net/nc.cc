// nc.cc — netcat and telnet: bytes both ways, and nothing else.

#include <fmt/format.h>

#include "sim/userland/net/dial.h"
#include "sim/userland/net/net_tools.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/options.h"

namespace drydock::userland {

namespace {

using kernel::Fd;
using kernel::Process;
using kernel::SocketAddress;

constexpr About kNc{
    .usage = "[-lzvnuk] [-p PORT] [-w SECONDS] [HOST] [PORT]",
    .gnu =
        "l listen, p port=, w wait=, z zero, v verbose, n numeric, u udp, "
        "k keep-open, q quit=, e exec=, s source=, i interval=, N"};

/// Standard input into the connection; its end is told to the other side.
Task<void> send_input(Process& self, Fd fd) {
  for (;;) {
    const SysResult<Bytes> piece = co_await self.read(kernel::kStdin, kChunk);
    if (!piece && piece.error() == Errno::eintr) continue;
    if (!piece || piece->empty()) break;
    const SysResult<std::int64_t> sent = co_await self.write(fd, *piece);
    if (!sent) break;
  }
  static_cast<void>(self.shutdown(fd, false, true));
}

/// Until the other side says no more, or nothing comes for `patience`.
Task<void> show_output(Process& self, Fd fd,
                       std::optional<Nanoseconds> patience) {
  for (;;) {
    std::vector<kernel::PollFd> wait{{fd, true}};
    const SysResult<int> ready = co_await self.poll(&wait, patience);
    if (ready && *ready == 0) co_return;
    const SysResult<Bytes> piece = co_await self.read(fd, kChunk);
    if (!piece && piece.error() == Errno::eintr) continue;
    if (!piece || piece->empty()) co_return;
    co_await self.write(kernel::kStdout, *piece);
  }
}

Task<void> converse(Process& self, Fd fd, std::optional<Nanoseconds> patience) {
  static_cast<void>(
      self.sigaction(kernel::kSigPipe, kernel::Disposition::ignore));
  FiberScope scope(self.kernel().scheduler());
  scope.spawn(send_input(self, fd));
  co_await show_output(self, fd, patience);
}

/// nc -l: one client, or with -k one after the other.
Task<int> serve(Process& self, std::uint16_t port, bool again,
                std::optional<Nanoseconds> patience) {
  const SysResult<Fd> door =
      self.socket(kernel::SocketFamily::inet, kernel::SocketType::stream);
  if (!door) co_return 1;
  static_cast<void>(self.set_reuse_address(*door, true));
  SocketAddress address;
  address.port = port;
  SysOutcome bound = self.bind(*door, address);
  if (bound) bound = self.listen(*door, 1);
  if (!bound) {
    const std::string text =
        fmt::format("nc: bind: {}\n", text_of(bound.error()));
    co_await kernel::complain(self, text);
    co_return 1;
  }
  do {
    const SysResult<kernel::Accepted> client = co_await self.accept(*door);
    if (!client) continue;
    co_await converse(self, client->fd, patience);
    static_cast<void>(self.close(client->fd));
  } while (again);
  co_return 0;
}

struct Target {
  std::string host;
  std::uint16_t first = 0, last = 0;
};

std::optional<Target> target_of(const List& operands) {
  if (operands.size() != 2) return std::nullopt;
  const List range = split(operands[1], '-');
  const auto first = port_of(range.front());
  const auto last = port_of(range.back());
  if (!first || !last || *first > *last) return std::nullopt;
  return Target{operands[0], *first, *last};
}

/// What a failed or successful connection is told as; "" for silence.
std::string told(const Output& out, const CommandLine& line,
                 const Target& target, kernel::Ipv4 ip, std::uint16_t port,
                 const Dialled& dialled) {
  const std::string address = kernel::format_ipv4(ip);
  const std::string_view why = dialled.timed_out
                                   ? std::string_view("Connection timed out")
                                   : text_of(dialled.error);
  if (out.busybox()) {
    if (dialled.fd) {
      return line.has("v")
                 ? fmt::format("{} ({}:{}) open\n", target.host, address, port)
                 : "";
    }
    return fmt::format("nc: can't connect to remote host ({}): {}\n", address,
                       why);
  }
  if (!line.has("v")) return "";
  const std::string name = target.host == address ? "(UNKNOWN)" : target.host;
  return fmt::format(
      "{} [{}] {} (?) {}\n", name, address, port,
      dialled.fd ? std::string("open") : fmt::format(": {}", why));
}

}  // namespace

Task<int> nc_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kNc);
  if (line.status) co_return co_await out.finish(*line.status);
  for (const char* const key : {"e", "u", "s", "i"}) {
    if (!line.has(key)) continue;
    out.complain(fmt::format("drydock: -{} is not modelled", key));
    co_return co_await out.finish(1);
  }
  std::optional<Nanoseconds> patience;
  if (const auto typed = line.value("w")) {
    const auto seconds = parse_int(*typed);
    if (seconds && *seconds > 0) patience = *seconds * kSecond;
  }
  if (line.has("l")) {
    std::optional<std::uint16_t> port;
    if (line.value("p")) port = port_of(*line.value("p"));
    if (!port && !line.operands.empty()) port = port_of(line.operands.back());
    if (!port) {
      out.complain("missing port with option -l");
      co_return co_await out.finish(1);
    }
    const int status = co_await serve(self, *port, line.has("k"), patience);
    co_return status;
  }
  const std::optional<Target> target = target_of(line.operands);
  if (!target) {
    const int status = refuse(out, kNc, "no destination");
    co_return co_await out.finish(status);
  }
  const Result<kernel::Ipv4, LookupFault> ip =
      co_await resolve_address(self, target->host);
  if (!ip) {
    out.complain_plain(
        out.busybox()
            ? fmt::format("nc: bad address '{}'\n", target->host)
            : fmt::format("{}: forward host lookup failed: Unknown host\n",
                          target->host));
    co_return co_await out.finish(1);
  }
  int status = 1;
  for (int port = target->first; port <= target->last; ++port) {
    SocketAddress address;
    address.ip = *ip;
    address.port = static_cast<std::uint16_t>(port);
    const Dialled dialled = co_await dial(self, address, patience);
    const std::string text =
        told(out, line, *target, *ip, address.port, dialled);
    if (!text.empty()) co_await kernel::complain(self, text);
    if (!dialled.fd) continue;
    status = 0;
    if (!line.has("z")) co_await converse(self, *dialled.fd, patience);
    static_cast<void>(self.close(*dialled.fd));
  }
  co_return status;
}

Task<int> telnet_main(Process& self) {
  Output out(self);
  const List& argv = self.argv();
  const std::optional<std::uint16_t> port =
      argv.size() > 2 ? port_of(argv[2]) : std::uint16_t{23};
  if (argv.size() < 2 || argv.size() > 3 || !port) {
    out.complain_plain("Usage: telnet HOST [PORT]\n");
    co_return co_await out.finish(1);
  }
  const std::string host = argv[1];
  const Result<kernel::Ipv4, LookupFault> ip =
      co_await resolve_address(self, host);
  if (!ip) {
    out.complain_plain(
        out.busybox() ? fmt::format("telnet: bad address '{}'\n", host)
                      : fmt::format("telnet: could not resolve {}/{}: {}\n",
                                    host, *port, text_of(ip.error())));
    co_return co_await out.finish(1);
  }
  SocketAddress address;
  address.ip = *ip;
  address.port = *port;
  if (!out.busybox()) {
    out.say(fmt::format("Trying {}...\n", kernel::format_ipv4(*ip)));
    co_await out.flush();
  }
  const Dialled dialled = co_await dial(self, address);
  if (!dialled.fd) {
    out.complain_plain(
        out.busybox()
            ? fmt::format("telnet: can't connect to remote host ({}): {}\n",
                          kernel::format_ipv4(*ip), text_of(dialled.error))
            : fmt::format("telnet: Unable to connect to remote host: {}\n",
                          text_of(dialled.error)));
    co_return co_await out.finish(1);
  }
  if (!out.busybox()) {
    out.say(fmt::format("Connected to {}.\nEscape character is '^]'.\n", host));
    co_await out.flush();
  }
  co_await converse(self, *dialled.fd, std::nullopt);
  out.complain_plain("Connection closed by foreign host.\n");
  co_return co_await out.finish(1);
}

}  // namespace drydock::userland
