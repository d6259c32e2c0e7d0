// format.cc — sizes, spans, ids and words, as docker writes them.

#include "sim/cli/format.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/table.h"

namespace drydock::cli {

namespace {

std::string scaled(double value, double base, SizeStyle style,
                   const std::array<std::string_view, 7>& units) {
  std::size_t unit = 0;
  while (value >= base && unit + 1 < units.size()) {
    value /= base;
    ++unit;
  }
  return general(value, style.digits) + std::string(style.blank) +
         std::string(units[unit]);
}

}  // namespace

std::string general(double value, int digits) {
  return fmt::format("{:.{}g}", value, digits);
}

std::string fixed(double value, int decimals) {
  return fmt::format("{:.{}f}", value, decimals);
}

std::string human_size(double bytes, SizeStyle style) {
  return scaled(bytes, 1000, style, {"B", "kB", "MB", "GB", "TB", "PB", "EB"});
}

std::string binary_size(double bytes, std::string_view blank) {
  return scaled(bytes, 1024, {4, blank},
                {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"});
}

std::string human_duration(Nanoseconds span, std::string_view one_second) {
  const std::int64_t seconds = span / kSecond;
  if (seconds < 1) return "Less than a second";
  if (seconds == 1) return std::string(one_second);
  if (seconds < 60) return fmt::format("{} seconds", seconds);
  const std::int64_t minutes = seconds / 60;
  if (minutes == 1) return "About a minute";
  if (minutes < 60) return fmt::format("{} minutes", minutes);
  const std::int64_t hours = minutes / 60;
  if (hours == 1) return "About an hour";
  if (hours < 48) return fmt::format("{} hours", hours);
  if (hours < 24 * 14) return fmt::format("{} days", hours / 24);
  if (hours < 24 * 90) return fmt::format("{} weeks", hours / 24 / 7);
  if (hours < 24 * 730) return fmt::format("{} months", hours / 24 / 30);
  return fmt::format("{} years", hours / 24 / 365);
}

std::string cut_characters(std::string_view text, std::size_t width) {
  std::size_t at = 0, characters = 0;
  while (at < text.size()) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
    if (starts && characters++ == width) break;
    ++at;
  }
  return std::string(text.substr(0, at));
}

std::string ellipsis(std::string_view text, std::size_t width) {
  if (width == 0) return "";
  if (character_count(text) <= width) return std::string(text);
  return cut_characters(text, width - 1) + "\xe2\x80\xa6";
}

std::string_view without_algorithm(std::string_view id) {
  const std::size_t colon = id.find(':');
  return colon == std::string_view::npos ? id : id.substr(colon + 1);
}

std::string go_time(Time time) {
  return format_time(time, "%Y-%m-%d %H:%M:%S +0000 UTC");
}

std::string go_time_exactly(Time time) {
  if (time.since_epoch == INT64_MIN) return "0001-01-01 00:00:00 +0000 UTC";
  std::string text = format_time(time, "%Y-%m-%d %H:%M:%S");
  std::string fraction = format_time(time, ".%N");
  while (fraction.ends_with('0')) fraction.pop_back();
  if (fraction != ".") text += fraction;
  return text + " +0000 UTC";
}

}  // namespace drydock::cli
