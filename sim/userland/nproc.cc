// nproc.cc — how many processors there are.

#include <algorithm>

#include "sim/kernel/kernel.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {
constexpr About kAbout{.usage = "[OPTION]...", .gnu = "all, ignore="};
}

Task<int> nproc_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  std::int64_t count = self.kernel().identity.cpus;
  if (const auto ignored = line.value("ignore")) {
    const auto less = parse_int(*ignored);
    if (!less || *less < 0) {
      out.complain("invalid number to ignore: " + quoted(out, *ignored));
      co_return co_await out.finish(1);
    }
    count = std::max<std::int64_t>(count - *less, 1);
  }
  out.say(std::to_string(count) + "\n");
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
