// port_proxy.cc — listening for a container, and carrying both ways.

#include "sim/machine/port_proxy.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "sim/base/wait.h"
#include "sim/kernel/socket.h"
#include "sim/machine/container_files.h"

namespace drydock::machine {

namespace {

using kernel::Datagram;
using kernel::Fd;
using kernel::Process;
using kernel::SocketAddress;
using kernel::SocketFamily;
using kernel::SocketType;

constexpr Fd kListening = 3;
constexpr int kBacklog = 128;
/// How long a dial takes to learn that nobody listens; what the client has
/// sent meanwhile makes its connection end in a reset.
constexpr Nanoseconds kDialTime = 200 * kMicrosecond;
/// docker-proxy's UDPConnTrackTimeout.
constexpr Nanoseconds kTrackTime = 90 * kSecond;
constexpr std::size_t kDatagramMax = 65507;

/// Until one side says no more; then the other is told so.
Task<void> carry(Process& self, Fd from, Fd to) {
  for (;;) {
    const SysResult<Bytes> piece = co_await self.read(from, kChunk);
    if (!piece && piece.error() == Errno::eintr) continue;
    if (!piece || piece->empty()) break;
    const SysResult<std::int64_t> written = co_await self.write(to, *piece);
    if (!written) break;
  }
  (void)self.shutdown(to, false, true);
}

Task<void> carry_then(Process& self, Fd from, Fd to,
                      std::shared_ptr<Event> ended) {
  co_await carry(self, from, to);
  ended->set();
}

Task<void> serve(Process& self, Executor& executor, Fd client,
                 SocketAddress to) {
  const SysResult<Fd> server =
      self.socket(SocketFamily::inet, SocketType::stream);
  if (server) {
    const SysOutcome dialled = co_await self.connect(*server, to);
    if (dialled) {
      FiberScope back(executor);
      const auto ended = std::make_shared<Event>();
      back.spawn(carry_then(self, *server, client, ended));
      co_await carry(self, client, *server);
      co_await wait_for(*ended);
    } else {
      co_await self.nanosleep(kDialTime);
    }
    (void)self.close(*server);
  }
  (void)self.close(client);
}

Task<int> tcp_proxy(Process& self, Executor& executor, SocketAddress to) {
  (void)self.sigaction(kernel::kSigPipe, kernel::Disposition::ignore);
  FiberScope sessions(executor);
  for (;;) {
    const SysResult<kernel::Accepted> client = co_await self.accept(kListening);
    if (!client && client.error() == Errno::eintr) continue;
    if (!client) co_return 1;
    sessions.spawn(serve(self, executor, client->fd, to));
  }
}

/// One client of a UDP port: answers of the container go back to it.
Task<void> answer(Process& self, Fd server, SocketAddress client) {
  for (;;) {
    std::vector<kernel::PollFd> wait{{server, true}};
    const SysResult<int> ready = co_await self.poll(&wait, kTrackTime);
    if (ready && *ready == 0) break;
    const SysResult<Bytes> bytes = co_await self.read(server, kDatagramMax);
    if (!bytes) continue;  // Nobody listens there yet.
    (void)self.sendto(kListening, *bytes, client);
  }
  (void)self.close(server);
}

Task<void> answer_then(
    Process& self, Fd server, SocketAddress client,
    std::map<std::pair<kernel::Ipv4, std::uint16_t>, Fd>* tracked) {
  co_await answer(self, server, client);
  tracked->erase({client.ip, client.port});
}

Task<int> udp_proxy(Process& self, Executor& executor, SocketAddress to) {
  std::map<std::pair<kernel::Ipv4, std::uint16_t>, Fd> tracked;
  FiberScope sessions(executor);
  for (;;) {
    const SysResult<Datagram> datagram =
        co_await self.recvfrom(kListening, kDatagramMax);
    if (!datagram && datagram.error() == Errno::eintr) continue;
    if (!datagram) co_return 1;
    const std::pair key(datagram->from.ip, datagram->from.port);
    if (!tracked.contains(key)) {
      const SysResult<Fd> server =
          self.socket(SocketFamily::inet, SocketType::datagram);
      if (!server) continue;
      const SysOutcome dialled = co_await self.connect(*server, to);
      if (!dialled) continue;
      tracked[key] = *server;
      sessions.spawn(answer_then(self, *server, datagram->from, &tracked));
    }
    const Fd server = tracked[key];
    co_await self.write(server, datagram->bytes);
  }
}

List command_line(const engine::PortBinding& binding, kernel::Ipv4 container) {
  return {"docker-proxy",
          "-proto",
          binding.protocol,
          "-host-ip",
          binding.host_ip,
          "-host-port",
          std::to_string(binding.host_port),
          "-container-ip",
          kernel::format_ipv4(container),
          "-container-port",
          std::to_string(binding.container_port)};
}

/// A socket of the host that holds the port.
SysResult<kernel::OpenFileRef> holder(kernel::Kernel& kernel,
                                      std::shared_ptr<kernel::NetStack> host,
                                      const kernel::PortForward& forward) {
  SocketAddress address;
  address.ip = forward.host;
  address.port = forward.host_port;
  if (forward.udp) {
    auto socket = std::make_shared<kernel::DatagramSocket>(
        SocketFamily::inet, kernel.next_ino(), std::move(host));
    const SysOutcome bound = socket->bind_inet(address);
    if (!bound) return bound.error();
    return kernel::OpenFileRef(std::move(socket));
  }
  auto socket = std::make_shared<kernel::StreamSocket>(
      SocketFamily::inet, kernel.next_ino(), std::move(host));
  socket->set_reuse_address(true);
  const SysOutcome bound = socket->bind_inet(address);
  if (!bound) return bound.error();
  const SysOutcome heard = socket->listen(kBacklog);
  if (!heard) return heard.error();
  return kernel::OpenFileRef(std::move(socket));
}

}  // namespace

SysResult<std::unique_ptr<PortProxy>> PortProxy::open(
    kernel::Kernel& kernel, std::shared_ptr<kernel::NetStack> host,
    const engine::PortBinding& binding, kernel::Ipv4 container) {
  kernel::PortForward forward;
  forward.host =
      kernel::parse_ipv4(binding.host_ip).value_or(kernel::kAnyAddress);
  forward.host_port = binding.host_port;
  forward.to = container;
  forward.to_port = binding.container_port;
  forward.udp = binding.protocol == "udp";
  SysResult<kernel::OpenFileRef> socket = holder(kernel, host, forward);
  if (!socket) return socket.error();

  SocketAddress to;
  to.ip = container;
  to.port = binding.container_port;
  Executor* const executor = &kernel.scheduler();
  kernel::SpawnSpec spec;
  spec.path = "/usr/bin/docker-proxy";
  spec.argv = command_line(binding, container);
  spec.fds = {null_file(), null_file(), null_file(), std::move(*socket)};
  if (forward.udp) {
    spec.body = [executor, to](Process& self) {
      return udp_proxy(self, *executor, to);
    };
  } else {
    spec.body = [executor, to](Process& self) {
      return tcp_proxy(self, *executor, to);
    };
  }
  const SysResult<kernel::ProcessHandleRef> process =
      kernel.spawn(std::move(spec));
  if (!process) return process.error();
  std::unique_ptr<PortProxy> proxy(
      new PortProxy(kernel, std::move(host), forward));
  proxy->process_ = *process;
  proxy->host_->add_forward(forward);
  return proxy;
}

PortProxy::~PortProxy() {
  host_->remove_forward(forward_);
  (void)kernel_.kill(*process_, kernel::kSigKill);
}

}  // namespace drydock::machine
