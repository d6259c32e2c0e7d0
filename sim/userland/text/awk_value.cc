// awk_value.cc — conversions, comparison and printf.

#include "sim/userland/text/awk_value.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/printf.h>

#include "sim/base/text.h"

namespace drydock::userland {

namespace {

constexpr double kWholeMax = 1e16;
constexpr int kWidthMax = 1 << 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The end of the decimal number at `at`; `at` itself when there is none.
std::size_t number_end(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  std::size_t digits = 0;
  while (at < text.size() && is_digit(text[at])) ++at, ++digits;
  if (at < text.size() && text[at] == '.') {
    ++at;
    while (at < text.size() && is_digit(text[at])) ++at, ++digits;
  }
  if (digits == 0) return begin;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t end = at + 1;
    if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
    const std::size_t exponent = end;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end > exponent) at = end;
  }
  return at;
}

bool is_whole(const std::string& text) {
  if (text.empty() || text.size() > 15) return false;
  if (text[0] == '0' && text.size() > 1) return false;
  return std::ranges::all_of(text, is_digit);
}

/// One conversion of a format: %-5.2f
struct Conversion {
  std::string flags;
  int width = -1, precision = -1;
  char letter = 0;
};

class Formatter {
 public:
  Formatter(std::string_view format, const std::vector<AwkValue>& arguments,
            const std::string& convfmt)
      : format_(format), arguments_(arguments), convfmt_(convfmt) {}

  std::string run() {
    while (at_ < format_.size()) {
      if (format_[at_] != '%') {
        out_ += format_[at_++];
        continue;
      }
      const std::size_t begin = at_++;
      const Conversion conversion = read();
      if (conversion.letter == '%') {
        out_ += '%';
      } else if (!write(conversion)) {
        out_ += format_.substr(begin, at_ - begin);
      }
    }
    return std::move(out_);
  }

 private:
  AwkValue next() {
    return used_ < arguments_.size() ? arguments_[used_++] : AwkValue();
  }

  int number() {
    if (at_ < format_.size() && format_[at_] == '*') {
      ++at_;
      return static_cast<int>(
          std::clamp<double>(next().to_number(), -kWidthMax, kWidthMax));
    }
    int value = 0;
    while (at_ < format_.size() && is_digit(format_[at_])) {
      value = std::min(value * 10 + (format_[at_++] - '0'), kWidthMax);
    }
    return value;
  }

  Conversion read() {
    Conversion c;
    while (at_ < format_.size() &&
           std::string_view("-+ #0").find(format_[at_]) !=
               std::string_view::npos) {
      c.flags += format_[at_++];
    }
    if (at_ < format_.size() &&
        (is_digit(format_[at_]) || format_[at_] == '*')) {
      c.width = number();
      if (c.width < 0) {
        c.flags += '-';
        c.width = -c.width;
      }
    }
    if (at_ < format_.size() && format_[at_] == '.') {
      ++at_;
      c.precision = number();
    }
    while (at_ < format_.size() &&
           std::string_view("hlLjzt").find(format_[at_]) !=
               std::string_view::npos) {
      ++at_;
    }
    if (at_ < format_.size()) c.letter = format_[at_++];
    return c;
  }

  bool write(const Conversion& c) {
    switch (c.letter) {
      case 'd':
      case 'i':
        write_integer(c, 'd');
        return true;
      case 'o':
      case 'x':
      case 'X':
      case 'u':
        write_integer(c, c.letter);
        return true;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        write_double(c, next().to_number(), c.letter);
        return true;
      case 'c':
        write_character(c);
        return true;
      case 's': {
        std::string text = next().to_text(convfmt_);
        if (c.precision >= 0) {
          text = text.substr(0, static_cast<std::size_t>(c.precision));
        }
        pad(c, text);
        return true;
      }
      default:
        return false;
    }
  }

  void write_character(const Conversion& c) {
    const AwkValue value = next();
    if (value.numeric() && value.kind != AwkValue::Kind::unset) {
      const auto code = static_cast<std::int64_t>(value.to_number());
      pad(c, std::string(1, static_cast<char>(code & 255)));
    } else {
      pad(c, value.to_text(convfmt_).substr(0, 1));
    }
  }

  void pad(const Conversion& c, const std::string& text) {
    const auto width = static_cast<std::size_t>(std::max(c.width, 0));
    const std::size_t fill = width > text.size() ? width - text.size() : 0;
    const bool left = c.flags.find('-') != std::string::npos;
    if (!left) out_.append(fill, ' ');
    out_ += text;
    if (left) out_.append(fill, ' ');
  }

  std::string spec(const Conversion& c, std::string_view end) const {
    std::string text = "%" + c.flags;
    if (c.width >= 0) text += fmt::format("{}", c.width);
    if (c.precision >= 0) text += fmt::format(".{}", c.precision);
    return text.append(end);
  }

  void write_integer(const Conversion& c, char letter) {
    const double value = next().to_number();
    if (std::isnan(value) || std::fabs(value) >= 9.2e18) {
      Conversion plain = c;
      plain.precision = std::isnan(value) || std::isinf(value) ? -1 : 0;
      write_double(plain, value, 'f');
      return;
    }
    const auto integer = static_cast<std::int64_t>(value);
    if (letter == 'd') {
      out_ += fmt::sprintf(spec(c, "d"), integer);
    } else {
      const std::string end(1, letter);
      out_ += fmt::sprintf(spec(c, end), static_cast<std::uint64_t>(integer));
    }
  }

  void write_double(const Conversion& c, double value, char letter) {
    if (std::isnan(value) || std::isinf(value)) {
      const std::string sign = std::signbit(value) ? "-" : "";
      pad(c, sign + (std::isnan(value) ? "nan" : "inf"));
      return;
    }
    Conversion bounded = c;
    bounded.precision = std::min(c.precision < 0 ? 6 : c.precision, 400);
    const std::string end(1, letter);
    out_ += fmt::sprintf(spec(bounded, end), value);
  }

  std::string_view format_;
  const std::vector<AwkValue>& arguments_;
  const std::string& convfmt_;
  std::size_t at_ = 0, used_ = 0;
  std::string out_;
};

}  // namespace

bool AwkSubscriptOrder::operator()(const std::string& a,
                                   const std::string& b) const {
  const bool a_whole = is_whole(a), b_whole = is_whole(b);
  if (a_whole != b_whole) return a_whole;
  if (a_whole && a.size() != b.size()) return a.size() < b.size();
  return a < b;
}

double awk_number(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size() && is_space(text[begin])) ++begin;
  const std::size_t end = number_end(text, begin);
  if (end == begin) return 0;
  return std::strtod(std::string(text.substr(begin, end - begin)).c_str(),
                     nullptr);
}

bool looks_numeric(std::string_view text) {
  const std::string_view bare = trim(text);
  return !bare.empty() && number_end(bare, 0) == bare.size();
}

std::string awk_number_text(double number, const std::string& format) {
  if (std::isnan(number)) return std::signbit(number) ? "-nan" : "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  if (number == std::floor(number) && std::fabs(number) < kWholeMax) {
    return fmt::format("{}", static_cast<std::int64_t>(number));
  }
  if (number == std::floor(number)) return fmt::format("{:.0f}", number);
  return awk_format(format, {AwkValue::of(number)}, "%.6g");
}

double AwkValue::to_number() const {
  if (kind == Kind::number) return number;
  return kind == Kind::unset ? 0 : awk_number(text);
}

std::string AwkValue::to_text(const std::string& convfmt) const {
  if (kind == Kind::number) return awk_number_text(number, convfmt);
  return text;
}

bool AwkValue::numeric() const {
  switch (kind) {
    case Kind::unset:
    case Kind::number:
      return true;
    case Kind::input:
      return looks_numeric(text);
    case Kind::string:
      return false;
  }
  return false;
}

bool AwkValue::truth() const {
  if (kind == Kind::number) return number != 0;
  if (kind == Kind::input && looks_numeric(text)) return awk_number(text) != 0;
  return !text.empty();
}

int awk_compare(const AwkValue& a, const AwkValue& b,
                const std::string& convfmt) {
  if (a.numeric() && b.numeric()) {
    const double x = a.to_number(), y = b.to_number();
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return a.to_text(convfmt).compare(b.to_text(convfmt));
}

std::string awk_format(std::string_view format,
                       const std::vector<AwkValue>& arguments,
                       const std::string& convfmt) {
  return Formatter(format, arguments, convfmt).run();
}

}  // namespace drydock::userland
