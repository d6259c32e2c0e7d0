// format.h — how docker writes sizes, spans of time, ids and words.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/text.h"
#include "sim/base/time.h"

namespace drydock::cli {

/// 1000-based: "132.8 MB" (blank, four digits) or "133MB" (none, three):
/// behaviour.md §0.5.
struct SizeStyle {
  int digits = 4;
  std::string_view blank = " ";
};
std::string human_size(double bytes, SizeStyle style);

/// 1024-based, for memory: "23.54 GiB".
std::string binary_size(double bytes, std::string_view blank);

/// Go's %.Ng: N significant digits, no trailing zeros; and its fixed formats.
std::string general(double value, int digits);
std::string fixed(double value, int decimals);

/// "About a minute", "3 weeks" (behaviour.md §0.5).  `one_second` is how a
/// single second is written: "1 seconds" in 1.8, "1 second" today.
std::string human_duration(Nanoseconds span, std::string_view one_second);

/// At most `width` characters, the last an ellipsis when some are cut.
std::string ellipsis(std::string_view text, std::size_t width);
std::string cut_characters(std::string_view text, std::size_t width);

/// "sha256:be76..." without its algorithm.
std::string_view without_algorithm(std::string_view id);

/// Go's time.String(): "2026-11-23 18:52:32 +0000 UTC".
std::string go_time(Time time);

/// The same with its fraction, as Go prints a time.Time; Go's zero time too.
std::string go_time_exactly(Time time);

}  // namespace drydock::cli
