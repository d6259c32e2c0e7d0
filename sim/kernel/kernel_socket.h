// kernel_socket.h — a TCP connection of the machine's own, without a process.
//
// What kernel_connect(9) is to a kernel: daemons that are not modelled as
// processes speak to the network of the simulated machine through it.

#pragma once

#include <memory>

#include "sim/base/scheduler.h"
#include "sim/kernel/socket.h"

namespace drydock::kernel {

class KernelSocket {
 public:
  /// A socket of this stack; `ino` tells it apart in /proc/net.
  KernelSocket(Scheduler& scheduler, std::shared_ptr<NetStack> stack,
               std::uint64_t ino);

  /// Errors are connect(2)'s.
  Task<SysOutcome> connect(SocketAddress address);
  /// At least one byte; an empty answer is the end.
  Task<SysResult<Bytes>> read(std::size_t count);
  /// All of them.
  Task<SysOutcome> write(Bytes bytes);

 private:
  Scheduler& scheduler_;
  StreamSocket socket_;
};

}  // namespace drydock::kernel
