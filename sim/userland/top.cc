// top.cc — the processes and the machine, again and again: procps and busybox.
//
// Nothing here uses processor time that one could tell apart, so %CPU is 0.0;
// memory of processes is not modelled and shown as 0.

#include <fmt/format.h>

#include "sim/userland/accounts.h"
#include "sim/userland/options.h"
#include "sim/userland/processes.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "-hv | -bcHiOSs -d secs -n max -u|U user -p pid",
    .gnu = "b, c, d=, H, i, n=, O, p=, s, S, u=, U=, w?",
    .busybox = "b, d=, n=, H, m"};

struct Machine {
  std::string meminfo, uptime, loadavg;
};

std::int64_t field(std::string_view meminfo, std::string_view name) {
  for (const std::string& line : split(meminfo, '\n')) {
    const List words = split_blanks(line);
    if (words.size() >= 2 && words[0] == std::string(name) + ":") {
      return parse_int(words[1]).value_or(0);
    }
  }
  return 0;
}

std::string up_text(const std::string& uptime) {
  const std::int64_t seconds =
      parse_int(uptime.substr(0, uptime.find('.'))).value_or(0);
  const std::int64_t days = seconds / 86400, hours = seconds / 3600 % 24;
  std::string text;
  if (days > 0) text += fmt::format("{} day{}, ", days, days == 1 ? "" : "s");
  text += hours > 0 ? fmt::format("{:2}:{:02}", hours, seconds / 60 % 60)
                    : fmt::format("{} min", seconds / 60 % 60);
  return text;
}

std::string loads_of(const Machine& machine, std::string_view glue) {
  List loads = split_blanks(machine.loadavg);
  loads.resize(3);
  return join(loads, glue);
}

std::string tasks_of(const std::vector<ProcessInfo>& rows) {
  int running = 0, sleeping = 0, stopped = 0, zombies = 0;
  for (const ProcessInfo& row : rows) {
    int& count = row.state == 'R'   ? running
                 : row.state == 'T' ? stopped
                 : row.state == 'Z' ? zombies
                                    : sleeping;
    ++count;
  }
  return fmt::format(
      "Tasks: {:3} total, {:3} running, {:3} sleeping, {:3} stopped, "
      "{:3} zombie\n",
      rows.size(), running, sleeping, stopped, zombies);
}

// procps 3.3.9's five lines and its table.
std::string procps_page(Process& self, const Machine& machine,
                        const Accounts& accounts,
                        const std::vector<ProcessInfo>& rows, bool whole) {
  const auto kib = [&](std::string_view n) {
    return field(machine.meminfo, n);
  };
  std::string text =
      fmt::format("top - {} up {},  0 users,  load average: {}\n",
                  format_time(self.now(), "%H:%M:%S"), up_text(machine.uptime),
                  loads_of(machine, ", "));
  text += tasks_of(rows);
  text +=
      "%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  "
      "0.0 si,  0.0 st\n";
  text +=
      fmt::format("KiB Mem: {:9} total, {:8} used, {:8} free, {:8} buffers\n",
                  kib("MemTotal"), kib("MemTotal") - kib("MemFree"),
                  kib("MemFree"), kib("Buffers"));
  text += fmt::format(
      "KiB Swap:{:9} total, {:8} used, {:8} free. {:8} cached Mem\n\n",
      kib("SwapTotal"), kib("SwapTotal") - kib("SwapFree"), kib("SwapFree"),
      kib("Cached"));
  text +=
      "  PID USER      PR  NI    VIRT    RES    SHR S %CPU %MEM     TIME+ "
      "COMMAND\n";
  for (const ProcessInfo& row : rows) {
    text += fmt::format(
        "{:5} {:<8.8}  20   0 {:7} {:6} {:6} {} {:>4} {:>4} {:>9} {}\n",
        row.pid, accounts.user_name(row.uid), 0, 0, 0, row.state, "0.0", "0.0",
        "0:00.00", whole ? command_of(row) : row.name);
  }
  return text;
}

std::string busybox_page(const Machine& machine, const Accounts& accounts,
                         const std::vector<ProcessInfo>& rows) {
  const auto kib = [&](std::string_view n) {
    return field(machine.meminfo, n);
  };
  std::string text = fmt::format(
      "Mem: {}K used, {}K free, {}K shrd, {}K buff, {}K cached\n"
      "CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq\n"
      "Load average: {}\n  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU "
      "COMMAND\n",
      kib("MemTotal") - kib("MemFree"), kib("MemFree"), kib("Shmem"),
      kib("Buffers"), kib("Cached"), loads_of(machine, " "));
  for (const ProcessInfo& row : rows) {
    text += fmt::format("{:5} {:5} {:<8.8} {:<4} {:>5} {:>4} {:>3} {:>4} {}\n",
                        row.pid, row.parent, accounts.user_name(row.uid),
                        std::string(1, row.state), "0", "0%", "0", "0%",
                        command_of(row));
  }
  return text;
}

Task<std::string> page(Process& self, bool busybox, bool whole,
                       std::string only_pid, std::string only_user) {
  Machine machine;
  const SysResult<Bytes> memory = co_await read_file(self, "/proc/meminfo");
  const SysResult<Bytes> up = co_await read_file(self, "/proc/uptime");
  const SysResult<Bytes> load = co_await read_file(self, "/proc/loadavg");
  if (memory) machine.meminfo = *memory;
  if (up) machine.uptime = *up;
  if (load) machine.loadavg = *load;
  const Accounts accounts = co_await read_accounts(self);
  std::vector<ProcessInfo> rows = self.processes();
  const List pids = split(only_pid, ',');
  std::erase_if(rows, [&](const ProcessInfo& row) {
    const bool other =
        !only_user.empty() && accounts.find_uid(only_user) != row.uid;
    const bool unasked =
        !only_pid.empty() && std::find(pids.begin(), pids.end(),
                                       std::to_string(row.pid)) == pids.end();
    return other || unasked;
  });
  if (busybox) co_return busybox_page(machine, accounts, rows);
  co_return procps_page(self, machine, accounts, rows, whole);
}

/// "1.5" seconds; nullopt when it is none.
std::optional<Nanoseconds> parse_delay(const std::string& text) {
  const std::size_t point = text.find('.');
  const auto whole = parse_int(text.substr(0, point));
  if (!whole || *whole < 0 || *whole > 100'000) return std::nullopt;
  Nanoseconds span = *whole * kSecond;
  if (point != text.npos && point + 1 < text.size()) {
    const auto tenth = parse_int(text.substr(point + 1, 1));
    if (!tenth) return std::nullopt;
    span += *tenth * (kSecond / 10);
  }
  return span;
}

}  // namespace

Task<int> top_main(Process& self) {
  Output out(self);
  List words(self.argv().begin() + 1, self.argv().end());
  if (!words.empty() && !words[0].empty() && words[0][0] != '-') {
    words[0].insert(0, 1, '-');  // "top b n1" of old.
  }
  const CommandLine line = read_words(out, kAbout, words);
  if (line.status) co_return co_await out.finish(*line.status);
  const bool batch = line.has("b");
  if (!batch && !self.getenv("TERM")) {
    out.complain_plain("TERM environment variable not set.\n");
    co_return co_await out.finish(1);
  }
  if (!batch && !self.isatty(kStdin)) {
    out.complain_plain("\ttop: failed tty get\n");
    co_return co_await out.finish(1);
  }
  const auto delay =
      parse_delay(line.value("d").value_or(out.busybox() ? "5" : "3"));
  const auto count = parse_int(line.value("n").value_or("0"));
  if (!delay || !count || *count < 0) {
    out.complain("bad argument of -d or -n");
    co_return co_await out.finish(1);
  }
  const bool whole = line.has("c");
  const std::string pids = line.value("p").value_or("");
  const std::string user =
      line.value("u").value_or(line.value("U").value_or(""));
  for (std::int64_t turn = 1;; ++turn) {
    const std::string text =
        co_await page(self, out.busybox(), whole, pids, user);
    out.say(batch ? (turn > 1 ? "\n" : "") : "\033[H\033[J");
    out.say(text);
    const bool written = co_await out.flush();
    if (!written || turn == *count) break;
    const SysOutcome slept = co_await self.nanosleep(*delay);
    if (!slept) break;
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
