// sleep.cc — wait for the sum of some spans of time.

#include "sim/userland/format.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {
constexpr About kAbout{
    .usage = "NUMBER[SUFFIX]...", .gnu = "", .order = Order::stop_at_operand};
}

Task<int> sleep_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    const int status = refuse(out, kAbout, "missing operand");
    co_return co_await out.finish(status);
  }
  constexpr Nanoseconds kForever = INT64_MAX / 4;
  Nanoseconds sum = 0;
  for (const std::string& word : line.operands) {
    const bool endless = word == "infinity" || word == "inf";
    const auto span = endless ? kForever : parse_span(word);
    if (!span && out.busybox()) {
      out.complain("invalid number " + quoted(out, word));
      co_return co_await out.finish(1);
    }
    if (!span) out.complain("invalid time interval " + quoted(word));
    if (span) sum = std::min(sum + *span, kForever);
  }
  if (out.complained()) {
    advise(out, kAbout);
    co_return co_await out.finish(1);
  }
  const Time end = self.now() + sum;
  while (self.now() < end) {
    const SysOutcome slept = co_await self.nanosleep(end - self.now());
    if (!slept && slept.error() != Errno::eintr) co_return 1;
  }
  co_return 0;
}

}  // namespace drydock::userland
