// clear.cc — clear and reset the terminal, by the sequences that all common
// terminals share.

#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {
constexpr About kAbout{.usage = "", .gnu = ""};
}

Task<int> clear_main(kernel::Process& self) {
  Output out(self);
  if (!out.busybox() && self.getenv("TERM").value_or("").empty()) {
    out.complain_plain("TERM environment variable not set.\n");
    co_return co_await out.finish(1);
  }
  out.say("\x1b[H\x1b[2J");
  co_return co_await out.finish(0);
}

Task<int> reset_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (self.isatty(kernel::kStdin)) {
    const kernel::Termios sane;
    static_cast<void>(self.tcsetattr(kernel::kStdin, sane));
  }
  out.say(
      "\x1b"
      "c\x1b(B\x1b[m\x1b[J\x1b[?25h");
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
