// socket_calls.cc — the system calls of sockets.

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/socket.h"

namespace drydock::kernel {

namespace {

/// How long a host asks for a neighbour's address before it gives up.
constexpr Nanoseconds kNeighbourTimeout = 3 * kSecond;
/// When tcp_syn_retries = 6 are used up: 1 + 2 + 4 + ... + 64 s.
constexpr Nanoseconds kSynTimeout = 127 * kSecond;
constexpr std::size_t kUnixPathMax = 107;

}  // namespace

SysResult<std::shared_ptr<Socket>> KernelProcess::socket_of(Fd fd) {
  const OpenFileRef file = fds_.get(fd);
  if (!file) return Errno::ebadf;
  auto socket = std::dynamic_pointer_cast<Socket>(file);
  if (!socket) return Errno::enotsock;
  return socket;
}

SysResult<Fd> KernelProcess::socket(SocketFamily family, SocketType type) {
  const std::uint64_t ino = kernel_.next_ino();
  const std::shared_ptr<NetStack>& stack = namespaces_->net->stack;
  if (type == SocketType::stream) {
    return install(std::make_shared<StreamSocket>(family, ino, stack), 0);
  }
  if (family != SocketFamily::inet) return Errno::eprotonosupport;
  return install(std::make_shared<DatagramSocket>(family, ino, stack), 0);
}

SysResult<std::pair<Fd, Fd>> KernelProcess::socketpair() {
  const std::shared_ptr<NetStack>& stack = namespaces_->net->stack;
  Arrival both;
  both.connection = std::make_shared<Connection>();
  Fd fds[2] = {-1, -1};
  for (int side = 0; side < 2; ++side) {
    const SysResult<Fd> fd = install(
        std::make_shared<StreamSocket>(SocketFamily::unix_domain,
                                       kernel_.next_ino(), stack, both, side),
        0);
    if (!fd) {
      if (side == 1) static_cast<void>(close(fds[0]));
      return fd.error();
    }
    fds[side] = *fd;
  }
  return std::pair(fds[0], fds[1]);
}

SysOutcome KernelProcess::bind(Fd fd, const SocketAddress& address) {
  const SysResult<std::shared_ptr<Socket>> socket = socket_of(fd);
  if (!socket) return socket.error();
  if ((*socket)->family() == SocketFamily::unix_domain) {
    return bind_unix(*socket, address);
  }
  const bool reserved =
      address.port > 0 &&
      address.port < namespaces_->net->unprivileged_port_start;
  if (reserved && !may(vfs::Capability::net_bind_service)) {
    return Errno::eacces;
  }
  return (*socket)->bind_inet(address);
}

SysOutcome KernelProcess::bind_unix(const std::shared_ptr<Socket>& socket,
                                    const SocketAddress& name) {
  if (name.path.empty() || name.path.size() > kUnixPathMax) {
    return Errno::einval;
  }
  if (!socket->local().path.empty()) return Errno::einval;
  vfs::NewFile node;
  node.type = vfs::FileType::socket;
  node.mode = 0777 & ~umask_;
  const SysOutcome made = make(name.path, node);
  if (!made) {
    return made.error() == Errno::eexist ? Errno::eaddrinuse : made.error();
  }
  const SysResult<vfs::Location> place = resolve(name.path, vfs::Last::keep);
  if (!place) return place.error();
  kernel_.unix_socket(place->inode) = socket;
  std::static_pointer_cast<StreamSocket>(socket)->bind_unix(name);
  return ok();
}

SysOutcome KernelProcess::listen(Fd fd, int backlog) {
  const SysResult<std::shared_ptr<Socket>> socket = socket_of(fd);
  if (!socket) return socket.error();
  return (*socket)->listen(backlog < 0 ? 0 : static_cast<std::size_t>(backlog));
}

Task<SysResult<Accepted>> KernelProcess::accept(Fd fd) {
  co_await enter();
  const SysResult<std::shared_ptr<Socket>> found = socket_of(fd);
  if (!found) co_return found.error();
  const auto socket = std::dynamic_pointer_cast<StreamSocket>(*found);
  if (!socket) co_return Errno::eopnotsupp;
  for (;;) {
    SysResult<Arrival> arrival = socket->try_accept();
    if (arrival) {
      const SocketAddress peer = arrival->peer;
      const SysResult<Fd> accepted =
          install(std::make_shared<StreamSocket>(
                      socket->family(), kernel_.next_ino(),
                      namespaces_->net->stack, std::move(*arrival), 1),
                  0);
      if (!accepted) co_return accepted.error();
      Accepted answer;
      answer.fd = *accepted;
      answer.peer = peer;
      co_return answer;
    }
    const bool waits = arrival.error() == Errno::eagain;
    if (!waits || socket->non_blocking()) co_return arrival.error();
    if (interrupted()) co_return Errno::eintr;
    co_await EitherWait(&socket->listener()->arrived, signals_);
  }
}

/// Who is behind a unix socket's path.
SysResult<OpenFileRef> KernelProcess::unix_peer(const std::string& path) {
  const SysResult<vfs::Location> place = resolve(path, vfs::Last::follow);
  if (!place) return place.error();
  const vfs::Attributes file = place->inode->attributes();
  const unsigned write = static_cast<unsigned>(vfs::Access::write);
  if (file.type != vfs::FileType::socket) return Errno::econnrefused;
  if (!vfs::permits(file, view_.who, write)) return Errno::eacces;
  OpenFileRef peer = kernel_.unix_socket(place->inode).lock();
  if (!peer) return Errno::econnrefused;
  return peer;
}

/// EAGAIN when the listener found has no room now.
SysOutcome KernelProcess::connect_now(StreamSocket& socket,
                                      const SocketAddress& address,
                                      ListenerRef* listener) {
  Reach reach;
  if (socket.family() == SocketFamily::unix_domain) {
    const SysResult<OpenFileRef> peer = unix_peer(address.path);
    if (!peer) return peer.error();
    const auto other = std::dynamic_pointer_cast<StreamSocket>(*peer);
    if (!other) return Errno::eprototype;
    *listener = other->listener();
  } else {
    const SysResult<Reach> found =
        socket.stack().reach(address.ip, address.port, false);
    if (!found) return found.error();
    reach = *found;
    PortUse* const use =
        reach.stack->find(false, reach.destination, reach.port);
    auto* const other = dynamic_cast<Listener*>(use);
    if (!other || !other->listening) return Errno::econnrefused;
    *listener = other->shared_from_this();
  }
  return socket.try_connect(**listener, reach, address);
}

Task<SysOutcome> KernelProcess::connect_stream(
    std::shared_ptr<StreamSocket> socket, SocketAddress address) {
  if (socket->is_connected()) co_return Errno::eisconn;
  if (socket->is_listening()) co_return Errno::eisconn;
  for (;;) {
    ListenerRef listener;
    const SysOutcome connected = connect_now(*socket, address, &listener);
    if (connected) co_return connected;
    const Errno error = connected.error();
    if (error == Errno::ehostunreach || error == Errno::etimedout) {
      const Nanoseconds patience =
          error == Errno::etimedout ? kSynTimeout : kNeighbourTimeout;
      const SysOutcome waited = co_await nanosleep(patience);
      co_return waited ? error : waited.error();
    }
    if (error != Errno::eagain || socket->non_blocking()) co_return error;
    if (interrupted()) co_return Errno::eintr;
    co_await EitherWait(&listener->room, signals_);
  }
}

Task<SysOutcome> KernelProcess::connect(Fd fd, SocketAddress address) {
  co_await enter();
  const SysResult<std::shared_ptr<Socket>> found = socket_of(fd);
  if (!found) co_return found.error();
  const auto stream = std::dynamic_pointer_cast<StreamSocket>(*found);
  if (stream) {
    const SysOutcome connected = co_await connect_stream(stream, address);
    co_return connected;
  }
  const SysResult<Reach> reach =
      (*found)->stack().reach(address.ip, address.port, true);
  if (!reach && reach.error() == Errno::enetunreach) co_return reach.error();
  static_cast<DatagramSocket&>(**found).connect(address);
  co_return ok();
}

SysOutcome KernelProcess::shutdown(Fd fd, bool read, bool write) {
  const SysResult<std::shared_ptr<Socket>> socket = socket_of(fd);
  if (!socket) return socket.error();
  return (*socket)->shutdown(read, write);
}

SysOutcome KernelProcess::set_reuse_address(Fd fd, bool on) {
  const SysResult<std::shared_ptr<Socket>> socket = socket_of(fd);
  if (!socket) return socket.error();
  (*socket)->set_reuse_address(on);
  return ok();
}

SysResult<SocketAddress> KernelProcess::getsockname(Fd fd) {
  const SysResult<std::shared_ptr<Socket>> socket = socket_of(fd);
  if (!socket) return socket.error();
  return (*socket)->local();
}

SysResult<SocketAddress> KernelProcess::getpeername(Fd fd) {
  const SysResult<std::shared_ptr<Socket>> socket = socket_of(fd);
  if (!socket) return socket.error();
  if ((*socket)->peer() == SocketAddress()) return Errno::enotconn;
  return (*socket)->peer();
}

SysOutcome KernelProcess::sendto(Fd fd, std::string_view bytes,
                                 const SocketAddress& to) {
  const SysResult<std::shared_ptr<Socket>> socket = socket_of(fd);
  if (!socket) return socket.error();
  const auto datagram = std::dynamic_pointer_cast<DatagramSocket>(*socket);
  if (!datagram) return Errno::eisconn;
  return datagram->send(to, bytes);
}

Task<SysResult<Datagram>> KernelProcess::recvfrom(Fd fd, std::size_t count) {
  co_await enter();
  const SysResult<std::shared_ptr<Socket>> found = socket_of(fd);
  if (!found) co_return found.error();
  const auto socket = std::dynamic_pointer_cast<DatagramSocket>(*found);
  if (!socket) co_return Errno::eopnotsupp;
  for (;;) {
    SysResult<Datagram> datagram = socket->try_receive(count);
    if (datagram) co_return datagram;
    const bool waits = datagram.error() == Errno::eagain;
    if (!waits || socket->non_blocking()) co_return datagram.error();
    if (interrupted()) co_return Errno::eintr;
    co_await EitherWait(socket->read_queue(), signals_);
  }
}

}  // namespace drydock::kernel
