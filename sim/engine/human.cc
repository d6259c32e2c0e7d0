// human.cc — how long ago, in words.

#include "sim/engine/human.h"

#include <array>

#include <fmt/format.h>

namespace drydock::engine {

std::string human_duration(Nanoseconds span, bool singular) {
  struct Step {
    std::int64_t below;  // Seconds.
    std::int64_t unit;
    const char* words;  // After the number, or, where `unit` is 0, alone.
  };
  constexpr std::int64_t kMinute = 60, kHour = 3600, kDay = 24 * kHour;
  static constexpr std::array kSteps = {
      Step{1, 0, "Less than a second"},
      Step{kMinute, 1, "seconds"},
      Step{2 * kMinute, 0, "About a minute"},
      Step{kHour, kMinute, "minutes"},
      Step{2 * kHour, 0, "About an hour"},
      Step{48 * kHour, kHour, "hours"},
      Step{14 * kDay, kDay, "days"},
      Step{90 * kDay, 7 * kDay, "weeks"},
      Step{730 * kDay, 30 * kDay, "months"},
  };
  const std::int64_t seconds = span < 0 ? 0 : span / kSecond;
  if (singular && seconds == 1) return "1 second";
  for (const Step& step : kSteps) {
    if (seconds >= step.below) continue;
    if (step.unit == 0) return step.words;
    return fmt::format("{} {}", seconds / step.unit, step.words);
  }
  return fmt::format("{} years", seconds / (365 * kDay));
}

}  // namespace drydock::engine
