// inflate.cc — gzip around deflate, and both read at one go.

#include "sim/base/inflate.h"

#include <array>
#include <utility>

#include "sim/base/inflater.h"

namespace drydock {
namespace {

constexpr std::string_view kCut = "unexpected end of file";

Error error(std::string_view text) { return Error{std::string(text)}; }

/// Of a byte that stands `row` bytes before the end of eight.
using CrcTable = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr CrcTable crc_table() {
  CrcTable table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
    table[0][byte] = crc;
  }
  for (std::size_t row = 1; row < 8; ++row) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = table[row - 1][byte];
      table[row][byte] = before >> 8 ^ table[0][before & 255];
    }
  }
  return table;
}
constexpr CrcTable kCrc = crc_table();

std::uint32_t little_endian(std::string_view four) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(four[i]);
  }
  return value;
}

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t crc) {
  crc = ~crc;
  while (bytes.size() >= 8) {
    crc ^= little_endian(bytes);
    const std::uint32_t more = little_endian(bytes.substr(4));
    crc = kCrc[7][crc & 255] ^ kCrc[6][crc >> 8 & 255] ^
          kCrc[5][crc >> 16 & 255] ^ kCrc[4][crc >> 24] ^ kCrc[3][more & 255] ^
          kCrc[2][more >> 8 & 255] ^ kCrc[1][more >> 16 & 255] ^
          kCrc[0][more >> 24];
    bytes.remove_prefix(8);
  }
  for (const char c : bytes) {
    crc = crc >> 8 ^ kCrc[0][(crc ^ static_cast<unsigned char>(c)) & 255];
  }
  return ~crc;
}

Result<Inflated> inflate(std::string_view packed, std::size_t limit) {
  Inflater inflater;
  inflater.feed(packed, true);
  Inflated result;
  while (!inflater.ended()) {
    const Result<Bytes> piece = inflater.take();
    if (!piece) return piece.error();
    result.bytes += *piece;
    if (result.bytes.size() > limit) return error("unpacks to too many bytes");
  }
  result.consumed = packed.size() - inflater.rest().size();
  return result;
}

bool is_gzip(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b\x08");
}

std::size_t gzip_header_size(std::string_view packed) {
  constexpr unsigned kHeaderCrc = 2, kExtra = 4, kName = 8, kComment = 16;
  if (packed.size() < 10) return std::string_view::npos;
  const auto flags = static_cast<unsigned char>(packed[3]);
  std::size_t at = 10;
  if (flags & kExtra) {
    if (packed.size() < at + 2) return std::string_view::npos;
    at += 2u + static_cast<unsigned char>(packed[at]) +
          256u * static_cast<unsigned char>(packed[at + 1]);
  }
  for (const unsigned text : {kName, kComment}) {
    if (!(flags & text)) continue;
    const std::size_t end = packed.find('\0', at);
    if (end == std::string_view::npos) return end;
    at = end + 1;
  }
  if (flags & kHeaderCrc) at += 2;
  return at < packed.size() ? at : std::string_view::npos;
}

Result<Bytes> gunzip(std::string_view packed, std::size_t limit) {
  if (!is_gzip(packed)) return error("not in gzip format");
  Bytes all;
  while (is_gzip(packed)) {
    const std::size_t start = gzip_header_size(packed);
    if (start == std::string_view::npos) return error(kCut);
    packed.remove_prefix(start);
    const Result<Inflated> member = inflate(packed, limit - all.size());
    if (!member) return member.error();
    packed.remove_prefix(member->consumed);
    if (packed.size() < 8) return error(kCut);
    if (little_endian(packed.substr(0, 4)) != crc32(member->bytes)) {
      return error("invalid compressed data--crc error");
    }
    if (little_endian(packed.substr(4, 4)) !=
        static_cast<std::uint32_t>(member->bytes.size())) {
      return error("invalid compressed data--length error");
    }
    packed.remove_prefix(8);
    all += member->bytes;
  }
  return all;
}

}  // namespace drydock
