// time.cc — run a program and tell how long it took.
//
// Processor time is not modelled; like everything that is not waiting, it takes
// none, so user and system time are zero.

#include <fmt/format.h>

#include "sim/userland/launch.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{.usage = "[-p] COMMAND [ARG]...",
                       .gnu =
                           "p portability, v verbose, o output=, a append, "
                           "f format=, q quiet",
                       .busybox = "p, v",
                       .order = Order::stop_at_operand,
                       .refusal = 125};

std::string report(const Output& out, bool portable, Nanoseconds span) {
  const std::int64_t hundredths = span / (kSecond / 100);
  const std::int64_t minutes = hundredths / 6000, rest = hundredths % 6000;
  if (portable) {
    return fmt::format("real {}.{:02}\nuser 0.00\nsys 0.00\n", hundredths / 100,
                       hundredths % 100);
  }
  if (out.busybox()) {
    return fmt::format("real\t{}m {}.{:02}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n",
                       minutes, rest / 100, rest % 100);
  }
  return fmt::format(
      "0.00user 0.00system {}:{:02}.{:02}elapsed 0%CPU (0avgtext+0avgdata "
      "0maxresident)k\n0inputs+0outputs (0major+0minor)pagefaults 0swaps\n",
      minutes, rest / 100, rest % 100);
}

}  // namespace

Task<int> time_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  for (const char* const key : {"v", "o", "f", "a"}) {
    if (!line.has(key)) continue;
    out.complain_plain(fmt::format("drydock: time -{} is not modelled\n", key));
    co_return co_await out.finish(125);
  }
  if (line.operands.empty()) {
    advise(out, kAbout);
    const int status = out.busybox() ? 1 : 125;
    co_return co_await out.finish(status);
  }
  const Time begin = self.now();
  const std::string prefix = out.name() + ": cannot run ";
  const auto child = start(self, line.operands, self.environ(), prefix);
  if (!child) {
    out.complain("cannot fork", child.error());
    co_return co_await out.finish(1);
  }
  for (const int signal : {kSigInt, kSigQuit}) {
    static_cast<void>(self.sigaction(signal, Disposition::ignore));
  }
  const SysResult<WaitStatus> status = co_await self.wait4(*child);
  const int code = status ? status->shell_status() : 1;
  if (status && status->kind == WaitStatus::Kind::signaled) {
    out.complain_plain(
        fmt::format("Command terminated by signal {}\n", status->code));
  } else if (code != 0 && !line.has("p") && !line.has("q")) {
    out.complain_plain(
        fmt::format("Command exited with non-zero status {}\n", code));
  }
  out.complain_plain(report(out, line.has("p"), self.now() - begin));
  co_return co_await out.finish(code);
}

}  // namespace drydock::userland
