// uts_namespace.h — uts_namespaces(7): what the machine is called.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace drydock::kernel {

struct UtsNamespace {
  std::string hostname = "localhost";
  std::string domainname = "(none)";
  std::uint64_t ino = 0;
};
using UtsNamespaceRef = std::shared_ptr<UtsNamespace>;

}  // namespace drydock::kernel
