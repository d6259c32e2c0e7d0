// unxz.cc — streams and blocks of the .xz format around LZMA2.

#include "sim/base/unxz.h"

#include <cstdint>
#include <optional>

#include "sim/base/inflate.h"
#include "sim/base/lzma.h"

namespace drydock {

namespace {

constexpr std::string_view kMagic(
    "\xfd"
    "7zXZ\0",
    6);
constexpr std::size_t kStreamHead = 12, kStreamFoot = 12;
constexpr unsigned char kLzma2 = 0x21;

const Error kBroken{"xz: data is corrupt"};
const Error kShort{"unexpected EOF"};

unsigned char at(std::string_view bytes, std::size_t place) {
  return static_cast<unsigned char>(bytes[place]);
}

std::uint32_t little_32(std::string_view bytes, std::size_t place) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | at(bytes, place + i);
  return value;
}

/// A number in groups of seven bits; moves `place` behind it.
std::optional<std::uint64_t> variable(std::string_view bytes,
                                      std::size_t* place) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 63 && *place < bytes.size(); shift += 7) {
    const std::uint64_t byte = at(bytes, (*place)++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

/// How long a block's check is, by its type.
std::size_t check_size(unsigned type) {
  return type == 0 ? 0 : std::size_t{4} << ((type - 1) / 3);
}

/// A block header: only one filter, LZMA2, is known.
Outcome read_block_head(std::string_view head) {
  const std::size_t end = head.size() - 4;
  if (crc32(head.substr(0, end)) != little_32(head, end)) return kBroken;
  const unsigned flags = at(head, 1);
  if ((flags & 3) != 0 || (flags & 0x3c) != 0) {
    return Error{"drydock: xz filters other than LZMA2 are not modelled"};
  }
  std::size_t place = 2;
  for (const unsigned size : {0x40U, 0x80U}) {
    if ((flags & size) != 0 && !variable(head, &place)) return kBroken;
  }
  const auto filter = variable(head, &place);
  if (!filter) return kBroken;
  if (*filter != kLzma2) {
    return Error{"drydock: xz filters other than LZMA2 are not modelled"};
  }
  return done();
}

/// One block at the front of `packed`; answers how long it is.
Result<std::size_t> read_block(std::string_view packed, unsigned check,
                               std::size_t limit, Bytes* out) {
  const std::size_t head = (std::size_t{at(packed, 0)} + 1) * 4;
  if (head > packed.size()) return kShort;
  const Outcome known = read_block_head(packed.substr(0, head));
  if (!known) return known.error();
  const std::size_t before = out->size();
  const Result<std::size_t> used =
      decode_lzma2(packed.substr(head), limit, out);
  if (!used) return used.error();
  const std::size_t body = (head + *used + 3) / 4 * 4;
  if (body + check_size(check) > packed.size()) return kShort;
  constexpr unsigned kCrc32 = 1;
  if (check == kCrc32 &&
      crc32(std::string_view(*out).substr(before)) != little_32(packed, body)) {
    return kBroken;
  }
  return body + check_size(check);
}

/// The index: it must count the blocks that were there.
Result<std::size_t> read_index(std::string_view packed, std::uint64_t blocks) {
  std::size_t place = 1;
  const auto count = variable(packed, &place);
  if (!count || *count != blocks) return kBroken;
  for (std::uint64_t i = 0; i < 2 * blocks; ++i) {
    if (!variable(packed, &place)) return kBroken;
  }
  place = (place + 3) / 4 * 4;
  if (place + 4 > packed.size()) return kShort;
  if (crc32(packed.substr(0, place)) != little_32(packed, place)) {
    return kBroken;
  }
  return place + 4;
}

}  // namespace

bool is_xz(std::string_view bytes) { return bytes.starts_with(kMagic); }

Result<Bytes> unxz(std::string_view packed, std::size_t limit) {
  if (!is_xz(packed)) return kBroken;
  Bytes out;
  while (is_xz(packed)) {
    if (packed.size() < kStreamHead) return kShort;
    if (crc32(packed.substr(6, 2)) != little_32(packed, 8)) return kBroken;
    const unsigned check = at(packed, 7) & 0xf;
    packed.remove_prefix(kStreamHead);
    std::uint64_t blocks = 0;
    while (!packed.empty() && packed.front() != '\0') {
      const Result<std::size_t> used = read_block(packed, check, limit, &out);
      if (!used) return used.error();
      packed.remove_prefix(*used);
      ++blocks;
    }
    if (packed.empty()) return kShort;
    const Result<std::size_t> index = read_index(packed, blocks);
    if (!index) return index.error();
    packed.remove_prefix(*index);
    if (packed.size() < kStreamFoot) return kShort;
    packed.remove_prefix(kStreamFoot);
    while (packed.starts_with(std::string_view("\0\0\0\0", 4))) {
      packed.remove_prefix(4);  // Stream padding.
    }
  }
  return out;
}

}  // namespace drydock
