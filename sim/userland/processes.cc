// processes.cc — processes as ps, pgrep and top look at them.

#include "sim/userland/processes.h"

#include <fmt/format.h>

namespace drydock::userland {

std::string command_of(const kernel::ProcessInfo& process) {
  if (process.argv.empty()) return "[" + process.name + "]";
  if (process.state == 'Z') return "[" + process.name + "] <defunct>";
  return join(process.argv, " ");
}

std::string tty_of(const kernel::ProcessInfo& process) {
  return process.tty.empty() ? "?" : process.tty;
}

std::string status_of(kernel::Process& self,
                      const kernel::ProcessInfo& process) {
  std::string text(1, process.state);
  if (process.session == process.pid) text += 's';
  const auto foreground = self.tcgetpgrp(kernel::kStdin);
  const bool in_front =
      foreground && *foreground == process.group && tty_of(process) != "?";
  if (in_front) text += '+';
  return text;
}

std::string start_time(Time started, Time now) {
  const CivilTime then = civil(started), today = civil(now);
  if (then.year != today.year) return format_time(started, "%Y");
  if (then.day_of_year != today.day_of_year) {
    return format_time(started, "%b%d");
  }
  return format_time(started, "%H:%M");
}

std::string elapsed(Nanoseconds span) {
  const std::int64_t seconds = span / kSecond;
  const std::int64_t days = seconds / 86400, hours = seconds / 3600 % 24;
  const std::string low =
      fmt::format("{:02}:{:02}", seconds / 60 % 60, seconds % 60);
  if (days > 0) return fmt::format("{}-{:02}:{}", days, hours, low);
  return hours > 0 ? fmt::format("{:02}:{}", hours, low) : low;
}

}  // namespace drydock::userland
