// stream_socket.cc — connections: tcp(7), and unix(7) streams.

#include <fmt/format.h>

#include <algorithm>

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/socket.h"

namespace drydock::kernel {

Bytes Channel::take(std::size_t count) {
  Bytes bytes = held.substr(at, count);
  at += bytes.size();
  if (at == held.size()) {
    held.clear();
    at = 0;
  } else if (at >= kCapacity) {
    held.erase(0, at);
    at = 0;
  }
  writable.notify_all();
  return bytes;
}

namespace {

void notify(Connection& connection) {
  for (Channel& channel : connection.to) {
    channel.readable.notify_all();
    channel.writable.notify_all();
  }
}

void reset(Connection& connection) {
  connection.reset = true;
  notify(connection);
}

}  // namespace

vfs::Attributes Socket::attributes() const {
  vfs::Attributes file;
  file.type = vfs::FileType::socket;
  file.mode = 0777;
  file.ino = ino_;
  return file;
}

std::string Socket::title() const { return fmt::format("socket:[{}]", ino_); }

StreamSocket::StreamSocket(SocketFamily family, std::uint64_t ino,
                           std::shared_ptr<NetStack> stack)
    : Socket(family, ino, std::move(stack)) {}

StreamSocket::StreamSocket(SocketFamily family, std::uint64_t ino,
                           std::shared_ptr<NetStack> stack, Arrival arrival,
                           int side)
    : Socket(family, ino, std::move(stack)),
      connection_(std::move(arrival.connection)),
      side_(side) {
  local_ = std::move(arrival.local);
  peer_ = std::move(arrival.peer);
}

StreamSocket::~StreamSocket() {
  own_->closed = true;
  own_->listening = false;
  for (const Arrival& arrival : own_->arrivals) reset(*arrival.connection);
  own_->arrivals.clear();
  own_->room.notify_all();
  if (bound_) stack_->unbind(false, local_.ip, local_.port);
  if (connection_) close_connection();
}

/// close(2): a FIN; or, with bytes that nobody has read, a RST.
void StreamSocket::close_connection() {
  if (in().size() > 0) {
    reset(*connection_);
    return;
  }
  in().deaf = true;
  out().finished = true;
  notify(*connection_);
}

SysOutcome StreamSocket::bind_inet(const SocketAddress& address) {
  if (bound_) return Errno::einval;
  const SysResult<std::uint16_t> port =
      stack_->bind(false, address.ip, address.port, *own_);
  if (!port) return port.error();
  local_ = address;
  local_.port = *port;
  bound_ = true;
  return ok();
}

SysOutcome StreamSocket::listen(std::size_t backlog) {
  if (connection_) return Errno::einval;
  if (family_ == SocketFamily::inet && !bound_) {
    const SysOutcome bound = bind_inet(SocketAddress());
    if (!bound) return bound;
  }
  if (family_ == SocketFamily::unix_domain && local_.path.empty()) {
    return Errno::einval;
  }
  own_->listening = true;
  own_->backlog = std::min<std::size_t>(backlog, 128);  // somaxconn
  return ok();
}

SysOutcome StreamSocket::try_connect(Listener& to, const Reach& reach,
                                     const SocketAddress& peer) {
  if (!to.listening || to.closed) return Errno::econnrefused;
  if (to.arrivals.size() > to.backlog) return Errno::eagain;
  if (family_ == SocketFamily::inet && !bound_) {
    const SysOutcome bound = bind_inet(SocketAddress());
    if (!bound) return bound;
    local_.ip = reach.source;
    stack_->unbind(false, kAnyAddress, local_.port);
    static_cast<void>(stack_->bind(false, local_.ip, local_.port, *own_));
  }
  Arrival arrival;
  arrival.connection = std::make_shared<Connection>();
  arrival.local = peer;
  arrival.local.ip = reach.destination;
  arrival.local.port = reach.port;
  arrival.peer = local_;
  if (!reach.seen_source.is_any()) arrival.peer.ip = reach.seen_source;
  connection_ = arrival.connection;
  peer_ = peer;
  to.arrivals.push_back(std::move(arrival));
  to.arrived.notify_all();
  return ok();
}

SysResult<Arrival> StreamSocket::try_accept() {
  if (!own_->listening) return Errno::einval;
  if (own_->arrivals.empty()) return Errno::eagain;
  Arrival arrival = std::move(own_->arrivals.front());
  own_->arrivals.pop_front();
  own_->room.notify_all();
  return arrival;
}

SysOutcome StreamSocket::shutdown(bool read, bool write) {
  if (!connection_) return Errno::enotconn;
  if (read) in().finished = true;
  if (write) out().finished = true;
  notify(*connection_);
  return ok();
}

SysResult<Bytes> StreamSocket::try_read(KernelProcess&, std::size_t count) {
  return receive(count);
}

SysResult<Bytes> StreamSocket::receive(std::size_t count) {
  if (!connection_) return Errno::enotconn;
  if (in().size() > 0) {
    Bytes bytes = in().take(count);
    stack_->count(local_.ip, static_cast<std::int64_t>(bytes.size()), 0);
    return bytes;
  }
  if (connection_->reset) {
    if (std::exchange(reset_reported_, true)) return Bytes();
    return Errno::econnreset;
  }
  if (in().finished) return Bytes();
  return Errno::eagain;
}

SysResult<std::int64_t> StreamSocket::try_write(KernelProcess& self,
                                                std::string_view bytes) {
  const SysResult<std::int64_t> sent = send(bytes);
  if (!sent && sent.error() == Errno::epipe) self.raise(kSigPipe);
  return sent;
}

SysResult<std::int64_t> StreamSocket::send(std::string_view bytes) {
  if (!connection_) return Errno::enotconn;
  const bool reset_news = connection_->reset && !reset_reported_;
  if (reset_news) {
    reset_reported_ = true;
    return Errno::econnreset;
  }
  if (connection_->reset || out().finished) return Errno::epipe;
  if (bytes.empty()) return std::int64_t{0};
  if (out().deaf) {
    // The bytes leave; what comes back is a RST.
    reset(*connection_);
    if (family_ == SocketFamily::inet) {
      reset_reported_ = true;
      return static_cast<std::int64_t>(bytes.size());
    }
    return Errno::epipe;
  }
  if (out().size() >= Channel::kCapacity) return Errno::eagain;
  const std::size_t taken =
      std::min(bytes.size(), Channel::kCapacity - out().size());
  stack_->count(local_.ip, 0, static_cast<std::int64_t>(taken));
  out().held += bytes.substr(0, taken);
  out().readable.notify_all();
  return static_cast<std::int64_t>(taken);
}

WaitQueue* StreamSocket::read_queue() {
  return connection_ ? &in().readable : &own_->arrived;
}

WaitQueue* StreamSocket::write_queue() {
  return connection_ ? &out().writable : &own_->room;
}

bool StreamSocket::read_ready() const {
  if (own_->listening) return !own_->arrivals.empty();
  if (!connection_) return false;
  return in().size() > 0 || in().finished || connection_->reset;
}

bool StreamSocket::write_ready() const {
  if (!connection_) return false;
  return out().size() < Channel::kCapacity || connection_->reset || out().deaf;
}

bool StreamSocket::hung_up() const {
  if (!connection_) return false;
  return connection_->reset || (in().finished && out().finished);
}

std::string_view StreamSocket::state_name() const {
  if (own_->listening) return "LISTEN";
  if (!connection_) return "CLOSE";
  if (in().finished && out().finished) return "LAST_ACK";
  if (in().finished) return "CLOSE_WAIT";
  if (out().finished) return "FIN_WAIT2";
  return "ESTABLISHED";
}

}  // namespace drydock::kernel
