// name_server.cc — two sockets inside, and those to the others outside.

#include "realmode/net/name_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

#include <fmt/format.h>

#include "realmode/net/nft.h"
#include "realmode/sys/visit.h"

namespace drydock::realmode {

namespace {

constexpr char kAddress[] = "127.0.0.11";
constexpr std::uint16_t kPort = 53;
constexpr int kBacklog = 16;
constexpr std::size_t kQueryMax = 65535;
constexpr Nanoseconds kPatience = 2 * kSecond;
/// A container that asks without end must not take all of the daemon.
constexpr int kBusyMax = 64;

sockaddr_in address_of(const std::string& ip, std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  (void)::inet_pton(AF_INET, ip.c_str(), &address.sin_addr);
  return address;
}

Result<sys::Fd> bound_socket(int type, std::uint16_t port) {
  sys::Fd socket(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return sys::refused("socket(AF_INET, {})", type);
  // The container's loop-back may not be up yet: it sees to that itself.
  const int yes = 1;
  (void)::setsockopt(socket.get(), IPPROTO_IP, IP_FREEBIND, &yes, sizeof yes);
  const sockaddr_in address = address_of(kAddress, port);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address),
             sizeof address) != 0) {
    return sys::refused("bind({}, {}:{})", socket.get(), kAddress, port);
  }
  if (type == SOCK_STREAM && ::listen(socket.get(), kBacklog) != 0) {
    return sys::refused("listen({}, {})", socket.get(), kBacklog);
  }
  return socket;
}

std::uint16_t port_of(const sys::Fd& socket) {
  sockaddr_in address = {};
  socklen_t length = sizeof address;
  (void)::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address),
                      &length);
  return ntohs(address.sin_port);
}

struct Sockets {
  sys::Fd datagrams, listener;
};

Result<Sockets> sockets_at(std::uint16_t port) {
  auto datagrams = bound_socket(SOCK_DGRAM, port);
  if (!datagrams) return datagrams.error();
  auto listener = bound_socket(SOCK_STREAM, port);
  if (!listener) return listener.error();
  return Sockets{std::move(*datagrams), std::move(*listener)};
}

/// As Docker does it: what goes to port 53 arrives at ours, instead of at an
/// earlier daemon's.
Outcome redirect(const Sockets& sockets) {
  return run_nft(fmt::format(
      "table ip drydock\n"
      "delete table ip drydock\n"
      "table ip drydock {{\n"
      "  chain output {{\n"
      "    type nat hook output priority -100;\n"
      "    ip daddr {0} udp dport {1} dnat to {0}:{2}\n"
      "    ip daddr {0} tcp dport {1} dnat to {0}:{3}\n"
      "  }}\n"
      "}}\n",
      kAddress, kPort, port_of(sockets.datagrams), port_of(sockets.listener)));
}

/// Until all of it is there, the other end stops, or the time is up.
Task<std::string> read_exactly(Watched& watched, std::size_t count, Time due) {
  std::string bytes;
  while (bytes.size() < count) {
    std::array<char, 4096> piece;
    const std::size_t wanted = std::min(count - bytes.size(), piece.size());
    const ssize_t got = ::recv(watched.fd(), piece.data(), wanted, 0);
    if (got > 0) {
      bytes.append(piece.data(), static_cast<std::size_t>(got));
      continue;
    }
    if (got == 0 || errno != EAGAIN) co_return std::string();
    const bool in_time = co_await watched.readable_until(due);
    if (!in_time) co_return std::string();
  }
  co_return bytes;
}

/// Messages on a connection: two bytes of length before each.
Task<std::string> read_message(Watched& watched, Time due) {
  const std::string head = co_await read_exactly(watched, 2, due);
  if (head.empty()) co_return std::string();
  const std::size_t length =
      static_cast<std::size_t>(static_cast<unsigned char>(head[0])) << 8 |
      static_cast<unsigned char>(head[1]);
  std::string message = co_await read_exactly(watched, length, due);
  co_return message;
}

std::string with_length(const std::string& message) {
  std::string framed;
  framed += static_cast<char>(message.size() >> 8);
  framed += static_cast<char>(message.size() & 0xff);
  return framed + message;
}

/// One answer of one server; "" if it has none in time.
Task<std::string> ask(Loop& loop, std::string server, std::string query,
                      bool by_connection) {
  const int type = by_connection ? SOCK_STREAM : SOCK_DGRAM;
  const sys::Fd socket(
      ::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_in address = address_of(server, kPort);
  const Time due = loop.now() + kPatience;
  const int connected =
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address);
  if (connected != 0 && errno != EINPROGRESS) co_return std::string();
  Watched watched(loop, socket.get());
  if (connected != 0) {
    co_await watched.writable();
  }
  const std::string message = by_connection ? with_length(query) : query;
  const ssize_t sent =
      ::send(socket.get(), message.data(), message.size(), MSG_NOSIGNAL);
  if (sent != std::ssize(message)) co_return std::string();
  if (by_connection) {
    std::string answer = co_await read_message(watched, due);
    co_return answer;
  }
  std::string buffer(kQueryMax, '\0');
  for (;;) {
    const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    const bool is_ours = count >= 2 && buffer.compare(0, 2, query, 0, 2) == 0;
    if (is_ours) co_return buffer.substr(0, static_cast<std::size_t>(count));
    if (count < 0 && errno != EAGAIN) co_return std::string();
    const bool in_time = co_await watched.readable_until(due);
    if (!in_time) co_return std::string();
  }
}

}  // namespace

Result<std::unique_ptr<NameServer>> NameServer::open(
    Loop& loop, int netns, Known known, std::vector<std::string> others) {
  const auto there = sys::Visit::to(netns);
  if (!there) return there.error();
  auto sockets = sockets_at(0);
  if (!sockets) return sockets.error();
  const Outcome redirected = redirect(*sockets);
  if (!redirected) {
    sockets = sockets_at(kPort);
    if (!sockets) return sockets.error();
  }
  return std::unique_ptr<NameServer>(new NameServer(
      loop, std::move(sockets->datagrams), std::move(sockets->listener),
      std::move(known), std::move(others)));
}

NameServer::NameServer(Loop& loop, sys::Fd datagrams, sys::Fd listener,
                       Known known, std::vector<std::string> others)
    : loop_(loop),
      datagrams_(std::move(datagrams)),
      listener_(std::move(listener)),
      datagrams_watched_(loop, datagrams_.get()),
      listener_watched_(loop, listener_.get()),
      known_(std::move(known)),
      others_(std::move(others)),
      fibers_(loop) {
  fibers_.spawn(take_datagrams(*this));
  fibers_.spawn(take_connections(*this));
}

Task<void> NameServer::take_datagrams(NameServer& server) {
  std::string buffer(kQueryMax, '\0');
  for (;;) {
    std::string from(sizeof(sockaddr_in), '\0');
    auto length = static_cast<socklen_t>(from.size());
    const ssize_t count =
        ::recvfrom(server.datagrams_.get(), buffer.data(), buffer.size(), 0,
                   reinterpret_cast<sockaddr*>(from.data()), &length);
    if (count < 0) {
      co_await server.datagrams_watched_.readable();
      continue;
    }
    if (server.busy_ >= kBusyMax) continue;  // As a full network would.
    std::string query = buffer.substr(0, static_cast<std::size_t>(count));
    server.fibers_.spawn(serve_datagram(server, std::move(query), from));
  }
}

Task<void> NameServer::serve_datagram(NameServer& server, std::string query,
                                      std::string from) {
  ++server.busy_;
  const std::string answer = co_await NameServer::answer(server, query, false);
  --server.busy_;
  if (answer.empty()) co_return;
  (void)::sendto(server.datagrams_.get(), answer.data(), answer.size(),
                 MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(from.data()),
                 static_cast<socklen_t>(from.size()));
}

Task<void> NameServer::take_connections(NameServer& server) {
  for (;;) {
    const int fd = ::accept4(server.listener_.get(), nullptr, nullptr,
                             SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 && errno == EAGAIN) {
      co_await server.listener_watched_.readable();
      continue;
    }
    if (fd < 0) {  // No descriptor is left: somebody has to go first.
      const Time later = server.loop_.now() + 100 * kMillisecond;
      co_await sleep_until(server.loop_, later);
      continue;
    }
    const auto client = std::make_shared<sys::Fd>(fd);
    if (server.busy_ >= kBusyMax) continue;
    server.fibers_.spawn(serve_connection(server, client));
  }
}

Task<void> NameServer::serve_connection(NameServer& server,
                                        std::shared_ptr<sys::Fd> client) {
  ++server.busy_;
  Watched watched(server.loop_, client->get());
  for (;;) {
    const Time due = server.loop_.now() + kPatience;
    const std::string query = co_await read_message(watched, due);
    if (query.empty()) break;
    const std::string answer = co_await NameServer::answer(server, query, true);
    if (answer.empty()) break;
    const std::string framed = with_length(answer);
    const ssize_t sent =
        ::send(client->get(), framed.data(), framed.size(), MSG_NOSIGNAL);
    if (sent != std::ssize(framed)) break;
  }
  --server.busy_;
}

Task<std::string> NameServer::answer(NameServer& server, std::string query,
                                     bool by_connection) {
  const auto question = dns::question_in(query);
  if (!question) co_return std::string();
  const auto known = server.known_(*question);
  if (known) co_return dns::reply(query, *known);
  std::string theirs = co_await ask_others(server, query, by_connection);
  if (!theirs.empty()) co_return theirs;
  dns::Answer failure;
  failure.code = dns::Code::server_failure;
  co_return dns::reply(query, failure);
}

Task<std::string> NameServer::ask_others(NameServer& server, std::string query,
                                         bool by_connection) {
  for (const std::string& other : server.others_) {
    std::string theirs =
        co_await ask(server.loop_, other, query, by_connection);
    if (!theirs.empty()) co_return theirs;
  }
  co_return std::string();
}

}  // namespace drydock::realmode
