// port_proxy.h — a published port: the host listens and passes on what comes.

#pragma once

#include <memory>
#include <string>

#include "realmode/daemon/loop.h"
#include "realmode/sys/fd.h"
#include "sim/base/wait.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

/// A port of the host that leads into a container, as long as it is not
/// forgotten.
class PublishedPort {
 public:
  virtual ~PublishedPort() = default;
};

class PortProxy final : public PublishedPort {
 public:
  /// Listens; a port that another process has is a fault of its own kind.
  static Result<std::unique_ptr<PublishedPort>, engine::StartFault> open(
      Loop& loop, const engine::PortBinding& port, const std::string& to);

  PortProxy(Loop& loop, sys::Fd listener, std::string to, std::uint16_t port);
  PortProxy(const PortProxy&) = delete;

 private:
  static Task<void> accept_all(PortProxy& proxy);
  static Task<void> serve(Loop& loop, std::shared_ptr<sys::Fd> client,
                          std::string to, std::uint16_t port);

  Loop& loop_;
  sys::Fd listener_;
  Watched watched_;
  std::string to_;
  std::uint16_t port_;
  FiberScope fibers_;
};

}  // namespace drydock::realmode
