// port_proxy.cc — two sockets and the bytes between them.

#include "realmode/net/port_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include <fmt/format.h>

#include "realmode/net/udp_proxy.h"
#include "realmode/sys/trace.h"

namespace drydock::realmode {

using engine::StartFault;

namespace {

constexpr int kBacklog = 128;

Result<sockaddr_in> address_of(const std::string& ip, std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, ip.c_str(), &address.sin_addr) != 1) {
    return Error{"\"" + ip + "\" is no IPv4 address"};
  }
  return address;
}

StartFault other(const Error& error) {
  return {StartFault::Kind::other, error.text};
}

Result<sys::Fd> tcp_socket() {
  const int fd =
      ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return sys::refused("socket(AF_INET, SOCK_STREAM)");
  return sys::Fd(fd);
}

Result<sys::Fd> udp_socket() {
  const int fd =
      ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return sys::refused("socket(AF_INET, SOCK_DGRAM)");
  return sys::Fd(fd);
}

/// One direction; at its end the other side is told that no more will come.
Task<void> carry(Loop& loop, int from, int to) {
  // epoll(7) knows a descriptor once: each direction has copies of its own.
  const sys::Fd source(::dup(from)), target(::dup(to));
  Watched in(loop, source.get()), out(loop, target.get());
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(source.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EAGAIN) {
      co_await in.readable();
      continue;
    }
    if (count <= 0) break;
    std::string_view left(buffer.data(), static_cast<std::size_t>(count));
    while (!left.empty()) {
      const ssize_t taken =
          ::send(target.get(), left.data(), left.size(), MSG_NOSIGNAL);
      if (taken < 0 && errno == EAGAIN) {
        co_await out.writable();
        continue;
      }
      if (taken < 0) co_return;
      left.remove_prefix(static_cast<std::size_t>(taken));
    }
  }
  (void)::shutdown(target.get(), SHUT_WR);
}

/// Nobody is at home: the caller sees a reset, whatever it had to say.  An
/// argument of a coroutine may live on, so it is closed here.
void hang_up(sys::Fd& client) {
  const linger at_once = {1, 0};
  (void)::setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &at_once,
                     sizeof at_once);
  client.close();
}

bool is_connected(const sys::Fd& socket) {
  sockaddr_in peer = {};
  socklen_t length = sizeof peer;
  return ::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&peer),
                       &length) == 0;
}

}  // namespace

Result<std::unique_ptr<PublishedPort>, StartFault> PortProxy::open(
    Loop& loop, const engine::PortBinding& port, const std::string& to) {
  const bool udp = port.protocol == "udp";
  if (!udp && port.protocol != "tcp") {
    return other(Error{"realmode publishes no " + port.protocol + " ports"});
  }
  const auto address = address_of(port.host_ip, port.host_port);
  if (!address) return other(address.error());
  auto listener = udp ? udp_socket() : tcp_socket();
  if (!listener) return other(listener.error());
  const int yes = 1;
  // Of UDP it would let others in beside us.
  if (!udp) {
    (void)::setsockopt(listener->get(), SOL_SOCKET, SO_REUSEADDR, &yes,
                       sizeof yes);
  }
  if (::bind(listener->get(), reinterpret_cast<const sockaddr*>(&*address),
             sizeof *address) != 0 ||
      (!udp && ::listen(listener->get(), kBacklog) != 0)) {
    if (errno == EADDRINUSE) {
      return StartFault{
          StartFault::Kind::port_taken,
          fmt::format("{} {}:{}", port.protocol, port.host_ip, port.host_port)};
    }
    return other(sys::refused("bind({}:{})", port.host_ip, port.host_port));
  }
  sys::note("bind({}, {} {}:{})", listener->get(), port.protocol, port.host_ip,
            port.host_port);
  std::unique_ptr<PublishedPort> proxy;
  if (udp) {
    proxy = std::make_unique<UdpProxy>(loop, std::move(*listener), to,
                                       port.container_port);
  } else {
    proxy = std::make_unique<PortProxy>(loop, std::move(*listener), to,
                                        port.container_port);
  }
  return proxy;
}

PortProxy::PortProxy(Loop& loop, sys::Fd listener, std::string to,
                     std::uint16_t port)
    : loop_(loop),
      listener_(std::move(listener)),
      watched_(loop, listener_.get()),
      to_(std::move(to)),
      port_(port),
      fibers_(loop) {
  fibers_.spawn(accept_all(*this));
}

Task<void> PortProxy::accept_all(PortProxy& proxy) {
  for (;;) {
    const int fd = ::accept4(proxy.listener_.get(), nullptr, nullptr,
                             SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 && errno == EAGAIN) {
      co_await proxy.watched_.readable();
      continue;
    }
    if (fd < 0) {  // No descriptor is left: somebody has to go first.
      const Time later = proxy.loop_.now() + 100 * kMillisecond;
      co_await sleep_until(proxy.loop_, later);
      continue;
    }
    const auto client = std::make_shared<sys::Fd>(fd);
    proxy.fibers_.spawn(serve(proxy.loop_, client, proxy.to_, proxy.port_));
  }
}

Task<void> PortProxy::serve(Loop& loop, std::shared_ptr<sys::Fd> client,
                            std::string to, std::uint16_t port) {
  const auto address = address_of(to, port);
  const auto server = tcp_socket();
  if (!address || !server) {
    hang_up(*client);
    co_return;
  }
  const int connected =
      ::connect(server->get(), reinterpret_cast<const sockaddr*>(&*address),
                sizeof *address);
  if (connected != 0 && errno == EINPROGRESS) {
    Watched watched(loop, server->get());
    co_await watched.writable();
  }
  if (!is_connected(*server)) {
    // Not before it has noticed that somebody took its call.
    const Time soon = loop.now() + 20 * kMillisecond;
    co_await sleep_until(loop, soon);
    hang_up(*client);
    co_return;
  }
  // The way back runs beside; both end before the sockets do.
  FiberScope way_back(loop);
  Fiber& back = way_back.spawn(carry(loop, server->get(), client->get()));
  co_await carry(loop, client->get(), server->get());
  while (!back.finished()) {
    const Time due = loop.now() + 10 * kMillisecond;
    co_await sleep_until(loop, due);
  }
  client->close();
}

}  // namespace drydock::realmode
