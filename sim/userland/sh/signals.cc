// signals.cc — traps: when they run, and what subshells keep of them.

#include "sim/userland/sh/signals.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/userland/sh/interpreter.h"

namespace drydock::userland::sh {

using kernel::Disposition;

namespace {

constexpr std::array kInteractiveIgnored = {kernel::kSigTerm, kernel::kSigTstp,
                                            kernel::kSigTtou, kernel::kSigTtin,
                                            kernel::kSigQuit};
constexpr int kMostTrapDepth = 50;

bool starts_ignored(const Shell& shell, int signal) {
  return std::ranges::find(shell.ignored_at_start, signal) !=
         shell.ignored_at_start.end();
}

}  // namespace

void reset_signals(Shell& shell) {
  if (shell.bash()) shell.inherited_traps = shell.traps;
  Traps kept;
  for (const auto& [condition, action] : shell.traps) {
    if (action.empty()) {
      kept.emplace(condition, action);
    } else if (0 < condition && condition < kTrapDebug) {
      (void)shell.process().sigaction(condition, Disposition::standard);
    } else if (condition != kTrapExit && shell.options.functrace) {
      kept.emplace(condition, action);
    } else if (condition == kTrapErr && shell.options.errtrace) {
      kept.emplace(condition, action);
    }
  }
  shell.traps = std::move(kept);
  if (!shell.options.interactive) return;
  for (const int signal : kInteractiveIgnored) {
    if (!shell.traps.contains(signal)) {
      (void)shell.process().sigaction(signal, Disposition::standard);
    }
  }
  (void)shell.process().sigaction(kernel::kSigInt, Disposition::standard);
}

void apply_trap(Shell& shell, int signal) {
  if (signal <= 0 || signal >= kTrapDebug) return;
  const auto trap = shell.traps.find(signal);
  if (trap == shell.traps.end()) {
    (void)shell.process().sigaction(signal, Disposition::standard);
    if (shell.options.interactive) set_interactive_signals(shell);
    return;
  }
  // POSIX: what was ignored when a script began stays so.
  if (starts_ignored(shell, signal) && !shell.options.interactive) return;
  (void)shell.process().sigaction(
      signal, trap->second.empty() ? Disposition::ignore : Disposition::caught);
}

void catch_interrupts(Shell& shell) {
  if (starts_ignored(shell, kernel::kSigInt)) return;
  (void)shell.process().sigaction(kernel::kSigInt, Disposition::caught);
}

void set_interactive_signals(Shell& shell) {
  for (const int signal : kInteractiveIgnored) {
    if (shell.traps.contains(signal)) continue;
    const bool stops = signal == kernel::kSigTstp ||
                       signal == kernel::kSigTtou || signal == kernel::kSigTtin;
    if (stops && !shell.options.monitor) continue;
    (void)shell.process().sigaction(signal, Disposition::ignore);
  }
  if (!shell.traps.contains(kernel::kSigInt)) {
    (void)shell.process().sigaction(kernel::kSigInt, Disposition::caught);
  }
}

std::optional<int> parse_condition(const Shell& shell, std::string_view text) {
  const std::string name = shell.bash() ? upper(text) : std::string(text);
  if (name == "EXIT" || name == "0") return kTrapExit;
  if (shell.bash() && name == "DEBUG") return kTrapDebug;
  if (shell.bash() && name == "ERR") return kTrapErr;
  if (shell.bash() && name == "RETURN") return kTrapReturn;
  if (shell.dash() && text.starts_with("SIG")) return std::nullopt;
  const std::optional<int> signal = kernel::parse_signal(text);
  if (!signal || *signal <= 0) return std::nullopt;
  return signal;
}

std::string condition_name(const Shell& shell, int condition) {
  switch (condition) {
    case kTrapExit:
      return "EXIT";
    case kTrapDebug:
      return "DEBUG";
    case kTrapErr:
      return "ERR";
    case kTrapReturn:
      return "RETURN";
    default:
      break;
  }
  const kernel::SignalRow* row = kernel::signal_row(condition);
  const std::string name =
      row == nullptr ? std::to_string(condition) : std::string(row->name);
  return shell.bash() ? "SIG" + name : name;
}

Task<void> run_traps(Shell& shell) {
  for (;;) {
    const int signal = shell.process().take_signal();
    if (signal == 0) co_return;
    const auto trap = shell.traps.find(signal);
    if (trap != shell.traps.end()) {
      co_await run_trap(shell, signal);
    } else if (signal == kernel::kSigInt && shell.options.interactive) {
      shell.complain_plain("\n");
      shell.abort_silently(130);
    } else if (signal == kernel::kSigInt) {
      // Whoever waits for us shall see the signal; PID 1 survives it.
      kernel::Process& self = shell.process();
      (void)self.sigaction(signal, Disposition::standard);
      co_await self.kill(self.getpid(), signal);
      shell.abort_silently(130);
    }
    if (shell.flow == Flow::exit) co_return;
  }
}

Task<void> run_trap(Shell& shell, int condition) {
  const auto trap = shell.traps.find(condition);
  if (trap == shell.traps.end() || trap->second.empty()) co_return;
  if (shell.trap_depth >= kMostTrapDepth) co_return;
  const std::string action = trap->second;
  const int status = shell.status;
  const int line = shell.line;
  const Flow flow = std::exchange(shell.flow, Flow::none);
  ++shell.trap_depth;
  const auto outer = std::exchange(shell.trap_status, status);
  shell.trap_call_depth = shell.call_depth;
  RunFlags flags;
  flags.tested = condition == kTrapErr;
  const int first = shell.bash() ? std::max(line, 1) : 1;
  co_await run_text(shell, action, first, flags);
  --shell.trap_depth;
  shell.trap_status = outer;
  shell.line = line;
  if (shell.flow == Flow::none) {
    shell.flow = flow;
    shell.status = status;
  }
}

Task<int> finish_shell(Shell& shell, int status) {
  if (shell.flow == Flow::exit || shell.flow == Flow::abort) {
    status = shell.status;
  }
  co_await shell.flush();
  shell.flow = Flow::none;
  shell.status = status;
  const auto trap = shell.traps.find(kTrapExit);
  if (trap != shell.traps.end() && !trap->second.empty()) {
    const std::string action = trap->second;
    shell.traps.erase(trap);
    shell.in_exit_trap = true;
    RunFlags flags;
    ++shell.trap_depth;
    shell.trap_status = status;
    co_await run_text(shell, action, 1, flags);
    const bool ended = shell.flow == Flow::exit || shell.flow == Flow::abort;
    if (ended) status = shell.status;
  }
  co_await shell.flush();
  co_return status & 0xff;
}

}  // namespace drydock::userland::sh
