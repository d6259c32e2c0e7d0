// printf_format.cc — printf(1): XCU printf, and what dash, bash and GNU add.

#include "sim/userland/printf_format.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "sim/userland/escapes.h"
#include "sim/userland/sh/escapes.h"

namespace drydock::userland {

namespace {

// What a width may be and a call may print; more is ENOMEM.
constexpr std::size_t kWidest = std::size_t{1} << 24;
constexpr std::size_t kLargest = std::size_t{1} << 26;

/// One conversion: %-08.3d.
struct Spec {
  bool left = false, plus = false, space = false, alternate = false,
       zero = false;
  std::size_t width = 0;
  std::optional<std::size_t> precision;
  char letter = 0;
};

int digit_of(char c) {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  if ('A' <= c && c <= 'F') return c - 'A' + 10;
  return 99;
}

class Printer {
 public:
  Printer(const List& words, PrintfStyle style, Time now)
      : words_(words), style_(style), now_(now) {}

  PrintfAnswer run() {
    const std::string& format = words_.front();
    do {
      const std::size_t before = next_;
      once(format);
      if (stop_ || next_ == before) break;
    } while (next_ < words_.size() && has_room({}, format));
    return std::move(answer_);
  }

 private:
  bool dash() const { return style_ == PrintfStyle::dash; }

  void complain(std::string text) {
    answer_.complaints.push_back(std::move(text));
    answer_.status = 1;
  }

  /// Whether a field may be printed still; tells if not.
  bool has_room(const Spec& spec, std::string_view directive) {
    const bool text =
        std::string_view("sbqc").find(spec.letter) != std::string_view::npos;
    const std::size_t size =
        std::max(spec.width, text ? 0 : spec.precision.value_or(0));
    if (size < kWidest && answer_.text.size() + size < kLargest) return true;
    complain(fmt::format("{}: Cannot allocate memory", directive));
    return false;
  }

  void once(std::string_view format) {
    for (std::size_t at = 0; at < format.size() && !stop_;) {
      const char c = format[at];
      if (c == '\\') {
        escape(format, at);
      } else if (c != '%') {
        answer_.text += c;
        ++at;
      } else if (format.substr(at).starts_with("%%")) {
        answer_.text += '%';
        at += 2;
      } else if (!convert(format, at)) {
        stop_ = true;
      }
    }
  }

  /// A backslash in the format: octal has up to three digits.
  void escape(std::string_view format, std::size_t& at) {
    if (at + 1 == format.size()) {
      answer_.text += format[at++];
      return;
    }
    const char c = format[at + 1];
    if ('0' <= c && c <= '7') {
      int value = 0;
      ++at;
      for (int i = 0; i < 3 && at < format.size() && digit_of(format[at]) < 8;
           ++i) {
        value = value * 8 + digit_of(format[at++]);
      }
      answer_.text += static_cast<char>(value & 0xff);
      return;
    }
    if (c == '"' || (c == '\'' && style_ == PrintfStyle::bash)) {
      answer_.text += c;
      at += 2;
      return;
    }
    if (!dash() && (c == 'u' || c == 'U')) {
      std::uint32_t code = 0;
      at += 2;
      const int most = c == 'u' ? 4 : 8;
      for (int i = 0;
           i < most && at < format.size() && digit_of(format[at]) < 16; ++i) {
        code = code * 16 + static_cast<std::uint32_t>(digit_of(format[at++]));
      }
      sh::append_character(answer_.text, code, false);
      return;
    }
    std::size_t length = 2;
    if (c == 'x') {
      if (dash()) {
        answer_.text += "\\x";
        at += 2;
        return;
      }
      while (length < 4 && at + length < format.size() &&
             digit_of(format[at + length]) < 16) {
        ++length;
      }
    }
    if (c == 'c' && dash()) {
      answer_.text += "\\c";
      at += 2;
      return;
    }
    const Unescaped piece = unescape(format.substr(at, length));
    answer_.text += piece.text;
    stop_ = piece.stop;
    at += length;
  }

  std::string take_argument() {
    if (next_ >= words_.size()) return {};
    return words_[next_++];
  }
  bool has_argument() const { return next_ < words_.size(); }

  std::size_t take_size(std::string_view format, std::size_t& at, bool& minus) {
    if (at < format.size() && format[at] == '*') {
      ++at;
      const std::int64_t value = integer(take_argument());
      minus = value < 0;
      const auto size = static_cast<std::size_t>(minus ? -value : value);
      return std::min(size, kWidest);
    }
    std::size_t size = 0;
    while (at < format.size() && '0' <= format[at] && format[at] <= '9') {
      size = std::min(size * 10 + static_cast<std::size_t>(format[at++] - '0'),
                      kWidest);
    }
    return size;
  }

  /// Reads one conversion and prints its argument; false ends it all.
  bool convert(std::string_view format, std::size_t& at) {
    const std::size_t begin = at++;
    Spec spec;
    for (; at < format.size(); ++at) {
      const char c = format[at];
      if (c == '-')
        spec.left = true;
      else if (c == '+')
        spec.plus = true;
      else if (c == ' ')
        spec.space = true;
      else if (c == '#')
        spec.alternate = true;
      else if (c == '0')
        spec.zero = true;
      else
        break;
    }
    bool minus = false;
    spec.width = take_size(format, at, minus);
    spec.left = spec.left || minus;
    if (at < format.size() && format[at] == '.') {
      ++at;
      minus = false;
      const std::size_t precision = take_size(format, at, minus);
      if (!minus) spec.precision = precision;
    }
    if (style_ == PrintfStyle::bash && at < format.size() &&
        format[at] == '(') {
      return convert_time(format, at, spec);
    }
    while (!dash() && at < format.size() &&
           std::string_view("hlLjtzq").find(format[at]) !=
               std::string_view::npos) {
      const bool quotes = format[at] == 'q';
      if (quotes) break;
      ++at;
    }
    if (at == format.size()) return refuse(format.substr(begin));
    spec.letter = format[at++];
    const std::string_view directive = format.substr(begin, at - begin);
    return has_room(spec, directive) && print(spec, directive);
  }

  bool refuse(std::string_view directive) {
    if (dash()) {
      complain(fmt::format("{}: invalid directive", directive));
      answer_.status = 2;
    } else if (style_ == PrintfStyle::bash && directive.size() > 1 &&
               digit_of(directive.back()) > 9 &&
               std::string_view("hlLjtz").find(directive.back()) !=
                   std::string_view::npos) {
      complain(fmt::format("`{}': missing format character", directive));
    } else if (style_ == PrintfStyle::bash) {
      complain(directive == "%" ? "`%': missing format character"
                                : fmt::format("`{}': invalid format character",
                                              directive.back()));
    } else if (style_ == PrintfStyle::gnu) {
      complain(fmt::format("{}: invalid conversion specification", directive));
    } else {
      complain(fmt::format("{}: invalid format", directive));
    }
    return false;
  }

  bool convert_time(std::string_view format, std::size_t& at,
                    const Spec& spec) {
    const std::size_t end = format.find(")T", at);
    if (end == std::string_view::npos) return refuse(format.substr(at));
    const std::string_view pattern = format.substr(at + 1, end - at - 1);
    at = end + 2;
    Time when = now_;
    if (has_argument()) {
      const std::int64_t seconds = integer(take_argument());
      if (seconds >= 0) when = Time{seconds * kSecond};
    }
    pad(format_time(when, pattern.empty() ? "%H:%M:%S" : pattern), spec);
    return true;
  }

  bool print(const Spec& spec, std::string_view directive) {
    switch (spec.letter) {
      case 'd':
      case 'i':
        print_integer(spec);
        return true;
      case 'o':
      case 'u':
      case 'x':
      case 'X':
        print_unsigned(spec);
        return true;
      case 'c': {
        const std::string word = take_argument();
        pad(word.substr(0, 1), spec);
        return true;
      }
      case 's': {
        const std::string word = take_argument();
        pad(spec.precision ? word.substr(0, *spec.precision) : word, spec);
        return true;
      }
      case 'b': {
        const Unescaped text = unescape_argument(take_argument());
        pad(spec.precision ? text.text.substr(0, *spec.precision) : text.text,
            spec);
        stop_ = text.stop;
        return true;
      }
      case 'q':
        if (style_ == PrintfStyle::dash || style_ == PrintfStyle::busybox) {
          return refuse(directive);
        }
        pad(sh::backslash_quoted(take_argument()), spec);
        return true;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
      case 'a':
      case 'A':
        print_double(spec);
        return true;
      default:
        return refuse(directive);
    }
  }

  /// %b takes \0ddd and, as the format does, \ddd.
  Unescaped unescape_argument(const std::string& word) {
    std::string text;
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (word[i] != '\\' || i + 1 == word.size()) {
        text += word[i];
        continue;
      }
      if ('1' <= word[i + 1] && word[i + 1] <= '7')
        text += "\\0";
      else
        text += '\\';
      text += word[++i];
    }
    if (dash()) text = replace_all(text, "\\x", "\\\\x");
    return unescape(text);
  }

  void pad(std::string_view text, const Spec& spec) {
    const std::size_t blanks =
        spec.width > text.size() ? spec.width - text.size() : 0;
    if (!spec.left) answer_.text.append(blanks, ' ');
    answer_.text += text;
    if (spec.left) answer_.text.append(blanks, ' ');
  }

  /// Sign and digits, padded as printf(3) does.
  void pad_number(std::string sign, std::string digits, const Spec& spec,
                  bool integer) {
    if (integer && spec.precision && digits.size() < *spec.precision) {
      digits.insert(0, *spec.precision - digits.size(), '0');
    }
    if (integer && spec.precision == 0 && digits == "0") digits.clear();
    const bool zeros = spec.zero && !spec.left && !(integer && spec.precision);
    const std::size_t size = sign.size() + digits.size();
    if (zeros && size < spec.width) digits.insert(0, spec.width - size, '0');
    pad(sign + digits, spec);
  }

  void print_integer(const Spec& spec) {
    const std::int64_t value = integer(take_argument());
    const std::string sign = value < 0    ? "-"
                             : spec.plus  ? "+"
                             : spec.space ? " "
                                          : "";
    const std::uint64_t size = value < 0 ? 0 - static_cast<std::uint64_t>(value)
                                         : static_cast<std::uint64_t>(value);
    pad_number(sign, std::to_string(size), spec, true);
  }

  void print_unsigned(const Spec& spec) {
    const auto value = static_cast<std::uint64_t>(integer(take_argument()));
    std::string digits, sign;
    switch (spec.letter) {
      case 'o':
        digits = fmt::format("{:o}", value);
        if (spec.alternate && digits != "0") digits.insert(0, "0");
        break;
      case 'x':
        digits = fmt::format("{:x}", value);
        if (spec.alternate && value != 0) sign = "0x";
        break;
      case 'X':
        digits = fmt::format("{:X}", value);
        if (spec.alternate && value != 0) sign = "0X";
        break;
      default:
        digits = std::to_string(value);
    }
    pad_number(sign, digits, spec, true);
  }

  void print_double(const Spec& spec) {
    const double value = real(take_argument());
    const std::string sign = std::signbit(value) ? "-"
                             : spec.plus         ? "+"
                             : spec.space        ? " "
                                                 : "";
    const double size = std::fabs(value);
    const char letter = spec.letter;
    std::string digits;
    if (letter == 'a' || letter == 'A') {
      digits = fmt::format("{:a}", size);
      if (letter == 'A') digits = upper(digits);
    } else {
      const std::string form =
          fmt::format("{{:{}.{}{}}}", spec.alternate ? "#" : "",
                      spec.precision.value_or(6), letter);
      digits = fmt::format(fmt::runtime(form), size);
    }
    Spec shown = spec;
    if (!std::isfinite(size)) shown.zero = false;
    pad_number(sign, digits, shown, false);
  }

  void complain_number(const std::string& word, bool nothing) {
    switch (style_) {
      case PrintfStyle::dash:
        return complain(fmt::format(
            "{}: {}", word,
            nothing ? "expected numeric value" : "not completely converted"));
      case PrintfStyle::bash:
        return complain(fmt::format("{}: invalid number", word));
      case PrintfStyle::gnu:
        return complain(fmt::format("'{}': {}", word,
                                    nothing
                                        ? "expected a numeric value"
                                        : "value not completely converted"));
      case PrintfStyle::busybox:
        return complain(fmt::format("invalid number '{}'", word));
    }
  }

  /// strtoimax(3), base 0, or 'c for the number of a character.
  std::int64_t integer(const std::string& word) {
    if (word.size() > 1 && (word[0] == '\'' || word[0] == '"')) {
      return static_cast<unsigned char>(word[1]);
    }
    const bool lone_quote = word == "'" || word == "\"";
    if (word.empty() || (lone_quote && style_ != PrintfStyle::gnu)) return 0;
    std::size_t at = word.find_first_not_of(" \t\n");
    if (at == std::string::npos) at = word.size();
    const bool negative = at < word.size() && word[at] == '-';
    if (negative || (at < word.size() && word[at] == '+')) ++at;
    int base = 10;
    if (at < word.size() && word[at] == '0') {
      base = 8;
      if (at + 2 < word.size() && (word[at + 1] | 0x20) == 'x' &&
          digit_of(word[at + 2]) < 16) {
        base = 16;
        at += 2;
      }
    }
    const std::size_t begin = at;
    std::uint64_t value = 0;
    for (; at < word.size() && digit_of(word[at]) < base; ++at) {
      value = value * static_cast<std::uint64_t>(base) +
              static_cast<std::uint64_t>(digit_of(word[at]));
    }
    if (at == begin || at < word.size()) complain_number(word, at == begin);
    return static_cast<std::int64_t>(negative ? 0 - value : value);
  }

  double real(const std::string& word) {
    if (word.size() > 1 && (word[0] == '\'' || word[0] == '"')) {
      return static_cast<unsigned char>(word[1]);
    }
    if (word.empty()) return 0;
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    if (end == word.c_str() || *end != '\0') {
      complain_number(word, end == word.c_str());
    }
    return value;
  }

  const List& words_;
  PrintfStyle style_;
  Time now_;
  std::size_t next_ = 1;
  bool stop_ = false;
  PrintfAnswer answer_;
};

}  // namespace

PrintfAnswer printf_format(const List& words, PrintfStyle style, Time now) {
  return Printer(words, style, now).run();
}

}  // namespace drydock::userland
