// bunzip2.cc — the decoder of bzip2: Huffman codes, move to front, and the
// Burrows-Wheeler transform undone.

#include "sim/base/bunzip2.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace drydock {

namespace {

constexpr std::size_t kCodeMax = 20;  // Bits of the longest code.
constexpr std::size_t kGroup = 50;    // Symbols that share one table.
constexpr std::uint64_t kBlockMagic = 0x314159265359,
                        kEndMagic = 0x177245385090;

/// Bits, most significant first; past the end they are zero and `overrun`.
class Bits {
 public:
  explicit Bits(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t take(int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) {
      const std::size_t byte = at_ / 8;
      const bool there = byte < bytes_.size();
      overrun_ = overrun_ || !there;
      const unsigned held =
          there ? static_cast<unsigned char>(bytes_[byte]) : 0U;
      value = value << 1 | (held >> (7 - at_ % 8) & 1);
      ++at_;
    }
    return value;
  }
  bool overrun() const { return overrun_; }
  void align() { at_ = (at_ + 7) / 8 * 8; }
  std::string_view rest() const {
    return bytes_.substr(std::min(at_ / 8, bytes_.size()));
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool overrun_ = false;
};

/// The sum of a block: CRC-32 with the most significant bit first.
std::uint32_t crc_of(std::string_view bytes) {
  constexpr std::uint32_t kPolynomial = 0x04c11db7;
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 24;
    for (int bit = 0; bit < 8; ++bit) {
      crc = crc << 1 ^ ((crc >> 31) != 0 ? kPolynomial : 0);
    }
  }
  return ~crc;
}

/// A canonical Huffman code: how long each symbol's code is.
class Code {
 public:
  bool read(Bits& bits, std::size_t symbols) {
    std::vector<std::size_t> lengths;
    std::size_t length = bits.take(5);
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
      for (;;) {
        if (length < 1 || length > kCodeMax || bits.overrun()) return false;
        if (bits.take(1) == 0) break;
        length = bits.take(1) == 0 ? length + 1 : length - 1;
      }
      lengths.push_back(length);
    }
    for (std::size_t bit = 1; bit <= kCodeMax; ++bit) {
      for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
        if (lengths[symbol] != bit) continue;
        sorted_.push_back(static_cast<std::uint16_t>(symbol));
        ++count_[bit];
      }
    }
    return true;
  }
  std::optional<std::uint16_t> next(Bits& bits) const {
    std::size_t code = 0, first = 0, index = 0;
    for (std::size_t bit = 1; bit <= kCodeMax; ++bit) {
      code |= bits.take(1);
      if (code < first + count_[bit]) return sorted_[index + code - first];
      index += count_[bit];
      first = (first + count_[bit]) << 1;
      code <<= 1;
    }
    return std::nullopt;
  }

 private:
  std::array<std::size_t, kCodeMax + 1> count_{};
  std::vector<std::uint16_t> sorted_;
};

/// The head of a block: which bytes occur, the codes, and which code each
/// group of symbols uses.
struct BlockHead {
  std::vector<unsigned char> used;
  std::vector<Code> codes;
  std::vector<unsigned char> selectors;
};

std::optional<BlockHead> read_head(Bits& bits) {
  BlockHead head;
  const std::uint64_t rows = bits.take(16);
  for (unsigned row = 0; row < 16; ++row) {
    if ((rows >> (15 - row) & 1) == 0) continue;
    const std::uint64_t columns = bits.take(16);
    for (unsigned column = 0; column < 16; ++column) {
      if ((columns >> (15 - column) & 1) == 0) continue;
      head.used.push_back(static_cast<unsigned char>(row * 16 + column));
    }
  }
  const std::size_t tables = bits.take(3), selectors = bits.take(15);
  if (head.used.empty() || tables < 2 || tables > 6 || selectors == 0) {
    return std::nullopt;
  }
  std::vector<unsigned char> recent;
  for (std::size_t i = 0; i < tables; ++i) {
    recent.push_back(static_cast<unsigned char>(i));
  }
  for (std::size_t i = 0; i < selectors; ++i) {
    std::size_t place = 0;
    while (bits.take(1) == 1 && !bits.overrun()) {
      if (++place >= tables) return std::nullopt;
    }
    std::rotate(recent.begin(),
                recent.begin() + static_cast<std::ptrdiff_t>(place),
                recent.begin() + static_cast<std::ptrdiff_t>(place) + 1);
    head.selectors.push_back(recent.front());
  }
  for (std::size_t i = 0; i < tables; ++i) {
    Code code;
    if (!code.read(bits, head.used.size() + 2)) return std::nullopt;
    head.codes.push_back(std::move(code));
  }
  return head;
}

/// The last column of the transform; nullopt: not bzip2.
std::optional<std::vector<unsigned char>> read_column(Bits& bits,
                                                      const BlockHead& head,
                                                      std::size_t size_max) {
  std::vector<unsigned char> recent = head.used, column;
  const std::size_t end = head.used.size() + 1;
  std::size_t symbols = 0, run = 0, weight = 1;
  for (;;) {
    const std::size_t group = symbols++ / kGroup;
    if (group >= head.selectors.size() || bits.overrun()) return std::nullopt;
    const auto symbol = head.codes[head.selectors[group]].next(bits);
    if (!symbol) return std::nullopt;
    if (*symbol <= 1) {  // Bijective base 2: A is 1, B is 2.
      if (weight > size_max) return std::nullopt;
      run += weight << *symbol;
      weight <<= 1;
      continue;
    }
    if (column.size() + run > size_max) return std::nullopt;
    column.insert(column.end(), run, recent.front());
    run = 0;
    weight = 1;
    if (*symbol == end) return column;
    const auto place = static_cast<std::ptrdiff_t>(*symbol) - 1;
    if (column.size() >= size_max) return std::nullopt;
    std::rotate(recent.begin(), recent.begin() + place,
                recent.begin() + place + 1);
    column.push_back(recent.front());
  }
}

/// From the sorted rotations' last column back to the bytes.
Bytes untransform(const std::vector<unsigned char>& column,
                  std::size_t origin) {
  std::array<std::size_t, 257> first{};
  for (const unsigned char byte : column) ++first[byte + 1U];
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  std::vector<std::uint32_t> next(column.size());
  for (std::size_t i = 0; i < column.size(); ++i) {
    next[first[column[i]]++] = static_cast<std::uint32_t>(i);
  }
  Bytes bytes;
  bytes.reserve(column.size());
  std::size_t at = next[origin];
  for (std::size_t i = 0; i < column.size(); ++i) {
    bytes += static_cast<char>(column[at]);
    at = next[at];
  }
  return bytes;
}

/// Four equal bytes are followed by how many more there are.
bool expand_runs(const Bytes& bytes, std::size_t limit, Bytes* out) {
  int same = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (same == 4) {
      const auto more = static_cast<unsigned char>(bytes[at]);
      out->append(more, bytes[at - 1]);
      same = 0;
    } else {
      same = at > 0 && same > 0 && bytes[at] == bytes[at - 1] ? same + 1 : 1;
      *out += bytes[at];
    }
    if (out->size() > limit) return false;
  }
  return true;
}

Error broken(std::string_view what) { return Error{std::string(what)}; }

constexpr std::string_view kData = "bzip2 data invalid: bad magic value",
                           kShort = "unexpected EOF",
                           kSum = "bzip2 data invalid: block checksum mismatch";

/// One block behind its magic number, appended to `out`.
Outcome read_block(Bits& bits, std::size_t size_max, std::size_t limit,
                   Bytes* out) {
  const auto sum = static_cast<std::uint32_t>(bits.take(32));
  const bool randomised = bits.take(1) == 1;  // Of before 0.9.5, never since.
  const std::size_t origin = bits.take(24);
  const std::optional<BlockHead> head = read_head(bits);
  if (!head || randomised) return broken(bits.overrun() ? kShort : kData);
  const auto column = read_column(bits, *head, size_max);
  if (!column || origin >= column->size()) {
    return broken(bits.overrun() ? kShort : kData);
  }
  const std::size_t before = out->size();
  if (!expand_runs(untransform(*column, origin), limit, out)) {
    return broken("unpacks to more than is allowed");
  }
  if (crc_of(std::string_view(*out).substr(before)) != sum) {
    return broken(kSum);
  }
  return done();
}

}  // namespace

bool is_bzip2(std::string_view bytes) {
  return bytes.size() >= 4 && bytes.starts_with("BZh") && bytes[3] >= '1' &&
         bytes[3] <= '9';
}

Result<Bytes> bunzip2(std::string_view packed, std::size_t limit) {
  if (!is_bzip2(packed)) return broken(kData);
  Bytes out;
  while (is_bzip2(packed)) {
    constexpr std::size_t kHundredK = 100'000;
    const std::size_t size_max =
        static_cast<std::size_t>(packed[3] - '0') * kHundredK;
    Bits bits(packed.substr(4));
    for (;;) {
      const std::uint64_t magic = bits.take(48);
      if (bits.overrun()) return broken(kShort);
      if (magic == kEndMagic) break;
      if (magic != kBlockMagic) return broken(kData);
      const Outcome read = read_block(bits, size_max, limit, &out);
      if (!read) return read.error();
    }
    bits.take(32);  // The sum of sums; each block has been checked.
    bits.align();
    packed = bits.rest();
  }
  return out;
}

}  // namespace drydock
