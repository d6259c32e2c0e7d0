// net_namespace.h — network_namespaces(7): a network stack of one's own.

#pragma once

#include <cstdint>
#include <memory>

#include "sim/kernel/net_stack.h"

namespace drydock::kernel {

struct NetNamespace {
  std::uint64_t ino = 0;
  std::shared_ptr<NetStack> stack;  // Shared with its sockets.
};
using NetNamespaceRef = std::shared_ptr<NetNamespace>;

}  // namespace drydock::kernel
