// timeout.cc — run a program for a limited time.

#include <fmt/format.h>

#include "sim/userland/format.h"
#include "sim/userland/launch.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION] DURATION COMMAND [ARG]...",
    .gnu = "foreground, k kill-after=, preserve-status, s signal=, v verbose",
    .busybox = "s=, k=, t=",
    .order = Order::stop_at_operand,
    .refusal = 125};

struct Limit {
  Nanoseconds span = 0;
  std::optional<Nanoseconds> kill_after;
  int signal = kSigTerm;
  bool verbose = false, preserve = false, foreground = false;
};

// Waits for the child until `end`; SIGCHLD, being caught, ends the sleep.
Task<std::optional<WaitStatus>> wait_until(Process& self, Pid child,
                                           std::optional<Time> end) {
  const WaitOptions poll{true, false, false};
  for (;;) {
    const SysResult<WaitStatus> status = co_await self.wait4(child, poll);
    if (status && status->pid != 0) co_return *status;
    if (end && self.now() >= *end) co_return std::nullopt;
    const Nanoseconds left =
        end ? *end - self.now() : Nanoseconds{3600} * kSecond;
    co_await self.nanosleep(left);
    const int caught = self.take_signal();
    if (caught != 0 && caught != kSigChld) co_await self.kill(child, caught);
  }
}

// Whoever waits for us is to see the signal that ended the command: we die of
// it too, where the real one does (coreutils' timeout.c).
Task<int> end_like(Process& self, WaitStatus status) {
  if (status.kind == WaitStatus::Kind::signaled) {
    static_cast<void>(self.sigaction(status.code, Disposition::standard));
    co_await self.kill(self.getpid(), status.code);
  }
  co_return status.shell_status();
}

Task<int> supervise(Output* out, Limit limit, Pid child, std::string command) {
  Process& self = out->self();
  std::optional<Time> end;
  if (limit.span > 0) end = self.now() + limit.span;
  auto status = co_await wait_until(self, child, end);
  if (status && out->busybox()) co_return status->shell_status();
  if (status) co_return co_await end_like(self, *status);
  int signal = limit.signal;
  for (bool again = false;; again = true) {
    if (limit.verbose) {
      const SignalRow* const row = signal_row(signal);
      out->complain(fmt::format("sending signal {} to command {}",
                                row ? row->name : "?", quoted(command)));
      co_await out->flush();
    }
    co_await self.kill(child, signal);
    co_await self.kill(child, kSigCont);
    std::optional<Time> next;
    if (limit.kill_after && !again) next = self.now() + *limit.kill_after;
    status = co_await wait_until(self, child, next);
    if (status) break;
    signal = kSigKill;
  }
  // Its whole process group was sent the signal, itself among them.
  const bool struck = signal == kSigKill && !limit.foreground;
  if (struck && !out->busybox()) co_return co_await end_like(self, *status);
  if (limit.preserve || signal == kSigKill || out->busybox()) {
    co_return status->shell_status();
  }
  co_return 124;
}

// What the options and the first operand say; else the complaint is made.
std::optional<Limit> read_limit(Output& out, const Options& options,
                                const std::string& span) {
  Limit limit;
  limit.verbose = options.has("v");
  limit.preserve = options.has("preserve-status");
  limit.foreground = options.has("foreground");
  const auto bad_interval = [&](const std::string& text) {
    if (out.busybox()) {
      out.complain("invalid number " + quoted(out, text));
    } else {
      refuse(out, kAbout, "invalid time interval " + quoted(text));
    }
  };
  const auto duration = parse_span(span);
  if (!duration) {
    bad_interval(span);
    return std::nullopt;
  }
  limit.span = *duration;
  if (const auto text = options.value("k")) {
    limit.kill_after = parse_span(*text);
    if (!limit.kill_after) {
      bad_interval(*text);
      return std::nullopt;
    }
  }
  if (const auto text = options.value("s")) {
    const auto signal = parse_signal(*text);
    if (!signal) {
      refuse(out, kAbout, quoted_if_needed(*text) + ": invalid signal");
      return std::nullopt;
    }
    limit.signal = *signal;
  }
  return limit;
}

}  // namespace

Task<int> timeout_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status, 125);
  List command = line.operands;
  // busybox before 1.30 took the time with -t.
  const auto old_style = line.value("t");
  if (command.size() + (old_style ? 1 : 0) < 2) {
    advise(out, kAbout);
    const int status = out.busybox() ? 1 : 125;
    co_return co_await out.finish(status);
  }
  const std::string span = old_style ? *old_style : command.front();
  if (!old_style) command.erase(command.begin());
  const auto limit = read_limit(out, line, span);
  if (!limit) {
    const int refused = out.busybox() ? 1 : 125;
    co_return co_await out.finish(refused);
  }
  for (const int signal : {kSigChld, kSigTerm, kSigInt, kSigHup, kSigQuit}) {
    static_cast<void>(self.sigaction(signal, Disposition::caught));
  }
  const std::string prefix = out.busybox()
                                 ? "timeout: can't execute '" + command[0] + "'"
                                 : out.name() + ": failed to run command ";
  const auto child = start(self, command, self.environ(), prefix);
  if (!child) {
    out.complain("fork system call failed", child.error());
    co_return co_await out.finish(125);
  }
  co_return co_await supervise(&out, *limit, *child, command[0]);
}

}  // namespace drydock::userland
