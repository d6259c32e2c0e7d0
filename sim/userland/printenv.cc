// printenv.cc — print all or some of the environment.

#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {
constexpr About kAbout{.usage = "[OPTION]... [VARIABLE]...",
                       .gnu = "0 null",
                       .busybox = "",
                       .order = Order::stop_at_operand,
                       .refusal = 2};
}

Task<int> printenv_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status, 2);
  const std::string_view end(line.has("0") ? "\0" : "\n", 1);
  if (line.operands.empty()) {
    for (const std::string& entry : self.environ()) {
      out.say(entry);
      out.say(end);
    }
    co_return co_await out.finish(0, 2);
  }
  int status = 0;
  for (const std::string& name : line.operands) {
    const auto value = self.getenv(name);
    if (value) {
      out.say(*value);
      out.say(end);
    } else {
      status = 1;
    }
  }
  co_return co_await out.finish(status, 2);
}

}  // namespace drydock::userland
