// net_namespace.h — network_namespaces(7): a network stack of one's own.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "sim/kernel/net_stack.h"

namespace drydock::kernel {

struct NetNamespace {
  std::uint64_t ino = 0;
  std::shared_ptr<NetStack> stack;  // Shared with its sockets.
  /// net.*, where somebody has set it: "net/core/somaxconn" -> its text.
  std::map<std::string, std::string, std::less<>> sysctls;
  int unprivileged_port_start = 1024;
};
using NetNamespaceRef = std::shared_ptr<NetNamespace>;

}  // namespace drydock::kernel
