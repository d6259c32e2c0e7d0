// kill.cc — send a signal to processes.

#include <fmt/format.h>

#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{.usage = "[options] <pid> [...]",
                       .gnu = "s signal=, l list?, L table, q queue=",
                       .busybox = "l, s="};

std::string name_of_number(std::int64_t number) {
  // A shell's status of a signaled child counts too: 137 is KILL.
  const auto low = static_cast<int>(number > 128 ? number - 128 : number);
  const SignalRow* const row = signal_row(low);
  return row ? std::string(row->name) : std::to_string(number);
}

void list_all(Output& out) {
  if (out.busybox()) {
    for (const SignalRow& row : kSignals) {
      out.say(fmt::format("{:2}) {}\n", row.number, row.name));
    }
    return;
  }
  std::string line;
  for (const SignalRow& row : kSignals) {
    if (line.size() + row.name.size() + 1 > 79) {
      out.say(line + "\n");
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(row.name);
  }
  out.say(line + "\n");
}

int list_some(Output& out, const List& words) {
  for (const std::string& word : words) {
    const auto number = parse_int(word);
    const auto signal = parse_signal(word);
    if (number) {
      out.say(name_of_number(*number) + "\n");
    } else if (signal) {
      out.say(std::to_string(*signal) + "\n");
    } else if (out.busybox()) {
      out.complain("unknown signal '" + word + "'");
    } else {
      out.complain("unknown signal name " + word);
    }
  }
  return out.complained() ? 1 : 0;
}

void list_table(Output& out) {
  std::size_t column = 0;
  for (const SignalRow& row : kSignals) {
    out.say(fmt::format("{:2} {:<9}", row.number, row.name));
    if (++column % 7 == 0) out.say("\n");
  }
  out.say("\n");
}

// "-9", "-KILL", "-SIGKILL": taken off the words.
std::optional<std::string> take_signal_word(List& words) {
  if (words.empty()) return std::nullopt;
  const std::string& first = words.front();
  if (first.size() < 2 || first[0] != '-' || first[1] == '-') {
    return std::nullopt;
  }
  const std::string name = first.substr(1);
  const bool digit = '0' <= name[0] && name[0] <= '9';
  const bool upper_case = 'A' <= name[0] && name[0] <= 'Z' && name != "L";
  const bool lower_name = name.size() > 1 && parse_signal(name).has_value();
  if (!digit && !upper_case && !lower_name) return std::nullopt;
  words.erase(words.begin());
  return name;
}

Task<void> send(Output* out, std::string word, int signal) {
  const auto pid = parse_int(word);
  if (!pid || *pid > INT32_MAX || *pid < -INT32_MAX) {
    out->complain(out->busybox() ? "invalid number '" + word + "'"
                                 : "failed to parse argument: " + quoted(word));
    co_return;
  }
  const SysOutcome sent =
      co_await out->self().kill(static_cast<Pid>(*pid), signal);
  if (sent) co_return;
  out->complain(out->busybox() ? fmt::format("can't kill pid {}", *pid)
                               : fmt::format("({})", *pid),
                sent.error());
}

}  // namespace

Task<int> kill_words(Process& self, std::vector<std::string> words) {
  Output out(self);
  const auto dashed = take_signal_word(words);
  // What follows the signal are pids, negative ones too.
  CommandLine line;
  if (dashed) {
    line.operands = words;
    if (!words.empty() && words[0] == "--") {
      line.operands.erase(line.operands.begin());
    }
  } else {
    line = read_words(out, kAbout, words);
  }
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.has("L")) {
    list_table(out);
    co_return co_await out.finish(0);
  }
  if (line.has("l")) {
    const std::string attached = line.value("l").value_or("");
    if (!attached.empty())
      line.operands.insert(line.operands.begin(), attached);
    if (line.operands.empty()) list_all(out);
    const int status = list_some(out, line.operands);
    co_return co_await out.finish(status);
  }
  const std::string name = dashed ? *dashed : line.value("s").value_or("TERM");
  const auto signal = parse_signal(name);
  if (!signal && name != "0") {
    out.complain(out.busybox() ? "bad signal name '" + name + "'"
                               : "unknown signal name " + name);
    co_return co_await out.finish(1);
  }
  if (line.operands.empty()) {
    if (out.busybox()) {
      out.complain("you need to specify whom to kill");
    } else {
      out.complain_plain("\nUsage:\n kill [options] <pid> [...]\n");
    }
    co_return co_await out.finish(1);
  }
  for (const std::string& word : line.operands) {
    co_await send(&out, word, signal.value_or(0));
  }
  const int status = out.complained() ? 1 : 0;
  co_return co_await out.finish(status);
}

Task<int> kill_main(Process& self) {
  return kill_words(self, {self.argv().begin() + 1, self.argv().end()});
}

}  // namespace drydock::userland
