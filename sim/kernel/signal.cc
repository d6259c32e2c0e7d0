// signal.cc — look-ups in the table of signals.

#include "sim/kernel/signal.h"

#include "sim/base/text.h"

namespace drydock::kernel {

const SignalRow* signal_row(int number) {
  if (number < 1 || number > static_cast<int>(kSignals.size())) return nullptr;
  return &kSignals[static_cast<std::size_t>(number - 1)];
}

std::optional<int> parse_signal(std::string_view text) {
  if (const std::optional<std::int64_t> number = parse_int(text)) {
    if (*number < 0 || *number > 64) return std::nullopt;
    return static_cast<int>(*number);
  }
  std::string name = upper(text);
  if (name.starts_with("SIG")) name.erase(0, 3);
  for (const SignalRow& row : kSignals) {
    if (row.name == name) return row.number;
  }
  return std::nullopt;
}

}  // namespace drydock::kernel
