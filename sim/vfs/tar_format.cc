// tar_format.cc — numbers and texts in tar headers.

#include "sim/vfs/tar_format.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::vfs::tar {
namespace {

constexpr int kNanosecondDigits = 9;

/// Two's complement in base 256, the top bit of the first byte aside.
std::optional<std::int64_t> base_256(std::string_view bytes) {
  const bool negative = (bytes[0] & 0x40) != 0;
  const std::uint8_t filler = negative ? 0xff : 0;
  std::uint64_t number = negative ? UINT64_MAX : 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto byte = static_cast<std::uint8_t>(bytes[i]);
    if (i == 0) byte = negative ? byte : byte & 0x7f;
    // The byte that this one pushes out may hold nothing but the sign.
    if (number >> 56 != filler) return std::nullopt;
    number = (number << 8) | byte;
  }
  const bool sign = (number >> 63) != 0;
  if (sign != negative) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

std::string_view text_at(std::string_view header, Field field) {
  const std::string_view text = header.substr(field.offset, field.length);
  return text.substr(0, text.find('\0'));
}

std::optional<std::int64_t> number_at(std::string_view header, Field field) {
  std::string_view bytes = header.substr(field.offset, field.length);
  if ((bytes[0] & 0x80) != 0) return base_256(bytes);
  bytes = bytes.substr(0, bytes.find('\0'));
  bytes = trim(bytes);
  std::int64_t number = 0;
  for (const char digit : bytes) {
    if (digit < '0' || digit > '7') return std::nullopt;
    number = number * 8 + (digit - '0');
  }
  return number;
}

void put_text(std::string& header, Field field, std::string_view text) {
  text = text.substr(0, field.length);
  std::ranges::copy(text,
                    header.begin() + static_cast<std::ptrdiff_t>(field.offset));
}

bool number_fits(Field field, std::int64_t number) {
  const auto digits = static_cast<unsigned>(field.length - 1);
  return number >= 0 && number < (std::int64_t{1} << (3 * digits));
}

void put_number(std::string& header, Field field, std::int64_t number) {
  if (!number_fits(field, number)) number = 0;  // A pax record has it.
  for (std::size_t at = field.offset + field.length - 1; at > field.offset;) {
    header[--at] = static_cast<char>('0' + (number & 7));
    number >>= 3;
  }
}

std::int64_t checksum(std::string_view header, bool as_signed) {
  const auto sum_of = [as_signed](std::string_view bytes) {
    std::int32_t sum = 0;
    for (const char c : bytes) sum += static_cast<unsigned char>(c);
    if (!as_signed) return sum;
    for (const char c : bytes) sum -= (c & 0x80) << 1;
    return sum;
  };
  // Its own bytes count as blanks.
  const std::string_view own =
      header.substr(kChecksum.offset, kChecksum.length);
  return sum_of(header) - sum_of(own) +
         std::int64_t{' '} * static_cast<std::int64_t>(own.size());
}

std::string pax_record(std::string_view key, std::string_view value) {
  // The length counts its own digits.
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + std::to_string(rest).size();
  length = rest + std::to_string(length).size();
  return fmt::format("{} {}={}\n", length, key, value);
}

std::optional<Records> parse_pax(std::string_view text) {
  Records records;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const auto length = parse_int(text.substr(0, blank));
    const bool sound = length &&
                       *length > static_cast<std::int64_t>(blank) + 2 &&
                       *length <= static_cast<std::int64_t>(text.size());
    if (!sound) return std::nullopt;
    const auto end = static_cast<std::size_t>(*length);
    const std::string_view record = text.substr(blank + 1, end - blank - 1);
    const std::size_t equals = record.find('=');
    if (record.back() != '\n' || equals == std::string_view::npos ||
        equals == 0) {
      return std::nullopt;
    }
    records.emplace_back(record.substr(0, equals),
                         record.substr(equals + 1, record.size() - equals - 2));
    text.remove_prefix(end);
  }
  return records;
}

std::string pax_time(Time time) {
  const std::int64_t seconds = time.seconds();
  const Nanoseconds rest = time.since_epoch - seconds * kSecond;
  if (rest == 0) return std::to_string(seconds);
  std::string text =
      seconds < 0 ? fmt::format("-{}.{:09}", -(seconds + 1), kSecond - rest)
                  : fmt::format("{}.{:09}", seconds, rest);
  while (text.back() == '0') text.pop_back();
  return text;
}

std::optional<Time> parse_pax_time(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto seconds = parse_int(text.substr(0, point));
  constexpr std::int64_t kSecondsMax = INT64_MAX / kSecond - 1;
  if (!seconds || *seconds < 0 || *seconds > kSecondsMax) return std::nullopt;
  std::string digits(text.substr(std::min(point + 1, text.size())));
  digits.resize(kNanosecondDigits, '0');
  const auto fraction = parse_int(digits);
  if (!fraction || *fraction < 0) return std::nullopt;
  const Nanoseconds span = *seconds * kSecond + *fraction;
  return Time{negative ? -span : span};
}

}  // namespace drydock::vfs::tar
