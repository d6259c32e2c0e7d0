// time.h — instants and spans, in integer nanoseconds, and how they are
// written.

#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drydock {

/// A span of time in nanoseconds; may be negative.
using Nanoseconds = std::int64_t;

inline constexpr Nanoseconds kMicrosecond = 1'000;
inline constexpr Nanoseconds kMillisecond = 1'000'000;
inline constexpr Nanoseconds kSecond = 1'000'000'000;

/// An instant: nanoseconds since 1970-01-01T00:00:00Z.
struct Time {
  Nanoseconds since_epoch = 0;

  std::int64_t seconds() const;  // Rounded down.

  friend auto operator<=>(const Time&, const Time&) = default;
  friend Time operator+(Time t, Nanoseconds span) {
    return {t.since_epoch + span};
  }
  friend Time operator-(Time t, Nanoseconds span) {
    return {t.since_epoch - span};
  }
  friend Nanoseconds operator-(Time a, Time b) {
    return a.since_epoch - b.since_epoch;
  }
};

/// Where simulated time starts: 2015-10-12T08:00:00Z (design.md §3).
inline constexpr Time kEpochOfDrydock{1'444'636'800 * kSecond};

/// Time in civil parts, UTC, proleptic Gregorian calendar.
struct CivilTime {
  std::int64_t year;
  int month;  // 1-12
  int day;    // 1-31
  int hour, minute, second;
  std::int64_t nanosecond;
  int weekday;      // 0 = Sunday
  int day_of_year;  // 1-366
};

CivilTime civil(Time time);
Time instant(const CivilTime& civil);  // Reads year..nanosecond only.

/// strftime(3) in the C locale and UTC, with %N for nanoseconds.
std::string format_time(Time time, std::string_view format);

/// "2015-10-12T08:00:00Z"; the fraction is printed without trailing zeros,
/// as Go's time.RFC3339Nano does.
std::string rfc3339(Time time);

/// "2015-10-12T08:00:00.000000000Z": always nine digits, as `docker logs -t`.
std::string rfc3339_nine(Time time);

/// Reads RFC 3339, with or without zone, time of day or fraction.
std::optional<Time> parse_rfc3339(std::string_view text);

/// What time is it?  The simulator answers with virtual time.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

}  // namespace drydock
