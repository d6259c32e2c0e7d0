// net_namespace.h — network_namespaces(7): a network stack of one's own.

#pragma once

#include <cstdint>
#include <memory>

namespace drydock::kernel {

class NetStack;  // Interfaces, routes, sockets: socket.h.

struct NetNamespace {
  std::uint64_t ino = 0;
  bool forwards = false;  // net.ipv4.ip_forward
  std::shared_ptr<NetStack> stack;
};
using NetNamespaceRef = std::shared_ptr<NetNamespace>;

}  // namespace drydock::kernel
