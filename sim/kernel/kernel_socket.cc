// kernel_socket.cc — connect, read and write, waiting where a process would.

#include "sim/kernel/kernel_socket.h"

#include <utility>

namespace drydock::kernel {

namespace {

/// As in socket_calls.cc: how long a neighbour's address is asked for, and how
/// long a SYN is sent again.
constexpr Nanoseconds kNeighbourTimeout = 3 * kSecond;
constexpr Nanoseconds kSynTimeout = 127 * kSecond;

}  // namespace

KernelSocket::KernelSocket(Scheduler& scheduler,
                           std::shared_ptr<NetStack> stack, std::uint64_t ino)
    : scheduler_(scheduler),
      socket_(SocketFamily::inet, ino, std::move(stack)) {}

Task<SysOutcome> KernelSocket::connect(SocketAddress address) {
  for (;;) {
    const SysResult<Reach> reach =
        socket_.stack().reach(address.ip, address.port, false);
    if (!reach) {
      const Errno error = reach.error();
      const Nanoseconds patience = error == Errno::ehostunreach
                                       ? kNeighbourTimeout
                                   : error == Errno::etimedout ? kSynTimeout
                                                               : 0;
      const Time due = scheduler_.now() + patience;
      co_await sleep_until(scheduler_, due);
      co_return error;
    }
    PortUse* const use =
        reach->stack->find(false, reach->destination, reach->port);
    auto* const found = dynamic_cast<Listener*>(use);
    if (!found || !found->listening) co_return Errno::econnrefused;
    const ListenerRef listener = found->shared_from_this();
    const SysOutcome connected =
        socket_.try_connect(*listener, *reach, address);
    if (connected || connected.error() != Errno::eagain) co_return connected;
    co_await listener->room.wait();
  }
}

Task<SysResult<Bytes>> KernelSocket::read(std::size_t count) {
  for (;;) {
    SysResult<Bytes> bytes = socket_.receive(count);
    if (bytes || bytes.error() != Errno::eagain) co_return bytes;
    co_await socket_.read_queue()->wait();
  }
}

Task<SysOutcome> KernelSocket::write(Bytes bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const SysResult<std::int64_t> taken =
        socket_.send(std::string_view(bytes).substr(at));
    if (taken) {
      at += static_cast<std::size_t>(*taken);
      continue;
    }
    if (taken.error() != Errno::eagain) co_return taken.error();
    co_await socket_.write_queue()->wait();
  }
  co_return ok();
}

}  // namespace drydock::kernel
