// sync.cc — flush files to disk.  Memory is all that this machine has, so what
// sync promises holds as soon as it is asked for.

#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {
constexpr About kAbout{.usage = "[OPTION]", .gnu = ""};
}

Task<int> sync_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (!line.operands.empty() && !out.busybox()) {
    out.complain("ignoring all arguments");
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
