// socket.h — socket(2) and its family: TCP, UDP and unix sockets.
//
// Programs use the calls of Process; here is what those are made of.

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "sim/kernel/net_stack.h"
#include "sim/kernel/open_file.h"

namespace drydock::kernel {

/// One direction of a connection.
struct Channel {
  static constexpr std::size_t kCapacity = 208 * 1024;  // SO_SNDBUF + SO_RCVBUF
  Bytes held;
  std::size_t at = 0;     // Bytes of `held` that were read.
  bool finished = false;  // FIN: the writer sends no more.
  bool deaf = false;      // The reader has closed: more gets a RST.
  WaitQueue readable, writable;

  std::size_t size() const { return held.size() - at; }
  Bytes take(std::size_t count);
};

/// Two channels; side 0 connected, side 1 accepted.
struct Connection {
  Channel to[2];  // to[s] is what side s reads.
  bool reset = false;
};
using ConnectionRef = std::shared_ptr<Connection>;

/// A connection that waits to be accepted.
struct Arrival {
  ConnectionRef connection;
  SocketAddress local, peer;
};

/// listen(2): what a bound name leads to.
struct Listener : PortUse, std::enable_shared_from_this<Listener> {
  std::size_t backlog = 0;
  std::deque<Arrival> arrivals;
  bool closed = false;
  WaitQueue arrived, room;
};
using ListenerRef = std::shared_ptr<Listener>;

/// A socket's place in its stack's ring.
struct SocketPlace : Link {};

/// What the calls of this family are asked of.
class Socket : public OpenFile, public SocketPlace {
 public:
  Socket(SocketFamily family, std::uint64_t ino,
         std::shared_ptr<NetStack> stack)
      : OpenFile(kReadWrite),
        family_(family),
        ino_(ino),
        stack_(std::move(stack)) {
    SocketPlace::insert_before(stack_->sockets());
  }
  ~Socket() override { SocketPlace::unlink(); }

  SocketFamily family() const { return family_; }
  std::uint64_t ino() const { return ino_; }
  NetStack& stack() { return *stack_; }
  const SocketAddress& local() const { return local_; }
  const SocketAddress& peer() const { return peer_; }

  virtual SysOutcome bind_inet(const SocketAddress& address) = 0;
  virtual SysOutcome listen(std::size_t) { return Errno::eopnotsupp; }
  virtual SysOutcome shutdown(bool read, bool write) = 0;
  virtual void set_reuse_address(bool on) = 0;

  vfs::Attributes attributes() const override;
  std::string title() const override;

 protected:
  SocketFamily family_;
  std::uint64_t ino_;
  std::shared_ptr<NetStack> stack_;
  SocketAddress local_, peer_;
};

/// SOCK_STREAM.
class StreamSocket final : public Socket {
 public:
  StreamSocket(SocketFamily family, std::uint64_t ino,
               std::shared_ptr<NetStack> stack);
  /// One that has been accepted.
  StreamSocket(SocketFamily family, std::uint64_t ino,
               std::shared_ptr<NetStack> stack, Arrival arrival, int side);
  ~StreamSocket() override;

  SysOutcome bind_inet(const SocketAddress& address) override;
  SysOutcome listen(std::size_t backlog) override;
  SysOutcome shutdown(bool read, bool write) override;
  void set_reuse_address(bool on) override { own_->reuse_address = on; }

  /// For unix sockets: the name is an inode that the caller has made.
  void bind_unix(SocketAddress name) { local_ = std::move(name); }
  const ListenerRef& listener() const { return own_; }
  bool is_listening() const { return own_->listening; }
  bool is_connected() const { return connection_ != nullptr; }

  /// EAGAIN while there is no room: wait in the listener's `room`.
  SysOutcome try_connect(Listener& to, const Reach& reach,
                         const SocketAddress& peer);
  /// The oldest arrival; EAGAIN when there is none.
  SysResult<Arrival> try_accept();
  /// send(2) with MSG_NOSIGNAL and recv(2), without waiting.
  SysResult<std::int64_t> send(std::string_view bytes);
  SysResult<Bytes> receive(std::size_t count);

  SysResult<Bytes> try_read(KernelProcess& self, std::size_t count) override;
  SysResult<std::int64_t> try_write(KernelProcess& self,
                                    std::string_view bytes) override;
  WaitQueue* read_queue() override;
  WaitQueue* write_queue() override;
  bool read_ready() const override;
  bool write_ready() const override;
  bool hung_up() const override;

  std::string_view state_name() const;  // "LISTEN", "ESTABLISHED", ...

 private:
  Channel& in() const { return connection_->to[side_]; }
  Channel& out() const { return connection_->to[1 - side_]; }
  void close_connection();

  ListenerRef own_ = std::make_shared<Listener>();
  bool bound_ = false;
  ConnectionRef connection_;
  int side_ = 0;
  bool reset_reported_ = false;
};

/// What receives datagrams at a port: a socket, or a part of the network.
struct DatagramPort : PortUse {
  /// `back` is whom an answer would go to, if the sender can take one.
  virtual void receive(Datagram datagram, DatagramPort* back) = 0;
};

/// SOCK_DGRAM.
class DatagramSocket final : public Socket, public DatagramPort {
 public:
  static constexpr std::size_t kQueueMax = 208 * 1024;  // net.core.rmem_max

  using Socket::Socket;
  ~DatagramSocket() override;

  SysOutcome bind_inet(const SocketAddress& address) override;
  SysOutcome shutdown(bool read, bool write) override;
  void set_reuse_address(bool on) override { reuse_address = on; }
  void connect(SocketAddress peer) { peer_ = std::move(peer); }

  /// Sends; what finds no receiver is lost, as on a real network.
  SysOutcome send(SocketAddress to, std::string_view bytes);
  SysResult<Datagram> try_receive(std::size_t count);

  SysResult<Bytes> try_read(KernelProcess& self, std::size_t count) override;
  SysResult<std::int64_t> try_write(KernelProcess& self,
                                    std::string_view bytes) override;
  WaitQueue* read_queue() override { return &arrived_; }
  bool read_ready() const override { return !queue_.empty() || refused_; }

 private:
  void receive(Datagram datagram, DatagramPort* back) override;

  std::deque<Datagram> queue_;
  std::size_t queued_ = 0;
  bool refused_ = false;  // ICMP: port unreachable.
  bool bound_ = false;
  WaitQueue arrived_;
};

}  // namespace drydock::kernel
