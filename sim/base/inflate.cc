// inflate.cc — the decoder of deflate, one bit at a time, and gzip around it.

#include "sim/base/inflate.h"

#include <array>
#include <vector>

namespace drydock {
namespace {

constexpr int kBitsMax = 15;  // Of a Huffman code.
constexpr std::string_view kCut = "unexpected end of file";
constexpr std::string_view kBroken = "invalid compressed data--format violated";

Error error(std::string_view text) { return Error{std::string(text)}; }

/// The bits of a stream, lowest first.  Past the end it gives zeros and
/// remembers that it did, so that only loops need to ask.
class Bits {
 public:
  explicit Bits(std::string_view bytes) : bytes_(bytes) {}

  std::uint32_t take(int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) value |= bit() << i;
    return value;
  }

  std::uint32_t bit() {
    const std::size_t byte = at_ / 8;
    if (byte >= bytes_.size()) {
      past_end_ = true;
      return 0;
    }
    const auto value = static_cast<unsigned char>(bytes_[byte]);
    return (value >> (at_++ % 8)) & 1u;
  }

  /// The next `count` whole bytes, from the next byte boundary on.
  std::string_view bytes(std::size_t count) {
    const std::size_t from = consumed();
    if (from + count > bytes_.size()) {
      past_end_ = true;
      return {};
    }
    at_ = (from + count) * 8;
    return bytes_.substr(from, count);
  }

  std::size_t consumed() const { return (at_ + 7) / 8; }
  bool past_end() const { return past_end_; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;  // In bits.
  bool past_end_ = false;
};

/// A canonical Huffman code (RFC 1951, 3.2.2): codes of one length are
/// consecutive, so counts per length and symbols in order are all of it.
class HuffmanCode {
 public:
  /// False when the lengths promise more codes than there are.
  bool assign(const std::vector<int>& lengths) {
    counts_.fill(0);
    for (const int length : lengths) ++counts_[static_cast<unsigned>(length)];
    counts_[0] = 0;
    int room = 1;
    std::array<std::size_t, kBitsMax + 2> offsets{};
    for (unsigned bits = 1; bits <= kBitsMax; ++bits) {
      room = room * 2 - counts_[bits];
      if (room < 0) return false;
      offsets[bits + 1] =
          offsets[bits] + static_cast<std::size_t>(counts_[bits]);
    }
    symbols_.assign(lengths.size(), 0);
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      const auto length = static_cast<unsigned>(lengths[symbol]);
      if (length != 0) symbols_[offsets[length]++] = static_cast<int>(symbol);
    }
    return true;
  }

  /// The next symbol; -1 for a code that is none.
  int read(Bits& bits) const {
    int code = 0, first = 0, index = 0;
    for (unsigned length = 1; length <= kBitsMax; ++length) {
      code |= static_cast<int>(bits.bit());
      const int count = counts_[length];
      if (code - first < count) {
        return symbols_[static_cast<std::size_t>(index + code - first)];
      }
      index += count;
      first = (first + count) * 2;
      code *= 2;
    }
    return -1;
  }

 private:
  std::array<int, kBitsMax + 1> counts_{};
  std::vector<int> symbols_;
};

/// A length or distance symbol stands for `base` plus some extra bits.
struct Extra {
  std::uint32_t base;
  int bits;
};

// clang-format off
constexpr std::array<Extra, 29> kLengths{{
    {3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0},
    {11, 1}, {13, 1}, {15, 1}, {17, 1}, {19, 2}, {23, 2}, {27, 2}, {31, 2},
    {35, 3}, {43, 3}, {51, 3}, {59, 3}, {67, 4}, {83, 4}, {99, 4}, {115, 4},
    {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0}}};
constexpr std::array<Extra, 30> kDistances{{
    {1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 1}, {7, 1}, {9, 2}, {13, 2},
    {17, 3}, {25, 3}, {33, 4}, {49, 4}, {65, 5}, {97, 5}, {129, 6}, {193, 6},
    {257, 7}, {385, 7}, {513, 8}, {769, 8}, {1025, 9}, {1537, 9},
    {2049, 10}, {3073, 10}, {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12},
    {16385, 13}, {24577, 13}}};
constexpr std::array<std::size_t, 19> kOrderOfCodeLengths{
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
// clang-format on

struct Codes {
  HuffmanCode literals, distances;
};

Codes fixed_codes() {
  std::vector<int> lengths(288, 8);
  for (std::size_t i = 144; i < 256; ++i) lengths[i] = 9;
  for (std::size_t i = 256; i < 280; ++i) lengths[i] = 7;
  Codes codes;
  codes.literals.assign(lengths);
  codes.distances.assign(std::vector<int>(30, 5));
  return codes;
}

/// The codes that a block brings along, themselves Huffman coded.
Result<Codes> read_codes(Bits& bits) {
  const std::size_t literals = bits.take(5) + 257;
  const std::size_t distances = bits.take(5) + 1;
  const std::size_t count = bits.take(4) + 4;
  std::vector<int> lengths(kOrderOfCodeLengths.size(), 0);
  for (std::size_t i = 0; i < count; ++i) {
    lengths[kOrderOfCodeLengths[i]] = static_cast<int>(bits.take(3));
  }
  HuffmanCode code;
  if (!code.assign(lengths)) return error(kBroken);

  lengths.clear();
  while (lengths.size() < literals + distances) {
    const int symbol = code.read(bits);
    if (bits.past_end()) return error(kCut);
    if (symbol < 0 || (symbol == 16 && lengths.empty())) return error(kBroken);
    if (symbol < 16) {
      lengths.push_back(symbol);
      continue;
    }
    const int value = symbol == 16 ? lengths.back() : 0;
    const std::size_t times = symbol == 16   ? 3 + bits.take(2)
                              : symbol == 17 ? 3 + bits.take(3)
                                             : 11 + bits.take(7);
    lengths.insert(lengths.end(), times, value);
  }
  if (lengths.size() > literals + distances) return error(kBroken);
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(literals);
  Codes codes;
  if (!codes.literals.assign({lengths.begin(), middle}) ||
      !codes.distances.assign({middle, lengths.end()})) {
    return error(kBroken);
  }
  return codes;
}

Outcome stored_block(Bits& bits, Bytes& out, std::size_t limit) {
  const std::string_view head = bits.bytes(4);
  if (bits.past_end()) return error(kCut);
  const auto byte = [&head](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(head[i]));
  };
  const std::uint32_t size = byte(0) | byte(1) << 8;
  if ((size ^ 0xffffu) != (byte(2) | byte(3) << 8)) return error(kBroken);
  out += bits.bytes(size);
  if (bits.past_end()) return error(kCut);
  if (out.size() > limit) return error("unpacks to too many bytes");
  return done();
}

/// Copies `length` bytes from `distance` back; they may overlap the end.
bool repeat(Bytes& out, std::uint32_t distance, std::uint32_t length) {
  if (distance > out.size()) return false;
  for (std::uint32_t i = 0; i < length; ++i) {
    out += out[out.size() - distance];
  }
  return true;
}

Outcome coded_block(Bits& bits, const Codes& codes, Bytes& out,
                    std::size_t limit) {
  for (;;) {
    const int symbol = codes.literals.read(bits);
    if (bits.past_end()) return error(kCut);
    if (symbol < 0 || symbol > 285) return error(kBroken);
    if (symbol == 256) return done();
    if (symbol < 256) {
      out += static_cast<char>(symbol);
    } else {
      const Extra& length = kLengths[static_cast<std::size_t>(symbol - 257)];
      const std::uint32_t count = length.base + bits.take(length.bits);
      const int far = codes.distances.read(bits);
      if (far < 0 || far > 29) return error(kBroken);
      const Extra& distance = kDistances[static_cast<std::size_t>(far)];
      const std::uint32_t back = distance.base + bits.take(distance.bits);
      if (!repeat(out, back, count)) return error(kBroken);
    }
    if (out.size() > limit) return error("unpacks to too many bytes");
  }
}

Outcome block(Bits& bits, Bytes& out, std::size_t limit) {
  switch (bits.take(2)) {
    case 0:
      return stored_block(bits, out, limit);
    case 1:
      return coded_block(bits, fixed_codes(), out, limit);
    case 2: {
      const Result<Codes> codes = read_codes(bits);
      if (!codes) return codes.error();
      return coded_block(bits, *codes, out, limit);
    }
    default:
      return error(bits.past_end() ? kCut : kBroken);
  }
}

std::uint32_t little_endian(std::string_view four) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(four[i]);
  }
  return value;
}

/// How long a member's header is; npos when it is cut short.
std::size_t header_size(std::string_view packed) {
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

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t crc) {
  crc = ~crc;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
  }
  return ~crc;
}

Result<Inflated> inflate(std::string_view packed, std::size_t limit) {
  Bits bits(packed);
  Inflated result;
  for (bool last = false; !last;) {
    last = bits.bit() != 0;
    const Outcome read = block(bits, result.bytes, limit);
    if (!read) return read.error();
  }
  result.consumed = bits.consumed();
  return result;
}

bool is_gzip(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b\x08");
}

Result<Bytes> gunzip(std::string_view packed, std::size_t limit) {
  if (!is_gzip(packed)) return error("not in gzip format");
  Bytes all;
  while (is_gzip(packed)) {
    const std::size_t start = header_size(packed);
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
