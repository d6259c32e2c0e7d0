// port_proxy.h — docker-proxy: one process of the host for a published port.
//
// It listens on the host's port and carries what comes to the container; it
// is how localhost reaches a container, and what says that the port is taken.
// A connection is accepted before anybody knows whether the container listens;
// if it does not, the client's connection is reset.

#pragma once

#include <memory>

#include "sim/engine/backend.h"
#include "sim/kernel/kernel.h"

namespace drydock::machine {

/// A published port; forgetting it gives the port back.
class PortProxy {
 public:
  /// EADDRINUSE when a process of the host, or another proxy, has the port.
  static SysResult<std::unique_ptr<PortProxy>> open(
      kernel::Kernel& kernel, std::shared_ptr<kernel::NetStack> host,
      const engine::PortBinding& binding, kernel::Ipv4 container);

  PortProxy(const PortProxy&) = delete;
  ~PortProxy();

 private:
  PortProxy(kernel::Kernel& kernel, std::shared_ptr<kernel::NetStack> host,
            kernel::PortForward forward)
      : kernel_(kernel), host_(std::move(host)), forward_(forward) {}

  kernel::Kernel& kernel_;
  std::shared_ptr<kernel::NetStack> host_;
  kernel::PortForward forward_;
  kernel::ProcessHandleRef process_;
};

}  // namespace drydock::machine
