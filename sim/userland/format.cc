// format.cc — how programs write modes, sizes and times, and read them back.

#include "sim/userland/format.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::userland {

namespace {

constexpr std::string_view kUnits = "KMGTPEZY";

}  // namespace

std::string mode_text(vfs::FileType type, vfs::Mode mode) {
  std::string text(1, vfs::letter_of(type));
  for (int bit = 8; bit >= 0; --bit) {
    const bool set = (mode >> bit) & 1;
    text += set ? "xwr"[bit % 3] : '-';
  }
  const auto special = [&](std::size_t at, vfs::Mode flag, char letter) {
    if (!(mode & flag)) return;
    const bool runs = text[at] == 'x';
    text[at] = static_cast<char>(runs ? letter : letter - 'a' + 'A');
  };
  special(3, 04000, 's');
  special(6, 02000, 's');
  special(9, 01000, 't');
  return text;
}

std::string_view type_text(const vfs::Attributes& file) {
  using enum vfs::FileType;
  switch (file.type) {
    case regular:
      return file.size == 0 ? "regular empty file" : "regular file";
    case directory:
      return "directory";
    case symlink:
      return "symbolic link";
    case char_device:
      return "character special file";
    case block_device:
      return "block special file";
    case fifo:
      return "fifo";
    case socket:
      return "socket";
  }
  return "weird file";
}

std::string human_size(std::int64_t bytes, std::int64_t base) {
  if (bytes < base) return std::to_string(bytes);
  std::int64_t unit = base;
  std::size_t letter = 0;
  while (bytes / unit >= base) {
    unit *= base;
    ++letter;
  }
  // Tenths, rounded up; ten or more are shown whole, rounded up.
  const auto up = [&](std::int64_t part) {
    const std::int64_t whole = bytes / unit * part;
    const std::int64_t rest = bytes % unit;
    const std::int64_t step = unit / part;
    const std::int64_t cut = (rest + step - 1) / step;
    return whole + cut;
  };
  char suffix = kUnits[letter];
  if (base == 1000 && letter == 0) suffix = 'k';
  if (const std::int64_t tenths = up(10); tenths < 100) {
    return fmt::format("{}.{}{}", tenths / 10, tenths % 10, suffix);
  }
  std::int64_t whole = (bytes + unit - 1) / unit;
  if (whole < base) return fmt::format("{}{}", whole, suffix);
  return fmt::format("1.0{}", kUnits[letter + 1]);
}

std::string busybox_human_size(std::int64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes);
  std::int64_t unit = 1024;
  std::size_t letter = 0;
  while (bytes / unit >= 1024) {
    unit *= 1024;
    ++letter;
  }
  std::int64_t whole = bytes / unit;
  std::int64_t tenths = (bytes % unit * 10 + unit / 2) / unit;
  if (tenths >= 10) {
    ++whole;
    tenths = 0;
  }
  return fmt::format("{}.{}{}", whole, tenths, kUnits[letter]);
}

std::string list_time(Time time, Time now) {
  // ls.c: half of 365.2425 days.
  constexpr Nanoseconds kHalfYear = 31'556'952 / 2 * kSecond;
  const bool recent = now - kHalfYear < time && time <= now;
  return format_time(time, recent ? "%b %e %H:%M" : "%b %e  %Y");
}

std::int64_t disk_usage(const vfs::Attributes& file) {
  using enum vfs::FileType;
  constexpr std::int64_t kBlock = 4096;
  // A directory of ext4 has whole blocks; one of tmpfs has none at all.
  if (file.type == directory) return file.size / kBlock * kBlock;
  if (file.type != regular) return 0;
  return (file.size + kBlock - 1) / kBlock * kBlock;
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  const std::size_t digits =
      std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_int(text.substr(0, digits));
  const std::string_view suffix = text.substr(digits);
  if (suffix.empty() || !number) {
    return digits == text.size() ? number : std::nullopt;
  }
  if (suffix == "c") return number;
  if (suffix == "w") return *number * 2;
  if (suffix == "b") return *number * 512;
  const std::string_view tail = suffix.substr(1);
  if (!tail.empty() && tail != "B" && tail != "iB") return std::nullopt;
  const char letter = suffix[0] == 'k' ? 'K' : suffix[0];
  const std::size_t power = kUnits.find(letter);
  if (power == kUnits.npos || power > 5) return std::nullopt;
  std::int64_t size = *number;
  for (std::size_t i = 0; i <= power; ++i) {
    if (__builtin_mul_overflow(size, tail == "B" ? 1000 : 1024, &size)) {
      return std::nullopt;
    }
  }
  return size;
}

std::optional<Nanoseconds> parse_span(std::string_view text) {
  Nanoseconds unit = kSecond;
  if (!text.empty()) {
    constexpr std::array<std::pair<char, std::int64_t>, 4> kSuffixes = {
        {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}}};
    for (const auto& [letter, seconds] : kSuffixes) {
      if (text.back() != letter) continue;
      unit = seconds * kSecond;
      text.remove_suffix(1);
      break;
    }
  }
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view part =
      dot == text.npos ? "" : text.substr(dot + 1).substr(0, 9);
  const auto is_digit = [](char c) { return '0' <= c && c <= '9'; };
  if (whole.empty() && part.empty()) return std::nullopt;
  if (!std::ranges::all_of(whole, is_digit) ||
      !std::ranges::all_of(part, is_digit)) {
    return std::nullopt;
  }
  // About 290 years; longer is for ever.
  constexpr Nanoseconds kForever = INT64_MAX / 4;
  Nanoseconds span = 0;
  const auto seconds = whole.empty() ? 0 : parse_int(whole);
  if (!seconds || __builtin_mul_overflow(*seconds, unit, &span) ||
      span > kForever) {
    return kForever;
  }
  Nanoseconds scale = unit;
  for (const char c : part) {
    scale /= 10;
    span += (c - '0') * scale;
  }
  return span;
}

}  // namespace drydock::userland
