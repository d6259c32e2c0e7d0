// user_namespace.h — user_namespaces(7): a record; ids are not mapped.

#pragma once

#include <cstdint>
#include <memory>

namespace drydock::kernel {

struct UserNamespace {
  std::uint64_t ino = 0;
};
using UserNamespaceRef = std::shared_ptr<UserNamespace>;

}  // namespace drydock::kernel
