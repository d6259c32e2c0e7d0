// ipc_namespace.h — ipc_namespaces(7): a record; no IPC objects are modelled.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace drydock::kernel {

struct IpcNamespace {
  std::uint64_t ino = 0;
  /// kernel.shm*, kernel.msg*, kernel.sem, where somebody has set it.
  std::map<std::string, std::string, std::less<>> sysctls;
};
using IpcNamespaceRef = std::shared_ptr<IpcNamespace>;

}  // namespace drydock::kernel
