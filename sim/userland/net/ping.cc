// ping.cc — is somebody there?  As inetutils, iputils and busybox ask it.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/net/net_tools.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/options.h"

namespace drydock::userland {

namespace {

using kernel::Ipv4;

constexpr About kAbout{.usage =
                           "[-c COUNT] [-i SECONDS] [-W SECONDS] "
                           "[-w SECONDS] [-s SIZE] [-q] HOST",
                       .gnu =
                           "c count=, i interval=, W timeout=, w deadline=, "
                           "s size=, q quiet, n numeric, 4",
                       .refusal = 2};

/// What a packet takes there and back; nothing else costs time here.
constexpr Nanoseconds kLocalTrip = 35 * kMicrosecond,
                      kLinkTrip = 64 * kMicrosecond,
                      kRoutedTrip = 1480 * kMicrosecond;
constexpr int kTtl = 64;

struct Wishes {
  std::int64_t count = -1, size = 56;
  Nanoseconds interval = kSecond, patience = 10 * kSecond;
  std::optional<Nanoseconds> deadline;
  bool quiet = false;
};

struct Tally {
  std::int64_t sent = 0, received = 0;
  Nanoseconds least = 0, most = 0, sum = 0;
  void add(Nanoseconds trip) {
    least = received == 0 ? trip : std::min(least, trip);
    most = std::max(most, trip);
    sum += trip;
    ++received;
  }
};

std::string milliseconds(Nanoseconds span) {
  return fmt::format("{}.{:03}", span / kMillisecond,
                     span % kMillisecond / kMicrosecond);
}

/// How far away it is: the same stack, the same wire, or beyond a router.
int hops_to(const kernel::NetStack& stack, Ipv4 address) {
  if (stack.is_local(address)) return 0;
  const bool on_link = std::ranges::any_of(
      stack.interfaces(), [&](const kernel::Interface& each) {
        const int rest = 32 - each.prefix_length;
        return each.address.value >> rest == address.value >> rest;
      });
  return on_link ? 1 : 2;
}

std::string statistics(const Tally& tally, const std::string& host,
                       bool busybox) {
  const std::int64_t lost =
      tally.sent == 0 ? 0 : (tally.sent - tally.received) * 100 / tally.sent;
  std::string text = fmt::format(
      "{}--- {} ping statistics ---\n{} packets transmitted, {} packets "
      "received, {}% packet loss\n",
      busybox ? "\n" : "", host, tally.sent, tally.received, lost);
  if (tally.received == 0) return text;
  const Nanoseconds average = tally.sum / tally.received;
  text += fmt::format("round-trip min/avg/max{} = {}/{}/{}{} ms\n",
                      busybox ? "" : "/stddev", milliseconds(tally.least),
                      milliseconds(average), milliseconds(tally.most),
                      busybox ? "" : "/0.000");
  return text;
}

std::optional<Wishes> wishes_of(const CommandLine& line) {
  Wishes wishes;
  bool good = true;
  const auto number = [&](const char* key, std::int64_t unit,
                          std::int64_t* into) {
    const std::optional<std::string> text = line.value(key);
    if (!text) return;
    const auto parsed = parse_int(*text);
    good = good && parsed && *parsed >= 0;
    if (parsed) *into = *parsed * unit;
  };
  number("c", 1, &wishes.count);
  number("s", 1, &wishes.size);
  number("i", kSecond, &wishes.interval);
  number("W", kSecond, &wishes.patience);
  if (line.has("w")) {
    std::int64_t deadline = 0;
    number("w", kSecond, &deadline);
    wishes.deadline = deadline;
  }
  wishes.quiet = line.has("q");
  if (!good) return std::nullopt;
  return wishes;
}

/// One question: how long the answer took; errors as a real one has them.
Task<SysResult<Nanoseconds>> ask(kernel::Process& self, Ipv4 address,
                                 Nanoseconds patience) {
  const SysResult<kernel::Reach> reach = self.network().reach(address, 0, true);
  if (!reach && reach.error() == Errno::enetunreach) {
    co_return Errno::enetunreach;
  }
  if (!reach) {
    const Nanoseconds wait =
        reach.error() == Errno::ehostunreach ? 3 * kSecond : patience;
    co_await self.nanosleep(std::min(wait, patience));
    co_return reach.error();
  }
  const int hops = hops_to(self.network(), address);
  const Nanoseconds trip = hops == 0   ? kLocalTrip
                           : hops == 1 ? kLinkTrip
                                       : kRoutedTrip;
  co_await self.nanosleep(trip);
  co_return trip;
}

}  // namespace

Task<int> ping_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const std::optional<Wishes> wishes = wishes_of(line);
  if (!wishes || line.operands.size() != 1) {
    const int status = refuse(out, kAbout, "missing host operand");
    co_return co_await out.finish(status);
  }
  const std::string host = line.operands.front();
  const Result<Ipv4, LookupFault> address =
      co_await resolve_address(self, host);
  if (!address) {
    if (out.busybox()) {
      out.complain(fmt::format("bad address '{}'", host));
    } else {
      out.complain("unknown host");
    }
    co_return co_await out.finish(1);
  }
  static_cast<void>(
      self.sigaction(kernel::kSigInt, kernel::Disposition::caught));
  out.say(fmt::format("PING {} ({}): {} data bytes\n", host,
                      kernel::format_ipv4(*address), wishes->size));
  co_await out.flush();
  // It is set-uid root where users may use it: what counts is the bounding set.
  const vfs::CapabilitySet raw = vfs::bit_of(vfs::Capability::net_raw);
  if ((self.credentials().bounding & raw) == 0) {
    out.complain(out.busybox() ? "permission denied (are you root?)"
                               : "Lacking privilege for raw socket.");
    co_return co_await out.finish(1);
  }
  const int hops = hops_to(self.network(), *address);
  const int ttl = kTtl - std::max(hops - 1, 0);
  const Time began = self.now();
  Tally tally;
  while (wishes->count < 0 || tally.sent < wishes->count) {
    const Time sent_at = self.now();
    const SysResult<Nanoseconds> trip =
        co_await ask(self, *address, wishes->patience);
    if (!trip && trip.error() == Errno::enetunreach) {
      out.complain(out.busybox() ? "sendto" : "sending packet", trip.error());
      co_return co_await out.finish(1);
    }
    ++tally.sent;
    if (trip) tally.add(*trip);
    if (trip && !wishes->quiet) {
      out.say(fmt::format("{} bytes from {}: {}={} ttl={} time={} ms\n",
                          wishes->size + 8, kernel::format_ipv4(*address),
                          out.busybox() ? "seq" : "icmp_seq", tally.sent - 1,
                          ttl, milliseconds(*trip)));
      co_await out.flush();
    } else if (!trip && !out.busybox() && trip.error() == Errno::ehostunreach) {
      out.say(
          fmt::format("92 bytes from {} ({}): Destination Host "
                      "Unreachable\n",
                      self.gethostname(), kernel::format_ipv4(*address)));
      co_await out.flush();
    }
    if (self.take_signal() != 0) break;
    if (wishes->deadline && self.now() - began >= *wishes->deadline) break;
    if (tally.sent == wishes->count) break;
    const Nanoseconds left = wishes->interval - (self.now() - sent_at);
    if (left > 0) co_await self.nanosleep(left);
    if (self.take_signal() != 0) break;
    if (wishes->deadline && self.now() - began >= *wishes->deadline) break;
  }
  out.say(statistics(tally, host, out.busybox()));
  const int status = tally.received > 0 ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
