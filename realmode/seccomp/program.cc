// program.cc — libseccomp writes to a descriptor: a pipe that holds it all.

#include "realmode/seccomp/program.h"

#include <fcntl.h>

#include <cstring>

#include <fmt/format.h>

#include "realmode/sys/files.h"

namespace drydock::realmode {

Result<std::string> export_program(const SeccompRules& rules) {
  auto ends = sys::pipe();
  if (!ends) return ends.error();
  if (::fcntl(ends->write.get(), F_SETPIPE_SZ, 1 << 20) < 0) {
    return sys::refused("fcntl(F_SETPIPE_SZ)");
  }
  const int error = ::seccomp_export_bpf(rules.get(), ends->write.get());
  if (error != 0) {
    return Error{
        fmt::format("seccomp_export_bpf(): {}", std::strerror(-error))};
  }
  ends->write.close();
  return sys::read_all(ends->read.get());
}

}  // namespace drydock::realmode
