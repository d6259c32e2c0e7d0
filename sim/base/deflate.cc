// deflate.cc — LZ77 with chains of equal beginnings, and fixed Huffman codes.

#include "sim/base/deflate.h"

#include <algorithm>
#include <array>
#include <vector>

#include "sim/base/inflate.h"

namespace drydock {
namespace {

constexpr std::size_t kWindow = 32768;
constexpr std::size_t kMatchMin = 3, kMatchMax = 258;
constexpr std::size_t kHashes = std::size_t{1} << 15;

/// RFC 1951, 3.2.5: where a code begins, and its extra bits.
struct Range {
  int base, extra;
};

// clang-format off
constexpr std::array<Range, 29> kLengths{{
    {3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0},
    {11, 1}, {13, 1}, {15, 1}, {17, 1}, {19, 2}, {23, 2}, {27, 2}, {31, 2},
    {35, 3}, {43, 3}, {51, 3}, {59, 3}, {67, 4}, {83, 4}, {99, 4}, {115, 4},
    {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0}}};

constexpr std::array<Range, 30> kDistances{{
    {1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 1}, {7, 1}, {9, 2}, {13, 2},
    {17, 3}, {25, 3}, {33, 4}, {49, 4}, {65, 5}, {97, 5}, {129, 6}, {193, 6},
    {257, 7}, {385, 7}, {513, 8}, {769, 8}, {1025, 9}, {1537, 9},
    {2049, 10}, {3073, 10}, {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12},
    {16385, 13}, {24577, 13}}};
// clang-format on

/// Bits into bytes, lowest first; Huffman codes highest first.
class BitWriter {
 public:
  void put(unsigned value, int count) {
    pending_ |= static_cast<std::uint64_t>(value) << filled_;
    filled_ += count;
    while (filled_ >= 8) emit();
  }
  void put_code(unsigned code, int count) {
    unsigned reversed = 0;
    for (int i = 0; i < count; ++i) {
      reversed |= ((code >> i) & 1u) << (count - 1 - i);
    }
    put(reversed, count);
  }
  Bytes take() {
    if (filled_ > 0) {
      filled_ = 8;
      emit();
    }
    return std::move(bytes_);
  }

 private:
  void emit() {
    bytes_ += static_cast<char>(pending_ & 0xff);
    pending_ >>= 8;
    filled_ -= 8;
  }

  Bytes bytes_;
  std::uint64_t pending_ = 0;
  int filled_ = 0;
};

/// RFC 1951, 3.2.6.
void put_symbol(BitWriter& bits, unsigned symbol) {
  if (symbol < 144) return bits.put_code(0x30 + symbol, 8);
  if (symbol < 256) return bits.put_code(0x190 + symbol - 144, 9);
  if (symbol < 280) return bits.put_code(symbol - 256, 7);
  bits.put_code(0xc0 + symbol - 280, 8);
}

template <std::size_t N>
std::size_t code_of(const std::array<Range, N>& table, int value) {
  const auto after = std::upper_bound(
      table.begin(), table.end(), value,
      [](int wanted, const Range& range) { return wanted < range.base; });
  return static_cast<std::size_t>(after - table.begin()) - 1;
}

void put_match(BitWriter& bits, std::size_t length, std::size_t distance) {
  const int size = static_cast<int>(length), back = static_cast<int>(distance);
  const std::size_t l = code_of(kLengths, size);
  put_symbol(bits, static_cast<unsigned>(257 + l));
  bits.put(static_cast<unsigned>(size - kLengths[l].base), kLengths[l].extra);
  const std::size_t d = code_of(kDistances, back);
  bits.put_code(static_cast<unsigned>(d), 5);
  bits.put(static_cast<unsigned>(back - kDistances[d].base),
           kDistances[d].extra);
}

struct Match {
  std::size_t length = 0, distance = 0;
};

/// Where each beginning of three bytes was seen before.
class Chains {
 public:
  Chains(std::string_view bytes, int tries)
      : bytes_(bytes), tries_(tries), heads_(kHashes, 0), before_(kWindow, 0) {}

  void add(std::size_t at) {
    if (at + kMatchMin > bytes_.size()) return;
    std::size_t& head = heads_[hash(at)];
    before_[at % kWindow] = head;
    head = at + 1;  // 0 is "nowhere".
  }

  Match find(std::size_t at) const {
    Match best;
    if (at + kMatchMin > bytes_.size()) return best;
    const std::size_t most = std::min(kMatchMax, bytes_.size() - at);
    std::size_t from = heads_[hash(at)];
    for (int i = 0; i < tries_ && from != 0; ++i) {
      const std::size_t place = from - 1;
      if (place >= at || at - place > kWindow - 1) break;
      std::size_t length = 0;
      while (length < most && bytes_[place + length] == bytes_[at + length]) {
        ++length;
      }
      if (length > best.length) best = {length, at - place};
      if (length == most) break;
      from = before_[place % kWindow];
    }
    return best.length < kMatchMin ? Match{} : best;
  }

 private:
  std::size_t hash(std::size_t at) const {
    std::size_t value = 0;
    for (std::size_t i = 0; i < kMatchMin; ++i) {
      value = value * 33 + static_cast<unsigned char>(bytes_[at + i]);
    }
    return value * 2654435761u % 4294967296u >> 17;
  }

  std::string_view bytes_;
  int tries_;
  std::vector<std::size_t> heads_, before_;
};

void put_number(Bytes& bytes, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) {
    bytes += static_cast<char>((value >> (8 * i)) & 0xff);
  }
}

}  // namespace

Bytes deflate(std::string_view bytes, int level) {
  BitWriter bits;
  bits.put(1, 1);  // The last block,
  bits.put(1, 2);  // of fixed codes.
  Chains chains(bytes, 4 << std::clamp(level, 1, 9));
  std::size_t at = 0;
  while (at < bytes.size()) {
    const Match match = chains.find(at);
    std::size_t used = 1;
    if (match.length > 0) {
      put_match(bits, match.length, match.distance);
      used = match.length;
    } else {
      put_symbol(bits, static_cast<unsigned char>(bytes[at]));
    }
    for (; used > 0; --used) chains.add(at++);
  }
  put_symbol(bits, 256);
  return bits.take();
}

Bytes gzip(std::string_view bytes, const GzipHeader& header, int level) {
  constexpr char kHasName = 8, kUnix = 3;
  Bytes packed("\x1f\x8b\x08", 3);
  packed += header.name.empty() ? '\0' : kHasName;
  put_number(packed, header.mtime);
  packed += level == 9 ? '\2' : level == 1 ? '\4' : '\0';
  packed += kUnix;
  if (!header.name.empty()) {
    packed += header.name;
    packed += '\0';
  }
  packed += deflate(bytes, level);
  put_number(packed, crc32(bytes));
  put_number(packed, static_cast<std::uint32_t>(bytes.size() & 0xffffffffu));
  return packed;
}

}  // namespace drydock
