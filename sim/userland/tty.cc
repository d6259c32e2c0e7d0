// tty.cc — print the name of the terminal on standard input.

#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {
constexpr About kAbout{.usage = "[OPTION]...",
                       .gnu = "s silent, quiet",
                       .busybox = "s",
                       .refusal = 2};
}

Task<int> tty_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status, 3);
  const auto name = self.ttyname(kernel::kStdin);
  const bool silent = line.has("s") || line.has("quiet");
  if (!silent) out.say(name ? *name + "\n" : "not a tty\n");
  const int status = name ? 0 : 1;
  co_return co_await out.finish(status, 3);
}

}  // namespace drydock::userland
