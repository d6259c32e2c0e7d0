// top.cc — filtering ps by pid.

#include "sim/machine/top.h"

#include <algorithm>

namespace drydock::machine {

List rows_of_container(std::string_view ps_output,
                       const std::vector<kernel::ProcessInfo>& processes) {
  List lines = split(ps_output, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (lines.empty()) return lines;
  const List titles = split_blanks(lines.front());
  const auto pid = std::ranges::find(titles, "PID");
  List rows = {lines.front()};
  if (pid == titles.end()) return rows;
  const auto column = static_cast<std::size_t>(pid - titles.begin());
  for (auto line = lines.begin() + 1; line != lines.end(); ++line) {
    const List words = split_blanks(*line);
    if (words.size() <= column) continue;
    const auto number = parse_int(words[column]);
    const bool ours = std::ranges::any_of(
        processes, [&number](const kernel::ProcessInfo& process) {
          return number && process.pid == *number;
        });
    if (ours) rows.push_back(*line);
  }
  return rows;
}

}  // namespace drydock::machine
