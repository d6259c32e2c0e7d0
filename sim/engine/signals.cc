// signals.cc — the names of signals on Linux.

#include <array>
#include <cstdint>

#include "sim/base/text.h"
#include "sim/engine/signals.h"

namespace drydock::engine {

namespace {

struct Named {
  std::string_view name;
  int number;
};

// clang-format off
constexpr std::array kSignals = {
    Named{"HUP", 1},   Named{"INT", 2},     Named{"QUIT", 3},   Named{"ILL", 4},
    Named{"TRAP", 5},  Named{"ABRT", 6},    Named{"IOT", 6},    Named{"BUS", 7},
    Named{"FPE", 8},   Named{"KILL", 9},    Named{"USR1", 10},  Named{"SEGV", 11},
    Named{"USR2", 12}, Named{"PIPE", 13},   Named{"ALRM", 14},  Named{"TERM", 15},
    Named{"STKFLT", 16}, Named{"CHLD", 17}, Named{"CLD", 17},   Named{"CONT", 18},
    Named{"STOP", 19}, Named{"TSTP", 20},   Named{"TTIN", 21},  Named{"TTOU", 22},
    Named{"URG", 23},  Named{"XCPU", 24},   Named{"XFSZ", 25},  Named{"VTALRM", 26},
    Named{"PROF", 27}, Named{"WINCH", 28},  Named{"IO", 29},    Named{"POLL", 29},
    Named{"PWR", 30},  Named{"SYS", 31},    Named{"UNUSED", 31},
    Named{"RTMIN", 34}, Named{"RTMAX", 64},
};
// clang-format on

}  // namespace

std::optional<std::int64_t> parse_signal(std::string_view text) {
  if (const auto number = parse_int(text)) return number;
  const std::string name = upper(text);
  std::string_view bare = name;
  if (bare.starts_with("SIG")) bare.remove_prefix(3);
  for (const Named& signal : kSignals) {
    if (bare == signal.name) return signal.number;
  }
  // SIGRTMIN+1 ... SIGRTMAX-1
  for (const std::string_view base : {"RTMIN+", "RTMAX-"}) {
    if (!bare.starts_with(base)) continue;
    const auto step = parse_int(bare.substr(base.size()));
    if (!step || *step < 1 || *step > 15) return std::nullopt;
    return base.ends_with('+') ? 34 + *step : kSignalMax - *step;
  }
  return std::nullopt;
}

std::string signal_name(std::int64_t number) {
  for (const Named& signal : kSignals) {
    if (signal.number == number) return "SIG" + std::string(signal.name);
  }
  return std::to_string(number);
}

}  // namespace drydock::engine
