// dial.cc — socket(2) and connect(2), within a time.

#include "sim/userland/net/dial.h"

namespace drydock::userland {

Task<Dialled> dial(kernel::Process& self, kernel::SocketAddress address,
                   std::optional<Nanoseconds> limit) {
  Dialled dialled;
  const bool local = !address.path.empty();
  const SysResult<kernel::Fd> fd = self.socket(
      local ? kernel::SocketFamily::unix_domain : kernel::SocketFamily::inet,
      kernel::SocketType::stream);
  if (!fd) {
    dialled.error = fd.error();
    co_return dialled;
  }
  Bounded bounded(self, limit);
  const std::optional<SysOutcome> connected =
      co_await bounded.run(self.connect(*fd, address));
  if (connected && *connected) {
    dialled.fd = *fd;
    co_return dialled;
  }
  dialled.timed_out = !connected;
  if (connected) dialled.error = connected->error();
  static_cast<void>(self.close(*fd));
  co_return dialled;
}

}  // namespace drydock::userland
