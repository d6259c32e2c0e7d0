// free.cc — free and uptime: what /proc/meminfo, /proc/uptime and /proc/loadavg
// tell.

#include <fmt/format.h>

#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kFree{.usage = "[options]",
                      .gnu = "b bytes, k kilo, m mega, g giga",
                      .busybox = "b, k, m, g"};
constexpr About kUptime{.usage = "[options]", .gnu = "", .busybox = ""};

// A row of /proc/meminfo, in kibibytes.
std::int64_t field(std::string_view meminfo, std::string_view name) {
  for (const std::string& line : split(meminfo, '\n')) {
    const List words = split_blanks(line);
    if (words.size() >= 2 && words[0] == std::string(name) + ":") {
      return parse_int(words[1]).value_or(0);
    }
  }
  return 0;
}

std::int64_t in_unit(const Options& options, std::int64_t kibibytes) {
  const std::string unit = options.last_of(split("b k m g", ' '));
  if (unit == "b") return kibibytes * 1024;
  if (unit == "m") return kibibytes / 1024;
  if (unit == "g") return kibibytes / 1024 / 1024;
  return kibibytes;
}

}  // namespace

Task<int> free_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kFree);
  if (line.status) co_return co_await out.finish(*line.status);
  const SysResult<Bytes> info = co_await read_file(self, "/proc/meminfo");
  if (!info) {
    out.complain("/proc/meminfo", info.error());
    co_return co_await out.finish(1);
  }
  const auto row = [&](std::string_view name) {
    return in_unit(line, field(*info, name));
  };
  const std::int64_t total = row("MemTotal"), rest = row("MemFree");
  const std::int64_t buffers = row("Buffers"), cached = row("Cached");
  const std::int64_t shared = row("Shmem"), swap = row("SwapTotal");
  const std::int64_t swap_free = row("SwapFree");
  if (out.busybox()) {
    out.say(fmt::format("{:>19}{:>12}{:>12}{:>12}{:>12}{:>12}\n", "total",
                        "used", "free", "shared", "buff/cache", "available"));
    const std::int64_t kept = buffers + cached;
    out.say(fmt::format("Mem:  {:>13}{:>12}{:>12}{:>12}{:>12}{:>12}\n", total,
                        total - rest - kept, rest, shared, kept, rest + kept));
    out.say(fmt::format("Swap: {:>13}{:>12}{:>12}\n", swap, swap - swap_free,
                        swap_free));
    co_return co_await out.finish(0);
  }
  // procps 3.3.9 of Debian 8, with its line for buffers and cache.
  out.say(fmt::format("{:>18}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "total", "used",
                      "free", "shared", "buffers", "cached"));
  out.say(fmt::format("{:<7}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "Mem:",
                      total, total - rest, rest, shared, buffers, cached));
  out.say(fmt::format("{:<18}{:>11}{:>11}\n",
                      "-/+ buffers/cache:", total - rest - buffers - cached,
                      rest + buffers + cached));
  out.say(fmt::format("{:<7}{:>11}{:>11}{:>11}\n", "Swap:", swap,
                      swap - swap_free, swap_free));
  co_return co_await out.finish(0);
}

Task<int> uptime_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kUptime);
  if (line.status) co_return co_await out.finish(*line.status);
  const SysResult<Bytes> up = co_await read_file(self, "/proc/uptime");
  const SysResult<Bytes> load = co_await read_file(self, "/proc/loadavg");
  if (!up || !load) {
    out.complain("/proc/uptime", up ? load.error() : up.error());
    co_return co_await out.finish(1);
  }
  const std::int64_t seconds =
      parse_int(up->substr(0, up->find('.'))).value_or(0);
  const std::int64_t days = seconds / 86400, hours = seconds / 3600 % 24;
  const std::int64_t minutes = seconds / 60 % 60;
  std::string text = format_time(self.now(), " %H:%M:%S up ");
  if (days > 0) text += fmt::format("{} day{}, ", days, days == 1 ? "" : "s");
  text += hours > 0 ? fmt::format("{:2}:{:02}, ", hours, minutes)
                    : fmt::format("{} min, ", minutes);
  List loads = split_blanks(*load);
  loads.resize(3);
  text += fmt::format(" 0 users,  load average: {}\n", join(loads, ", "));
  out.say(text);
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
