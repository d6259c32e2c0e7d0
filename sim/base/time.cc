// time.cc — civil time by 400-year eras.

#include "sim/base/time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

namespace drydock {

namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}

// Days since 1970-01-01 to a civil date and back, by 400-year eras that begin
// on 1 March, so that the leap day is the last of its year.
constexpr std::int64_t kDaysPerEra = 146'097;
constexpr std::int64_t kEraShift = 719'468;

struct Date {
  std::int64_t year;
  int month, day;
};

Date date_of(std::int64_t days) {
  const std::int64_t shifted = days + kEraShift;
  const std::int64_t era = floor_div(shifted, kDaysPerEra);
  const std::int64_t in_era = shifted - era * kDaysPerEra;
  const std::int64_t year_of_era =
      (in_era - in_era / 1460 + in_era / 36'524 - in_era / 146'096) / 365;
  const std::int64_t in_year =
      in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * in_year + 2) / 153;
  const int day = static_cast<int>(in_year - (153 * march_month + 2) / 5 + 1);
  const int month =
      static_cast<int>(march_month < 10 ? march_month + 3 : march_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

std::int64_t days_of(std::int64_t year, int month, int day) {
  const std::int64_t y = year - (month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t in_year =
      (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t in_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + in_year;
  return era * kDaysPerEra + in_era - kEraShift;
}

constexpr std::array<std::string_view, 7> kWeekdays = {
    "Sunday",   "Monday", "Tuesday", "Wednesday",
    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

std::string_view weekday_name(const CivilTime& c) {
  return kWeekdays[static_cast<std::size_t>(c.weekday)];
}
std::string_view month_name(const CivilTime& c) {
  return kMonths[static_cast<std::size_t>(c.month - 1)];
}

int twelve_hour(const CivilTime& c) {
  return c.hour % 12 == 0 ? 12 : c.hour % 12;
}

int monday_week(const CivilTime& c) {
  return (c.day_of_year + 6 - (c.weekday + 6) % 7) / 7;
}

/// One conversion of strftime(3).
struct Conversion {
  char letter;
  std::string (*text)(Time, const CivilTime&);
};

// clang-format off
constexpr Conversion kConversions[] = {
    {'%', [](Time, const CivilTime&) { return std::string("%"); }},
    {'A', [](Time, const CivilTime& c) { return std::string(weekday_name(c)); }},
    {'B', [](Time, const CivilTime& c) { return std::string(month_name(c)); }},
    {'C', [](Time, const CivilTime& c) { return fmt::format("{:02}", c.year / 100); }},
    {'D', [](Time t, const CivilTime&) { return format_time(t, "%m/%d/%y"); }},
    {'F', [](Time t, const CivilTime&) { return format_time(t, "%Y-%m-%d"); }},
    {'H', [](Time, const CivilTime& c) { return fmt::format("{:02}", c.hour); }},
    {'I', [](Time, const CivilTime& c) { return fmt::format("{:02}", twelve_hour(c)); }},
    {'M', [](Time, const CivilTime& c) { return fmt::format("{:02}", c.minute); }},
    {'N', [](Time, const CivilTime& c) { return fmt::format("{:09}", c.nanosecond); }},
    {'P', [](Time, const CivilTime& c) { return std::string(c.hour < 12 ? "am" : "pm"); }},
    {'R', [](Time t, const CivilTime&) { return format_time(t, "%H:%M"); }},
    {'S', [](Time, const CivilTime& c) { return fmt::format("{:02}", c.second); }},
    {'T', [](Time t, const CivilTime&) { return format_time(t, "%H:%M:%S"); }},
    {'W', [](Time, const CivilTime& c) { return fmt::format("{:02}", monday_week(c)); }},
    {'X', [](Time t, const CivilTime&) { return format_time(t, "%H:%M:%S"); }},
    {'Y', [](Time, const CivilTime& c) { return fmt::format("{}", c.year); }},
    {'Z', [](Time, const CivilTime&) { return std::string("UTC"); }},
    {'a', [](Time, const CivilTime& c) { return std::string(weekday_name(c).substr(0, 3)); }},
    {'c', [](Time t, const CivilTime&) { return format_time(t, "%a %b %e %H:%M:%S %Y"); }},
    {'d', [](Time, const CivilTime& c) { return fmt::format("{:02}", c.day); }},
    {'e', [](Time, const CivilTime& c) { return fmt::format("{:2}", c.day); }},
    {'b', [](Time, const CivilTime& c) { return std::string(month_name(c).substr(0, 3)); }},
    {'h', [](Time, const CivilTime& c) { return std::string(month_name(c).substr(0, 3)); }},
    {'j', [](Time, const CivilTime& c) { return fmt::format("{:03}", c.day_of_year); }},
    {'k', [](Time, const CivilTime& c) { return fmt::format("{:2}", c.hour); }},
    {'l', [](Time, const CivilTime& c) { return fmt::format("{:2}", twelve_hour(c)); }},
    {'m', [](Time, const CivilTime& c) { return fmt::format("{:02}", c.month); }},
    {'n', [](Time, const CivilTime&) { return std::string("\n"); }},
    {'p', [](Time, const CivilTime& c) { return std::string(c.hour < 12 ? "AM" : "PM"); }},
    {'r', [](Time t, const CivilTime&) { return format_time(t, "%I:%M:%S %p"); }},
    {'s', [](Time t, const CivilTime&) { return fmt::format("{}", t.seconds()); }},
    {'t', [](Time, const CivilTime&) { return std::string("\t"); }},
    {'u', [](Time, const CivilTime& c) { return fmt::format("{}", c.weekday == 0 ? 7 : c.weekday); }},
    {'w', [](Time, const CivilTime& c) { return fmt::format("{}", c.weekday); }},
    {'x', [](Time t, const CivilTime&) { return format_time(t, "%m/%d/%y"); }},
    {'y', [](Time, const CivilTime& c) { return fmt::format("{:02}", c.year % 100); }},
    {'z', [](Time, const CivilTime&) { return std::string("+0000"); }},
};
// clang-format on

std::string conversion(char letter, Time time, const CivilTime& c) {
  const auto row = std::ranges::find(kConversions, letter, &Conversion::letter);
  if (row == std::end(kConversions)) return std::string("%") + letter;
  return row->text(time, c);
}

/// Reads exactly `digits` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  const char* end = text.data() + digits;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value < 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

/// "+02:00", "-0700", "Z" or nothing, in seconds east of Greenwich.
std::optional<int> take_zone(std::string_view& text) {
  if (text.empty() || take(text, 'Z') || take(text, 'z')) return 0;
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  take(text, ':');
  const auto minutes = take_digits(text, 2);
  if (!hours || !minutes) return std::nullopt;
  const int east = *hours * 3600 + *minutes * 60;
  return west ? -east : east;
}

std::int64_t take_fraction(std::string_view& text) {
  std::int64_t nanoseconds = 0, unit = kSecond;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    unit /= 10;
    nanoseconds += (text.front() - '0') * unit;
    text.remove_prefix(1);
  }
  return nanoseconds;
}

bool take_time_of_day(std::string_view& text, CivilTime& c) {
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return false;
  const auto minute = take_digits(text, 2);
  if (!minute) return false;
  c.hour = *hour;
  c.minute = *minute;
  if (take(text, ':')) {
    const auto second = take_digits(text, 2);
    if (!second) return false;
    c.second = *second;
    if (take(text, '.')) c.nanosecond = take_fraction(text);
  }
  return c.hour < 24 && c.minute < 60 && c.second <= 60;
}

}  // namespace

std::int64_t Time::seconds() const { return floor_div(since_epoch, kSecond); }

CivilTime civil(Time time) {
  const std::int64_t seconds = time.seconds();
  const std::int64_t days = floor_div(seconds, kSecondsPerDay);
  const int of_day = static_cast<int>(seconds - days * kSecondsPerDay);
  const Date date = date_of(days);
  return {.year = date.year,
          .month = date.month,
          .day = date.day,
          .hour = of_day / 3600,
          .minute = of_day / 60 % 60,
          .second = of_day % 60,
          .nanosecond = time.since_epoch - seconds * kSecond,
          .weekday = static_cast<int>(((days + 4) % 7 + 7) % 7),
          .day_of_year = static_cast<int>(days - days_of(date.year, 1, 1)) + 1};
}

Time instant(const CivilTime& c) {
  const std::int64_t days = days_of(c.year, c.month, c.day);
  const std::int64_t seconds =
      days * kSecondsPerDay + c.hour * 3600 + c.minute * 60 + c.second;
  return {seconds * kSecond + c.nanosecond};
}

std::string format_time(Time time, std::string_view format) {
  const CivilTime parts = civil(time);
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      text += format[i];
      continue;
    }
    ++i;
    const bool unpadded = format[i] == '-' && i + 1 < format.size();
    if (unpadded) ++i;
    std::string piece = conversion(format[i], time, parts);
    if (unpadded) {
      while (piece.size() > 1 && (piece[0] == '0' || piece[0] == ' ')) {
        piece.erase(0, 1);
      }
    }
    text += piece;
  }
  return text;
}

namespace {

/// `before`, and the value in as many digits as `width` says.
void append_number(std::string& text, char before, std::int64_t value,
                   std::size_t width) {
  text += before;
  text.append(width, '0');
  for (std::size_t at = text.size(); value > 0; value /= 10) {
    text[--at] = static_cast<char>('0' + value % 10);
  }
}

}  // namespace

// Every event and every change of a container has one of these, so they are
// put together by hand.
std::string rfc3339(Time time) {
  const CivilTime c = civil(time);
  std::string text = std::to_string(c.year);
  append_number(text, '-', c.month, 2);
  append_number(text, '-', c.day, 2);
  append_number(text, 'T', c.hour, 2);
  append_number(text, ':', c.minute, 2);
  append_number(text, ':', c.second, 2);
  if (c.nanosecond != 0) {
    append_number(text, '.', c.nanosecond, 9);
    while (text.back() == '0') text.pop_back();
  }
  text += 'Z';
  return text;
}

std::string rfc3339_nine(Time time) {
  return format_time(time, "%Y-%m-%dT%H:%M:%S.%NZ");
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  CivilTime c{};
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || *month < 1 || *month > 12 || *day < 1 || *day > 31) {
    return std::nullopt;
  }
  c.year = *year;
  c.month = *month;
  c.day = *day;
  if (take(text, 'T') || take(text, ' ')) {
    if (!take_time_of_day(text, c)) return std::nullopt;
  }
  const auto east = take_zone(text);
  if (!east || !text.empty()) return std::nullopt;
  return instant(c) - *east * kSecond;
}

}  // namespace drydock
