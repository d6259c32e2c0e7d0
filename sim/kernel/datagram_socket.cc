// datagram_socket.cc — udp(7): each message whole, or not at all.

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/socket.h"

namespace drydock::kernel {

namespace {

constexpr std::size_t kDatagramMax = 65507;

}  // namespace

DatagramSocket::~DatagramSocket() {
  if (bound_) stack_->unbind(true, local_.ip, local_.port);
}

SysOutcome DatagramSocket::bind_inet(const SocketAddress& address) {
  if (bound_) return Errno::einval;
  const SysResult<std::uint16_t> port =
      stack_->bind(true, address.ip, address.port, *this);
  if (!port) return port.error();
  local_ = address;
  local_.port = *port;
  bound_ = true;
  return ok();
}

SysOutcome DatagramSocket::shutdown(bool, bool) {
  return peer_ == SocketAddress() ? SysOutcome(Errno::enotconn) : ok();
}

void DatagramSocket::receive(Datagram datagram, DatagramPort*) {
  if (queued_ + datagram.bytes.size() > kQueueMax) return;  // Lost.
  queued_ += datagram.bytes.size() + 64;
  queue_.push_back(std::move(datagram));
  arrived_.notify_all();
}

SysOutcome DatagramSocket::send(SocketAddress to, std::string_view bytes) {
  if (bytes.size() > kDatagramMax) return Errno::emsgsize;
  if (std::exchange(refused_, false)) return Errno::econnrefused;
  if (!bound_) {
    const SysOutcome bound = bind_inet(SocketAddress());
    if (!bound) return bound;
  }
  const SysResult<Reach> reach = stack_->reach(to.ip, to.port, true);
  const bool no_way = !reach && reach.error() == Errno::enetunreach;
  if (no_way) return Errno::enetunreach;
  if (!reach) return ok();  // Lost on the way.
  PortUse* const use =
      reach->stack->find(true, reach->destination, reach->port);
  auto* const receiver = dynamic_cast<DatagramPort*>(use);
  if (!receiver) {
    // Only a connected socket hears that the port is unreachable.
    refused_ = peer_ == to;
    if (refused_) arrived_.notify_all();
    return ok();
  }
  Datagram datagram;
  datagram.bytes = bytes;
  datagram.from.ip = reach->seen_source;
  datagram.from.port = local_.port;
  stack_->count(reach->source, 0, static_cast<std::int64_t>(bytes.size()));
  reach->stack->count(reach->destination,
                      static_cast<std::int64_t>(bytes.size()), 0);
  receiver->receive(std::move(datagram), this);
  return ok();
}

SysResult<Datagram> DatagramSocket::try_receive(std::size_t count) {
  if (std::exchange(refused_, false)) return Errno::econnrefused;
  if (queue_.empty()) return Errno::eagain;
  Datagram datagram = std::move(queue_.front());
  queue_.pop_front();
  queued_ -= datagram.bytes.size() + 64;
  if (datagram.bytes.size() > count) datagram.bytes.resize(count);
  return datagram;
}

SysResult<Bytes> DatagramSocket::try_read(KernelProcess&, std::size_t count) {
  SysResult<Datagram> datagram = try_receive(count);
  if (!datagram) return datagram.error();
  return std::move(datagram->bytes);
}

SysResult<std::int64_t> DatagramSocket::try_write(KernelProcess&,
                                                  std::string_view bytes) {
  if (peer_ == SocketAddress()) return Errno::edestaddrreq;
  const SysOutcome sent = send(peer_, bytes);
  if (!sent) return sent.error();
  return static_cast<std::int64_t>(bytes.size());
}

}  // namespace drydock::kernel
