// flag_values.cc — what each kind of flag takes, with Go's complaints.

#include <algorithm>
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
  const bool signs = value.starts_with('-') || value.starts_with('+');
  const std::string_view number = std::string_view(value).substr(signs ? 1 : 0);
  bool good = !number.empty();
  for (const char c : number) {
    dots += c == '.' ? 1 : 0;
    good = good && (c == '.' || is_digit(c));
  }
  if (!good || dots > 1 || number == ".") {
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

/// The keys of --mount; what they hold is read later.
Outcome check_mount_fields(std::string_view text) {
  constexpr std::array<std::string_view, 16> kKeys = {"type",
                                                      "source",
                                                      "src",
                                                      "target",
                                                      "dst",
                                                      "destination",
                                                      "readonly",
                                                      "ro",
                                                      "consistency",
                                                      "bind-propagation",
                                                      "bind-nonrecursive",
                                                      "volume-nocopy",
                                                      "volume-label",
                                                      "volume-driver",
                                                      "tmpfs-size",
                                                      "tmpfs-mode"};
  bool has_target = false;
  for (const std::string& field : split(text, ',')) {
    const std::size_t equals = field.find('=');
    const std::string key = lower(field.substr(0, equals));
    const bool alone = key == "readonly" || key == "ro" ||
                       key == "volume-nocopy" || key == "bind-nonrecursive";
    if (equals == std::string::npos && !alone) {
      return Error{
          fmt::format("invalid field '{}' must be a key=value pair", field)};
    }
    const bool known =
        key == "volume-opt" || std::ranges::find(kKeys, key) != kKeys.end();
    if (!known) {
      return Error{fmt::format("unexpected key '{}' in '{}'", key, field)};
    }
    has_target =
        has_target || key == "target" || key == "dst" || key == "destination";
    if (key == "tmpfs-size" && !parse_size(field.substr(equals + 1))) {
      return Error{fmt::format("invalid value for {}: {}", key,
                               field.substr(equals + 1))};
    }
  }
  if (!has_target) return Error{"target is required"};
  return done();
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
    case Kind::mount: {
      const Outcome good = check_mount_fields(value);
      if (!good) return good.error();
      return value;
    }
    case Kind::ulimit: {
      const Result<UlimitValue> limit = parse_ulimit(value);
      if (!limit) return limit.error();
      return value;
    }
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

Result<UlimitValue> parse_ulimit(std::string_view text) {
  // setrlimit(2)'s, as Docker names them.
  constexpr std::array<std::string_view, 15> kNames = {
      "core",    "cpu",      "data",   "fsize",      "locks",
      "memlock", "msgqueue", "nice",   "nofile",     "nproc",
      "rss",     "rtprio",   "rttime", "sigpending", "stack"};
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    return Error{fmt::format("invalid ulimit argument: {}", text)};
  }
  const std::string name(text.substr(0, equals));
  if (std::ranges::find(kNames, name) == kNames.end()) {
    return Error{fmt::format("invalid ulimit type: {}", name)};
  }
  const List values = split(text.substr(equals + 1), ':');
  if (values.size() > 2) {
    return Error{
        fmt::format("too many limit value arguments - {}, can only "
                    "have up to two, `soft[:hard]`",
                    text.substr(equals + 1))};
  }
  UlimitValue limit{name, 0, 0};
  for (std::size_t at = 0; at < values.size(); ++at) {
    const std::optional<std::int64_t> number = parse_int(values[at]);
    if (!number) {
      return Error{fmt::format("strconv.ParseInt: parsing {}: invalid syntax",
                               go_quote(values[at]))};
    }
    (at == 0 ? limit.soft : limit.hard) = *number;
  }
  if (values.size() == 1) limit.hard = limit.soft;
  if (limit.hard != -1 && (limit.soft > limit.hard || limit.soft == -1)) {
    return Error{fmt::format(
        "ulimit soft limit must be less than or equal to hard limit: {} > {}",
        limit.soft == -1 ? "soft: -1 (unlimited), hard"
                         : std::to_string(limit.soft),
        limit.hard)};
  }
  return limit;
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
