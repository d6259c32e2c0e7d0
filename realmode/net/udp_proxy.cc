// udp_proxy.cc — one socket for all that comes, one for each who asks.

#include "realmode/net/udp_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <vector>

namespace drydock::realmode {

namespace {

constexpr std::size_t kDatagramMax = 65536;
/// Docker's proxy forgets after as long.
constexpr Nanoseconds kSilence = 90 * kSecond;
/// A flood of forged senders must not take all descriptors of the daemon.
constexpr std::size_t kVisitorsMax = 256;

}  // namespace

UdpProxy::UdpProxy(Loop& loop, sys::Fd listener, std::string to,
                   std::uint16_t port)
    : loop_(loop),
      listener_(std::move(listener)),
      watched_(loop, listener_.get()),
      to_(std::move(to)),
      port_(port),
      fibers_(loop) {
  fibers_.spawn(take_all(*this));
  fibers_.spawn(forget_silent(*this));
}

std::shared_ptr<UdpProxy::Visitor> UdpProxy::visitor_from(
    const std::string& address) {
  const auto found = visitors_.find(address);
  if (found != visitors_.end()) return found->second;
  if (visitors_.size() >= kVisitorsMax) return nullptr;
  auto visitor = std::make_shared<Visitor>();
  visitor->address = address;
  visitor->socket =
      sys::Fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in inside = {};
  inside.sin_family = AF_INET;
  inside.sin_port = htons(port_);
  if (::inet_pton(AF_INET, to_.c_str(), &inside.sin_addr) != 1 ||
      ::connect(visitor->socket.get(),
                reinterpret_cast<const sockaddr*>(&inside),
                sizeof inside) != 0) {
    return nullptr;
  }
  visitors_[address] = visitor;
  fibers_.spawn(answer(*this, visitor));
  return visitor;
}

void UdpProxy::pass_on(const std::string& from, std::string_view datagram) {
  const auto visitor = visitor_from(from);
  if (!visitor) return;  // As a full network would: it is lost.
  visitor->last = loop_.now();
  (void)::send(visitor->socket.get(), datagram.data(), datagram.size(),
               MSG_NOSIGNAL);
}

Task<void> UdpProxy::take_all(UdpProxy& proxy) {
  std::vector<char> buffer(kDatagramMax);
  for (;;) {
    sockaddr_in from = {};
    socklen_t length = sizeof from;
    const ssize_t count =
        ::recvfrom(proxy.listener_.get(), buffer.data(), buffer.size(), 0,
                   reinterpret_cast<sockaddr*>(&from), &length);
    if (count < 0) {
      co_await proxy.watched_.readable();
      continue;
    }
    const std::string address(reinterpret_cast<const char*>(&from),
                              sizeof from);
    proxy.pass_on(address, {buffer.data(), static_cast<std::size_t>(count)});
  }
}

Task<void> UdpProxy::answer(UdpProxy& proxy, std::shared_ptr<Visitor> visitor) {
  Watched watched(proxy.loop_, visitor->socket.get());
  std::vector<char> buffer(kDatagramMax);
  while (!visitor->gone) {
    const ssize_t count =
        ::recv(visitor->socket.get(), buffer.data(), buffer.size(), 0);
    // Nobody listens inside: the kernel says so once, and goes on.
    if (count < 0 && errno == ECONNREFUSED) continue;
    if (count < 0) {
      co_await watched.readable();
      continue;
    }
    visitor->last = proxy.loop_.now();
    (void)::sendto(proxy.listener_.get(), buffer.data(),
                   static_cast<std::size_t>(count), MSG_NOSIGNAL,
                   reinterpret_cast<const sockaddr*>(visitor->address.data()),
                   static_cast<socklen_t>(visitor->address.size()));
  }
}

Task<void> UdpProxy::forget_silent(UdpProxy& proxy) {
  for (;;) {
    const Time next = proxy.loop_.now() + kSilence / 3;
    co_await sleep_until(proxy.loop_, next);
    const Time oldest = proxy.loop_.now() - kSilence;
    std::erase_if(proxy.visitors_, [&](const auto& entry) {
      Visitor& visitor = *entry.second;
      visitor.gone = visitor.last < oldest;
      // Whoever waits for its answers is woken, and ends.
      if (visitor.gone) (void)::shutdown(visitor.socket.get(), SHUT_RDWR);
      return visitor.gone;
    });
  }
}

}  // namespace drydock::realmode
