// date_parse.cc — reads the dates that people type, word by word.

#include "sim/userland/date_parse.h"

#include <algorithm>
#include <array>
#include <string>

#include "sim/base/text.h"

namespace drydock::userland {

namespace {

bool is_digit(char c) { return '0' <= c && c <= '9'; }
bool is_letter(char c) { return 'a' <= c && c <= 'z'; }

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> kDays = {
    "sunday",   "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday"};

// The index of a name or of its first letters (three at least); -1 for none.
template <std::size_t N>
int find_name(const std::array<std::string_view, N>& names,
              std::string_view word) {
  if (word.size() < 3) return -1;
  for (std::size_t i = 0; i < N; ++i) {
    const bool whole = names[i] == word;
    const bool brief = word.size() <= 4 && names[i].starts_with(word);
    if (whole || brief) return static_cast<int>(i);
  }
  return -1;
}

/// Distances in the units that have no fixed length, and in nanoseconds.
struct Distance {
  std::int64_t years = 0, months = 0, days = 0;
  Nanoseconds span = 0;
};

bool add_unit(Distance& distance, std::string_view unit, std::int64_t count) {
  if (unit.size() > 3 && unit.ends_with('s')) unit.remove_suffix(1);
  // Absurd counts would overflow; GNU refuses them too.
  constexpr std::int64_t kCountMax = 1'000'000'000;
  if (count > kCountMax || count < -kCountMax) return false;
  if (unit == "year") return distance.years += count, true;
  if (unit == "month") return distance.months += count, true;
  if (unit == "fortnight") return distance.days += 14 * count, true;
  if (unit == "week") return distance.days += 7 * count, true;
  if (unit == "day") return distance.days += count, true;
  if (unit == "hour") return distance.span += 3600 * kSecond * count, true;
  if (unit == "minute" || unit == "min") {
    return distance.span += 60 * kSecond * count, true;
  }
  if (unit == "second" || unit == "sec") {
    return distance.span += kSecond * count, true;
  }
  return false;
}

class DateReader {
 public:
  DateReader(std::string_view text, Time now)
      : text_(lower(text)), now_(now), civil_(civil(now)) {}

  std::optional<Time> read() {
    if (text_.starts_with('@')) return read_epoch();
    for (skip(); at_ < text_.size(); skip()) {
      if (!read_item()) return std::nullopt;
    }
    return compose();
  }

 private:
  // Blanks, commas and comments in parentheses.
  void skip() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c != ' ' && c != '\t' && c != '\n' && c != ',') return;
      ++at_;
    }
  }

  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  std::string_view digits() {
    const std::size_t start = at_;
    while (is_digit(peek())) ++at_;
    return std::string_view(text_).substr(start, at_ - start);
  }

  std::optional<int> number(std::size_t most) {
    const std::string_view found = digits();
    if (found.empty() || found.size() > most) return std::nullopt;
    return static_cast<int>(parse_int(found).value_or(0));
  }

  std::string_view word() {
    const std::size_t start = at_;
    while (is_letter(peek())) ++at_;
    return std::string_view(text_).substr(start, at_ - start);
  }

  std::optional<Time> read_epoch() {
    ++at_;
    const bool negative = take('-');
    const std::string_view whole = digits();
    if (whole.empty() || whole.size() > 10) return std::nullopt;
    Nanoseconds span = parse_int(whole).value_or(0) * kSecond;
    if (take('.')) span += read_fraction();
    if (at_ != text_.size()) return std::nullopt;
    return Time{negative ? -span : span};
  }

  Nanoseconds read_fraction() {
    Nanoseconds scale = kSecond, sum = 0;
    for (const char c : digits()) {
      scale /= 10;
      sum += (c - '0') * scale;
    }
    return sum;
  }

  bool read_item() {
    if (is_letter(peek())) return read_word();
    if (is_digit(peek())) return read_number();
    const bool sign = peek() == '+' || peek() == '-';
    return sign && read_signed();
  }

  bool read_word() {
    const std::string_view name = word();
    take('.');
    if (name == "now" || name == "today") return true;
    if (name == "yesterday") return distance_.days -= 1, true;
    if (name == "tomorrow") return distance_.days += 1, true;
    if (name == "noon") return set_time(12, 0, 0, 0);
    if (name == "midnight") return set_time(0, 0, 0, 0);
    if (name == "utc" || name == "gmt" || name == "z") {
      return zone_set_ = true;
    }
    if (name == "t" && is_digit(peek())) return true;  // 2015-10-12T08:00.
    if (name == "next" || name == "last" || name == "this") {
      return read_relative(name);
    }
    if (name == "ago") return reverse();
    if (const int month = find_name(kMonths, name); month >= 0) {
      return read_after_month(month + 1);
    }
    if (const int day = find_name(kDays, name); day >= 0) {
      weekday_ = day;
      return true;
    }
    return add_unit(distance_, name, 1);
  }

  bool reverse() {
    distance_.years *= -1;
    distance_.months *= -1;
    distance_.days *= -1;
    distance_.span *= -1;
    return true;
  }

  bool read_relative(std::string_view name) {
    skip();
    const std::string_view unit = word();
    const int count = name == "next" ? 1 : name == "last" ? -1 : 0;
    if (const int day = find_name(kDays, unit); day >= 0) {
      weekday_ = day;
      weeks_ = count;
      return true;
    }
    return add_unit(distance_, unit, count);
  }

  // "Oct 12 2015", "Oct 12, 2015", "Oct 2015" is refused as GNU does not.
  bool read_after_month(int month) {
    skip();
    const auto day = number(2);
    if (!day) return false;
    skip();
    std::int64_t year = civil_.year;
    const bool year_follows = is_digit(peek()) && is_digit(peek(1)) &&
                              is_digit(peek(2)) && is_digit(peek(3)) &&
                              !is_digit(peek(4)) && peek(4) != ':';
    if (year_follows) year = *number(4);
    return set_date(year, month, *day);
  }

  bool read_signed() {
    const char sign = text_[at_++];
    skip();
    const bool zone = time_set_ && !zone_set_ && !distance_follows();
    if (zone) return read_zone(sign);
    const auto count = number(9);
    if (!count) return false;
    skip();
    return add_unit(distance_, word(), sign == '-' ? -*count : *count);
  }

  // Whether a unit follows the number: then it is no zone.
  bool distance_follows() const {
    std::size_t at = at_;
    while (at < text_.size() && is_digit(text_[at])) ++at;
    while (at < text_.size() && text_[at] == ' ') ++at;
    return at < text_.size() && is_letter(text_[at]);
  }

  bool read_zone(char sign) {
    const std::string_view found = digits();
    int hours = 0, minutes = 0;
    if (found.size() <= 2) {
      hours = static_cast<int>(parse_int(found).value_or(0));
      if (take(':')) {
        const auto part = number(2);
        if (!part) return false;
        minutes = *part;
      }
    } else if (found.size() <= 4) {
      const int both = static_cast<int>(parse_int(found).value_or(0));
      hours = both / 100;
      minutes = both % 100;
    } else {
      return false;
    }
    if (hours > 24 || minutes > 59) return false;
    const Nanoseconds offset = (hours * 60 + minutes) * 60 * kSecond;
    zone_ = sign == '-' ? offset : -offset;
    return zone_set_ = true;
  }

  bool read_number() {
    const std::size_t start = at_;
    const std::string found(digits());
    if (peek() == ':') return at_ = start, read_clock();
    if (peek() == '-' && is_digit(peek(1))) return at_ = start, read_iso();
    if (peek() == '/') return at_ = start, read_slashes();
    if (found.size() == 8) return read_compact(found);
    skip();
    const std::size_t after = at_;
    take('-');
    const std::string_view name = word();
    if (name == "am" || name == "pm") {
      return set_half_day(static_cast<int>(*parse_int(found)), 0, 0, name);
    }
    const std::int64_t value = parse_int(found).value_or(INT64_MAX);
    if (const int month = find_name(kMonths, name); month >= 0) {
      return read_after_day(value, month + 1);
    }
    if (!name.empty() && add_unit(distance_, name, value)) return true;
    at_ = after;
    if (found.size() == 4 && !time_set_) {  // "0815": a time of day.
      return set_time(static_cast<int>(value / 100),
                      static_cast<int>(value % 100), 0, 0);
    }
    return false;
  }

  // "12 Oct 2015", "12-Oct-2015", "12 Oct".
  bool read_after_day(std::int64_t day, int month) {
    take('-');
    skip();
    std::int64_t year = civil_.year;
    const std::size_t start = at_;
    const std::string_view found = digits();
    const bool is_year = found.size() == 4 && peek() != ':';
    if (is_year) {
      year = *parse_int(found);
    } else {
      at_ = start;
    }
    return set_date(year, month,
                    static_cast<int>(std::min<std::int64_t>(day, 99)));
  }

  bool read_compact(std::string_view found) {
    return set_date(*parse_int(found.substr(0, 4)),
                    static_cast<int>(*parse_int(found.substr(4, 2))),
                    static_cast<int>(*parse_int(found.substr(6, 2))));
  }

  bool read_iso() {
    const auto year = number(4);
    if (!year || !take('-')) return false;
    const auto month = number(2);
    if (!month || !take('-')) return false;
    const auto day = number(2);
    return day && set_date(*year, *month, *day);
  }

  bool read_slashes() {  // 10/12/2015, 10/12, 2015/10/12.
    const std::string first(digits());
    take('/');
    const auto second = number(2);
    if (!second || first.size() > 4) return false;
    const int value = static_cast<int>(*parse_int(first));
    if (!take('/')) return set_date(civil_.year, value, *second);
    const auto third = number(4);
    if (!third) return false;
    if (first.size() == 4) return set_date(value, *second, *third);
    const int century = *third < 69 ? 2000 : *third < 100 ? 1900 : 0;
    return set_date(*third + century, value, *second);
  }

  bool read_clock() {
    const auto hour = number(2);
    if (!hour || !take(':')) return false;
    const auto minute = number(2);
    if (!minute) return false;
    int second = 0;
    Nanoseconds fraction = 0;
    if (take(':')) {
      const auto given = number(2);
      if (!given) return false;
      second = *given;
      if (peek() == '.' && is_digit(peek(1))) {
        ++at_;
        fraction = read_fraction();
      }
    }
    const std::size_t before = at_;
    skip();
    const std::string_view name = word();
    if (name == "am" || name == "pm") {
      return set_half_day(*hour, *minute, second, name);
    }
    at_ = before;
    return set_time(*hour, *minute, second, fraction);
  }

  bool set_half_day(int hour, int minute, int second, std::string_view half) {
    if (hour < 1 || hour > 12) return false;
    return set_time(hour % 12 + (half == "pm" ? 12 : 0), minute, second, 0);
  }

  bool set_time(int hour, int minute, int second, Nanoseconds fraction) {
    if (time_set_ || hour > 24 || minute > 59 || second > 60) return false;
    civil_.hour = hour;
    civil_.minute = minute;
    civil_.second = second;
    civil_.nanosecond = fraction;
    return time_set_ = true;
  }

  bool set_date(std::int64_t year, int month, int day) {
    constexpr std::array<int, 12> kLengths = {31, 29, 31, 30, 31, 30,
                                              31, 31, 30, 31, 30, 31};
    if (date_set_ || month < 1 || month > 12 || day < 1) return false;
    if (day > kLengths[static_cast<std::size_t>(month - 1)]) return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month == 2 && day == 29 && !leap) return false;
    if (year < 1700 || year > 2260) return false;  // int64 nanoseconds.
    civil_.year = year;
    civil_.month = month;
    civil_.day = day;
    return date_set_ = true;
  }

  std::optional<Time> compose() {
    // A date without a time of day, or a weekday, means its midnight.
    if ((date_set_ || weekday_ >= 0) && !time_set_) {
      civil_.hour = civil_.minute = civil_.second = 0;
      civil_.nanosecond = 0;
    }
    civil_.year += distance_.years;
    std::int64_t month = civil_.month - 1 + distance_.months;
    civil_.year += month >= 0 ? month / 12 : (month - 11) / 12;
    month = (month % 12 + 12) % 12;
    civil_.month = static_cast<int>(month) + 1;
    if (civil_.year < 1700 || civil_.year > 2260) return std::nullopt;
    Time time = instant(civil_) + zone_;
    if (weekday_ >= 0) {
      const int today = civil(time).weekday;
      int ahead = (weekday_ - today + 7) % 7;
      if (weeks_ > 0 && ahead == 0) ahead = 7;
      if (weeks_ < 0) ahead -= 7;
      time = time + ahead * 86400 * kSecond;
    }
    constexpr std::int64_t kDaysMax = 200 * 366;
    if (distance_.days > kDaysMax || distance_.days < -kDaysMax) {
      return std::nullopt;
    }
    return time + distance_.days * 86400 * kSecond + distance_.span;
  }

  const std::string text_;
  const Time now_;
  CivilTime civil_;
  std::size_t at_ = 0;
  bool date_set_ = false, time_set_ = false, zone_set_ = false;
  Nanoseconds zone_ = 0;
  int weekday_ = -1, weeks_ = 0;
  Distance distance_;
};

// "YYMMDDhhmm" in pairs, checked.
std::optional<Time> from_pairs(std::int64_t year, std::string_view pairs,
                               std::string_view seconds) {
  std::array<int, 5> parts{};
  for (std::size_t i = 0; i < 4; ++i) {
    parts[i] = static_cast<int>(parse_int(pairs.substr(i * 2, 2)).value_or(99));
  }
  if (!seconds.empty()) {
    const auto value = parse_int(seconds);
    if (seconds.size() != 2 || !value) return std::nullopt;
    parts[4] = static_cast<int>(*value);
  }
  const CivilTime given{year,     parts[0], parts[1], parts[2], parts[3],
                        parts[4], 0,        0,        0};
  const Time time = instant(given);
  const CivilTime back = civil(time);
  const bool same = back.month == given.month && back.day == given.day &&
                    back.hour == given.hour && back.minute == given.minute;
  if (!same) return std::nullopt;
  return time;
}

std::int64_t year_of(std::string_view text, Time now) {
  if (text.empty()) return civil(now).year;
  const std::int64_t year = parse_int(text).value_or(0);
  if (text.size() == 4) return year;
  return year + (year < 69 ? 2000 : 1900);
}

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, is_digit);
}

}  // namespace

std::optional<Time> parse_date(std::string_view text, Time now) {
  return DateReader(text, now).read();
}

std::optional<Time> parse_stamp(std::string_view text, Time now) {
  const std::size_t dot = text.find('.');
  const std::string_view digits = text.substr(0, dot);
  const std::string_view seconds = dot == text.npos ? "" : text.substr(dot + 1);
  const bool length =
      digits.size() == 8 || digits.size() == 10 || digits.size() == 12;
  if (!length || !all_digits(digits) || !all_digits(seconds)) {
    return std::nullopt;
  }
  const std::size_t years = digits.size() - 8;
  return from_pairs(year_of(digits.substr(0, years), now), digits.substr(years),
                    seconds);
}

std::optional<Time> parse_date_operand(std::string_view text, Time now) {
  const std::size_t dot = text.find('.');
  const std::string_view digits = text.substr(0, dot);
  const std::string_view seconds = dot == text.npos ? "" : text.substr(dot + 1);
  const bool length =
      digits.size() == 8 || digits.size() == 10 || digits.size() == 12;
  if (!length || !all_digits(digits) || !all_digits(seconds)) {
    return std::nullopt;
  }
  return from_pairs(year_of(digits.substr(8), now), digits.substr(0, 8),
                    seconds);
}

}  // namespace drydock::userland
