// moment.cc — points in time, read.

#include "sim/cli/moment.h"

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/cli/flags.h"

namespace drydock::cli {

namespace {

/// "1444636800" or "1444636800.5": Unix time.
std::optional<Time> parse_unix(std::string_view text) {
  const std::size_t dot = text.find('.');
  const std::optional<std::int64_t> seconds = parse_int(text.substr(0, dot));
  constexpr std::int64_t kMost = 9'000'000'000;
  if (!seconds || *seconds > kMost || *seconds < -kMost) return std::nullopt;
  Time time{*seconds * kSecond};
  if (dot == std::string_view::npos) return time;
  std::string fraction(text.substr(dot + 1, 9));
  fraction.resize(9, '0');
  const std::optional<std::int64_t> rest = parse_int(fraction);
  if (!rest) return std::nullopt;
  return time + *rest;
}

}  // namespace

Result<std::optional<Time>> parse_moment(std::string_view text,
                                         std::string_view flag, Time now) {
  if (text.empty()) return std::optional<Time>();
  const std::optional<std::int64_t> span = parse_duration(text);
  if (span && text != "0") return std::optional<Time>(now - *span);
  if (const auto time = parse_unix(text)) return std::optional<Time>(*time);
  if (const auto time = parse_rfc3339(text)) return std::optional<Time>(*time);
  return Error{
      fmt::format("invalid value for {}: failed to parse value as time "
                  "or duration: {}",
                  go_quote(flag), go_quote(text))};
}

}  // namespace drydock::cli
