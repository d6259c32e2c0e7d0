// flag_values.cc — what each kind of flag takes, with Go's complaints.

#include <array>
#include <charconv>
#include <cstddef>

#include <fmt/format.h>

#include "sim/cli/flags.h"

namespace drydock::cli {

namespace {

bool is_digit(char c) { return '0' <= c && c <= '9'; }

bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return !text.empty();
}

Result<std::string> check_number(std::string value, std::string_view function,
                                 std::int64_t low, std::int64_t high) {
  const bool signed_text =
      !value.empty() && (value.front() == '-' || value.front() == '+');
  const std::string_view digits =
      std::string_view(value).substr(signed_text ? 1 : 0);
  const bool may_sign = low < 0;
  if (!all_digits(digits) || (signed_text && !may_sign)) {
    return Error{fmt::format("strconv.{}: parsing {}: invalid syntax", function,
                             go_quote(value))};
  }
  const std::optional<std::int64_t> number = parse_int(value);
  if (!number || *number < low || *number > high) {
    return Error{fmt::format("strconv.{}: parsing {}: value out of range",
                             function, go_quote(value))};
  }
  return fmt::format("{}", *number);
}

Result<std::string> check_stream(std::string value) {
  std::string stream = lower(value);
  if (stream == "stdin" || stream == "stdout" || stream == "stderr") {
    return stream;
  }
  return Error{"valid streams are STDIN, STDOUT and STDERR"};
}

Result<std::string> check_environment(std::string value) {
  if (value.empty() || value.front() == '=') {
    return Error{fmt::format("invalid environment variable: {}", value)};
  }
  return value;
}

Result<std::string> check_filter(std::string value) {
  if (value.empty()) return value;
  const std::size_t equals = value.find('=');
  if (equals == std::string::npos) {
    return Error{"bad format of filter (expected name=value)"};
  }
  const std::string_view all = value;
  return lower(trim(all.substr(0, equals))) + "=" +
         std::string(trim(all.substr(equals + 1)));
}

Result<std::string> check_decimal(std::string value) {
  std::size_t dots = 0;
  bool good = !value.empty();
  for (const char c : value) {
    dots += c == '.' ? 1 : 0;
    good = good && (c == '.' || is_digit(c));
  }
  if (!good || dots > 1 || value == ".") {
    return Error{fmt::format("failed to parse {} as a rational number", value)};
  }
  return value;
}

/// The sysctls that belong to a namespace of the container's own.
Result<std::string> check_sysctl(std::string value) {
  constexpr std::array<std::string_view, 9> kNamed = {
      "kernel.msgmax", "kernel.msgmnb",          "kernel.msgmni",
      "kernel.sem",    "kernel.shmall",          "kernel.shmmax",
      "kernel.shmmni", "kernel.shm_rmid_forced", "net."};
  const std::size_t equals = value.find('=');
  const std::string_view name = std::string_view(value).substr(0, equals);
  if (equals != std::string::npos) {
    for (const std::string_view known : kNamed) {
      if (name == known) return value;
    }
    if (name.starts_with("net.") || name.starts_with("fs.mqueue.")) {
      return value;
    }
  }
  return Error{fmt::format("sysctl '{}' is not whitelisted", value)};
}

Result<std::string> check_duration(std::string value) {
  if (parse_duration(value)) return value;
  return Error{fmt::format("time: invalid duration {}", go_quote(value))};
}

}  // namespace

Result<std::string> checked(Kind kind, std::string value) {
  switch (kind) {
    case Kind::number:
      return check_number(std::move(value), "ParseInt", INT64_MIN, INT64_MAX);
    case Kind::uint16:
      return check_number(std::move(value), "ParseUint", 0, UINT16_MAX);
    case Kind::bytes: {
      if (value == "-1") return value;
      const Result<std::int64_t> size = parse_size(value);
      if (!size) return size.error();
      return value;
    }
    case Kind::decimal:
      return check_decimal(std::move(value));
    case Kind::duration:
      return check_duration(std::move(value));
    case Kind::filter:
      return check_filter(std::move(value));
    case Kind::stream:
      return check_stream(std::move(value));
    case Kind::environment:
      return check_environment(std::move(value));
    case Kind::sysctl:
      return check_sysctl(std::move(value));
    case Kind::toggle:
    case Kind::text:
    case Kind::list:
    case Kind::strings:
    case Kind::map:
    case Kind::reference:
      break;
  }
  return value;
}

Result<std::int64_t> parse_size(std::string_view text) {
  const Error bad{fmt::format("invalid size: '{}'", text)};
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  std::int64_t value = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + length, value);
  if (length == 0 || error != std::errc{}) return bad;
  std::string unit = lower(text.substr(length));
  if (unit.ends_with('b')) unit.pop_back();
  if (unit.empty()) return value;
  constexpr std::string_view kUnits = "kmgtp";
  const std::size_t power = kUnits.find(unit);
  if (unit.size() != 1 || power == std::string_view::npos) return bad;
  for (std::size_t i = 0; i <= power; ++i) {
    if (value > INT64_MAX / 1024) return bad;
    value *= 1024;
  }
  return value;
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
  };
  constexpr Unit kUnits[] = {{"ns", 1},
                             {"us", 1'000},
                             {"ms", 1'000'000},
                             {"s", 1'000'000'000},
                             {"m", 60'000'000'000},
                             {"h", 3'600'000'000'000}};
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    std::int64_t whole = 0, fraction = 0, scale = 1;
    bool dot = false, any = false;
    while (!text.empty() && (is_digit(text[0]) || (text[0] == '.' && !dot))) {
      if (text[0] == '.') {
        dot = true;
      } else if (dot) {
        if (scale < 1'000'000'000) {
          fraction = fraction * 10 + (text[0] - '0');
          scale *= 10;
        }
        any = true;
      } else {
        if (whole > 100'000'000'000) return std::nullopt;
        whole = whole * 10 + (text[0] - '0');
        any = true;
      }
      text.remove_prefix(1);
    }
    std::size_t length = 0;
    while (length < text.size() && !is_digit(text[length]) &&
           text[length] != '.') {
      ++length;
    }
    const Unit* found = nullptr;
    for (const Unit& unit : kUnits) {
      if (text.substr(0, length) == unit.name) found = &unit;
    }
    if (!any || found == nullptr) return std::nullopt;
    if (whole > INT64_MAX / found->nanoseconds / 2) return std::nullopt;
    total +=
        whole * found->nanoseconds +
        fraction *
            (found->nanoseconds / scale == 0 ? 1 : found->nanoseconds / scale);
    text.remove_prefix(length);
  }
  return negative ? -total : total;
}

}  // namespace drydock::cli
