// sort_key.cc — comparing two lines.

#include "sim/userland/text/sort_key.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::userland {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int sign_of(bool less, bool greater) { return greater - less; }

/// [-]digits[.digits], and the suffix of -h, apart.
struct Number {
  bool negative = false;
  std::string_view whole, fraction;
  char suffix = 0;

  bool zero() const {
    return whole.empty() && fraction.find_first_not_of('0') == fraction.npos;
  }
};

Number read_number(std::string_view text) {
  Number number;
  while (!text.empty() && is_blank(text[0])) text.remove_prefix(1);
  if (text.starts_with('-')) {
    number.negative = true;
    text.remove_prefix(1);
  }
  std::size_t at = 0;
  while (at < text.size() && is_digit(text[at])) ++at;
  number.whole = text.substr(0, at);
  while (number.whole.starts_with('0')) number.whole.remove_prefix(1);
  if (at < text.size() && text[at] == '.') {
    const std::size_t begin = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    number.fraction = text.substr(begin, at - begin);
  }
  if (at < text.size()) number.suffix = text[at];
  return number;
}

int compare_magnitude(const Number& a, const Number& b) {
  if (a.whole.size() != b.whole.size()) {
    return a.whole.size() < b.whole.size() ? -1 : 1;
  }
  if (const int whole = a.whole.compare(b.whole)) return whole;
  const std::size_t longest = std::max(a.fraction.size(), b.fraction.size());
  for (std::size_t i = 0; i < longest; ++i) {
    const char x = i < a.fraction.size() ? a.fraction[i] : '0';
    const char y = i < b.fraction.size() ? b.fraction[i] : '0';
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

int compare_numbers(const Number& a, const Number& b) {
  const bool a_negative = a.negative && !a.zero();
  const bool b_negative = b.negative && !b.zero();
  if (a_negative != b_negative) return a_negative ? -1 : 1;
  const int magnitude = compare_magnitude(a, b);
  return a_negative ? -magnitude : magnitude;
}

int unit_of(const Number& number) {
  constexpr std::string_view kUnits = "KMGTPEZY";
  const char c = number.suffix == 'k' ? 'K' : number.suffix;
  const std::size_t at = kUnits.find(c);
  const int rank = c == 0 || at == kUnits.npos ? 0 : static_cast<int>(at) + 1;
  if (number.zero()) return 0;
  return number.negative ? -rank : rank;
}

int compare_human(std::string_view a, std::string_view b) {
  const Number x = read_number(a), y = read_number(b);
  const int difference = unit_of(x) - unit_of(y);
  return difference != 0 ? difference : compare_numbers(x, y);
}

int month_of(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {
      "JAN", "FEB", "MAR", "APR", "MAY", "JUN",
      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  while (!text.empty() && is_blank(text[0])) text.remove_prefix(1);
  const std::string name = upper(text.substr(0, 3));
  const auto month = std::ranges::find(kMonths, name);
  return month == kMonths.end() ? 0
                                : static_cast<int>(month - kMonths.begin()) + 1;
}

int order_of(char c) {
  if (c == '~') return -1;
  if (is_digit(c) || c == 0) return 0;
  if (is_alpha(c)) return static_cast<unsigned char>(c);
  return static_cast<unsigned char>(c) + 256;
}

/// dpkg's comparison of version parts: what filevercmp is made of.
int compare_versions(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    while ((i < a.size() && !is_digit(a[i])) ||
           (j < b.size() && !is_digit(b[j]))) {
      const int x = i < a.size() ? order_of(a[i]) : 0;
      const int y = j < b.size() ? order_of(b[j]) : 0;
      if (x != y) return x < y ? -1 : 1;
      ++i;
      ++j;
    }
    while (i < a.size() && a[i] == '0') ++i;
    while (j < b.size() && b[j] == '0') ++j;
    int first = 0;
    while (i < a.size() && j < b.size() && is_digit(a[i]) && is_digit(b[j])) {
      if (first == 0) first = a[i] - b[j];
      ++i;
      ++j;
    }
    if (i < a.size() && is_digit(a[i])) return 1;
    if (j < b.size() && is_digit(b[j])) return -1;
    if (first != 0) return first;
  }
  return 0;
}

/// What is no number comes before all numbers.
double general_value(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  if (end == copy.c_str()) return -std::numeric_limits<double>::infinity();
  return value;
}

std::string plain(std::string_view text, const SortOrder& order) {
  std::string out;
  for (const char c : text) {
    if (order.dictionary && !is_digit(c) && !is_alpha(c) && !is_blank(c)) {
      continue;
    }
    if (order.printable && (c < ' ' || c > '~')) continue;
    out += order.fold && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  return out;
}

int compare_texts(std::string_view a, std::string_view b,
                  const SortOrder& order) {
  if (order.general) {
    const double x = general_value(a), y = general_value(b);
    return sign_of(x<y, x> y);
  }
  if (order.numeric) return compare_numbers(read_number(a), read_number(b));
  if (order.human) return compare_human(a, b);
  if (order.month) return month_of(a) - month_of(b);
  if (order.version) return compare_versions(a, b);
  if (!order.fold && !order.dictionary && !order.printable) return a.compare(b);
  return plain(a, order).compare(plain(b, order));
}

/// Where field `number` begins and ends.
std::pair<std::size_t, std::size_t> field_of(std::string_view line,
                                             std::size_t number,
                                             std::optional<char> separator) {
  std::size_t begin = 0;
  for (std::size_t n = 1;; ++n) {
    std::size_t end = begin;
    if (separator) {
      end = std::min(line.find(*separator, begin), line.size());
    } else {
      while (end < line.size() && is_blank(line[end])) ++end;
      while (end < line.size() && !is_blank(line[end])) ++end;
    }
    if (n == number) return {begin, end};
    if (end >= line.size()) return {line.size(), line.size()};
    begin = separator ? end + 1 : end;
  }
}

std::size_t skip_blanks(std::string_view line, std::size_t at) {
  while (at < line.size() && is_blank(line[at])) ++at;
  return at;
}

std::string_view key_text(std::string_view line, const SortKey& key,
                          const SortOrder& order,
                          std::optional<char> separator) {
  std::size_t begin = field_of(line, key.field, separator).first;
  if (order.skip_start) begin = skip_blanks(line, begin);
  begin = std::min(begin + key.character - 1, line.size());
  std::size_t end = line.size();
  if (key.end_field > 0) {
    const auto [from, to] = field_of(line, key.end_field, separator);
    end = to;
    if (key.end_character > 0) {
      const std::size_t base = order.skip_end ? skip_blanks(line, from) : from;
      end = std::min(base + key.end_character, line.size());
    }
  }
  return begin < end ? line.substr(begin, end - begin) : std::string_view();
}

}  // namespace

bool SortOrder::set(char letter) {
  switch (letter) {
    case 'n':
      numeric = true;
      return true;
    case 'h':
      human = true;
      return true;
    case 'V':
      version = true;
      return true;
    case 'M':
      month = true;
      return true;
    case 'g':
      general = true;
      return true;
    case 'r':
      reverse = true;
      return true;
    case 'f':
      fold = true;
      return true;
    case 'b':
      skip_start = skip_end = true;
      return true;
    case 'd':
      dictionary = true;
      return true;
    case 'i':
      printable = true;
      return true;
    default:
      return false;
  }
}

Result<SortKey> parse_sort_key(std::string_view text) {
  SortKey key;
  std::size_t at = 0;
  const auto number = [&](std::size_t otherwise) {
    std::size_t value = 0;
    bool any = false;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      value = std::min<std::size_t>(
          value * 10 + static_cast<std::size_t>(text[at] - '0'), 1'000'000'000);
      any = true;
    }
    return any ? value : otherwise;
  };
  const auto letters = [&](bool end) {
    for (; at < text.size(); ++at) {
      if (text[at] == 'b') {
        (end ? key.order.skip_end : key.order.skip_start) = true;
      } else if (!key.order.set(text[at])) {
        return;
      }
    }
  };
  if (text.empty() || !is_digit(text[0])) {
    return Error{
        fmt::format("invalid number at field start: invalid count at "
                    "start of '{}'",
                    text)};
  }
  key.field = number(1);
  if (at < text.size() && text[at] == '.') {
    ++at;
    key.character = number(1);
  }
  if (key.field == 0) {
    return Error{fmt::format(
        "field number is zero: invalid field specification '{}'", text)};
  }
  letters(false);
  if (at < text.size() && text[at] == ',') {
    ++at;
    key.end_field = number(0);
    if (at < text.size() && text[at] == '.') {
      ++at;
      key.end_character = number(0);
    }
    letters(true);
  }
  if (at < text.size()) {
    return Error{
        fmt::format("stray character in field spec: invalid field "
                    "specification '{}'",
                    text)};
  }
  return key;
}

int SortRules::compare(std::string_view a, std::string_view b,
                       bool last_resort) const {
  int result = 0;
  for (const SortKey& key : keys) {
    const SortOrder& how = key.order.any() ? key.order : order;
    const std::string_view x = key_text(a, key, how, separator);
    const std::string_view y = key_text(b, key, how, separator);
    result = compare_texts(x, y, how);
    if (result != 0) return how.reverse ? -result : result;
  }
  if (keys.empty()) {
    std::string_view x = a, y = b;
    if (order.skip_start) {
      x.remove_prefix(skip_blanks(x, 0));
      y.remove_prefix(skip_blanks(y, 0));
    }
    result = compare_texts(x, y, order);
    if (result != 0) return order.reverse ? -result : result;
  }
  if (!last_resort || stable || unique) return 0;
  result = a.compare(b);
  return order.reverse ? -result : result;
}

}  // namespace drydock::userland
