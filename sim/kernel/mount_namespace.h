// mount_namespace.h — mount_namespaces(7): which tree a process sees.

#pragma once

#include <cstdint>
#include <memory>

#include "sim/vfs/walk.h"

namespace drydock::kernel {

struct MountNamespace {
  vfs::MountTable table;
  std::uint64_t ino = 0;
};
using MountNamespaceRef = std::shared_ptr<MountNamespace>;

}  // namespace drydock::kernel
