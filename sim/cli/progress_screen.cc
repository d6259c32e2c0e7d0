// progress_screen.cc — bars, and where the cursor goes.

#include "sim/cli/progress_screen.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/cli/format.h"

namespace drydock::cli {

namespace {

constexpr int kBarWidth = 50;
/// On anything narrower there are numbers only.
constexpr int kColumnsForBar = 110;

}  // namespace

std::string progress_bar(const engine::Progress& step, const Profile& profile,
                         int columns) {
  if (step.current <= 0 && step.total <= 0) return "";
  const SizeStyle style{4, profile.formats.size.blank};
  const std::string current =
      human_size(static_cast<double>(step.current), style);
  if (step.total <= 0) return fmt::format("{:>8}", current);
  std::string bar;
  if (columns > kColumnsForBar) {
    const auto filled = static_cast<std::size_t>(std::clamp<std::int64_t>(
        step.current * 100 / step.total / 2, 0, kBarWidth));
    bar = fmt::format("[{}>{}] ", std::string(filled, '='),
                      std::string(kBarWidth - filled, ' '));
  }
  if (step.current > step.total) return fmt::format("{}{:>8}", bar, current);
  return fmt::format("{}{:>8}/{}", bar, current,
                     human_size(static_cast<double>(step.total), style));
}

std::string ProgressScreen::layer(const engine::Progress& step) {
  const auto [line, fresh] = lines_.emplace(step.id, lines_.size());
  const std::size_t up = lines_.size() - line->second;
  return fmt::format("{}\x1b[{}A\x1b[2K\r{}: {} {}\r\x1b[{}B",
                     fresh ? "\n" : "", up, step.id, step.text,
                     progress_bar(step, profile_, columns_), up);
}

}  // namespace drydock::cli
