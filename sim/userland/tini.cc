// tini.cc — tini and docker-init: a PID 1 that runs one child, passes signals
// on to it and reaps what is orphaned.

#include <fmt/format.h>

#include "sim/userland/launch.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{.usage = "[OPTIONS] PROGRAM -- [ARGS]",
                       .gnu = "s, g, v, w, p=, e=",
                       .order = Order::stop_at_operand};

// Reaps whatever has ended; the status of the child once it is among them.
Task<std::optional<int>> reap(Process& self, Pid child) {
  const WaitOptions poll{true, false, false};
  std::optional<int> status;
  for (;;) {
    const SysResult<WaitStatus> ended = co_await self.wait4(-1, poll);
    if (!ended || ended->pid == 0) co_return status;
    if (ended->pid == child) status = ended->shell_status();
  }
}

}  // namespace

Task<int> tini_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    out.complain_plain(fmt::format("{} ({})\nUsage: {} {} | --version\n",
                                   out.name(), "tini version 0.18.0",
                                   out.name(), kAbout.usage));
    co_return co_await out.finish(1);
  }
  for (const SignalRow& row : kSignals) {
    const bool fixed = row.number == kSigKill || row.number == kSigStop;
    const bool tty = row.number == kSigTtin || row.number == kSigTtou;
    if (fixed) continue;
    static_cast<void>(self.sigaction(
        row.number, tty ? Disposition::ignore : Disposition::caught));
  }
  const std::string prefix =
      fmt::format("[FATAL tini ({})] exec failed: ", self.getpid() + 1);
  const auto child = start(self, line.operands, self.environ(), prefix);
  if (!child) {
    out.complain("fork failed", child.error());
    co_return co_await out.finish(1);
  }
  const Pid target = line.has("g") ? -*child : *child;
  for (;;) {
    const std::optional<int> status = co_await reap(self, *child);
    if (status) co_return *status;
    if (!self.signal_pending()) co_await self.pause();
    for (int signal = self.take_signal(); signal != 0;
         signal = self.take_signal()) {
      if (signal != kSigChld) co_await self.kill(target, signal);
    }
  }
}

}  // namespace drydock::userland
