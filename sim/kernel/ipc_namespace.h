// ipc_namespace.h — ipc_namespaces(7): a record; no IPC objects are modelled.

#pragma once

#include <cstdint>
#include <memory>

namespace drydock::kernel {

struct IpcNamespace {
  std::uint64_t ino = 0;
};
using IpcNamespaceRef = std::shared_ptr<IpcNamespace>;

}  // namespace drydock::kernel
