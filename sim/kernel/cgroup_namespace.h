// cgroup_namespace.h — cgroup_namespaces(7): which cgroup looks like the root.

#pragma once

#include <cstdint>
#include <memory>

#include "sim/kernel/cgroup.h"

namespace drydock::kernel {

struct CgroupNamespace {
  CgroupRef root;
  std::uint64_t ino = 0;
};
using CgroupNamespaceRef = std::shared_ptr<CgroupNamespace>;

}  // namespace drydock::kernel
