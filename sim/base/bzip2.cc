// bzip2.cc — reading bzip2: Huffman codes, move to front, the sorted block.

#include "sim/base/bzip2.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace drydock {

namespace {

constexpr std::uint64_t kBlockMagic = 0x314159265359,
                        kEndMagic = 0x177245385090;
constexpr int kCodeMax = 20, kGroupSize = 50, kRunA = 0, kRunB = 1;

/// The first bit of a byte is its highest.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t take(int count) {
    std::uint64_t value = 0;
    for (; count > 0; --count) value = value << 1 | bit();
    return value;
  }
  std::uint32_t bit() {
    const std::size_t at = position_ / 8;
    if (at >= bytes_.size()) {
      failed_ = true;
      return 0;
    }
    const auto byte = static_cast<unsigned char>(bytes_[at]);
    return byte >> (7 - position_++ % 8) & 1U;
  }
  void align() { position_ = (position_ + 7) / 8 * 8; }
  std::string_view rest() const {
    return bytes_.substr(std::min(position_ / 8, bytes_.size()));
  }
  bool failed() const { return failed_; }

 private:
  std::string_view bytes_;
  std::size_t position_ = 0;  // In bits.
  bool failed_ = false;
};

/// A canonical code: codes of one length are consecutive numbers.
struct Code {
  std::array<std::uint32_t, kCodeMax + 1> first{}, count{};
  std::vector<int> symbols;  // By length, then by value.
};

Code code_of(const std::vector<int>& lengths) {
  Code code;
  for (const int length : lengths)
    ++code.count[static_cast<std::size_t>(length)];
  code.count[0] = 0;
  std::uint32_t next = 0;
  for (std::size_t length = 1; length <= kCodeMax; ++length) {
    code.first[length] = next;
    next = (next + code.count[length]) << 1;
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] == static_cast<int>(length)) {
        code.symbols.push_back(static_cast<int>(symbol));
      }
    }
  }
  return code;
}

std::optional<int> symbol_of(BitReader& bits, const Code& code) {
  std::uint32_t value = 0;
  std::size_t before = 0;
  for (std::size_t length = 1; length <= kCodeMax; ++length) {
    value = value << 1 | bits.bit();
    const std::uint32_t offset = value - code.first[length];
    if (value >= code.first[length] && offset < code.count[length]) {
      return code.symbols[before + offset];
    }
    before += code.count[length];
  }
  return std::nullopt;
}

/// What stands at the head of a block.
struct BlockHead {
  std::uint32_t crc = 0, origin = 0;
  std::vector<std::uint8_t> used;  // Bytes that occur.
  std::vector<std::uint8_t> selectors;
  std::vector<Code> codes;
};

std::optional<std::vector<std::uint8_t>> read_selectors(BitReader& bits,
                                                        int tables) {
  std::array<std::uint8_t, 6> order = {0, 1, 2, 3, 4, 5};
  std::vector<std::uint8_t> selectors;
  for (auto left = bits.take(15); left > 0; --left) {
    int place = 0;
    while (bits.bit() == 1) {
      if (++place >= tables) return std::nullopt;
    }
    std::rotate(order.begin(), order.begin() + place,
                order.begin() + place + 1);
    selectors.push_back(order[0]);
  }
  return selectors;
}

std::optional<Code> read_code(BitReader& bits, std::size_t symbols) {
  std::vector<int> lengths;
  int length = static_cast<int>(bits.take(5));
  for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
    while (bits.bit() == 1) {
      length += bits.bit() == 1 ? -1 : 1;
      if (length < 1 || length > kCodeMax || bits.failed()) return std::nullopt;
    }
    if (length < 1 || length > kCodeMax) return std::nullopt;
    lengths.push_back(length);
  }
  return code_of(lengths);
}

std::optional<BlockHead> read_head(BitReader& bits) {
  BlockHead head;
  head.crc = static_cast<std::uint32_t>(bits.take(32));
  const bool randomised = bits.bit() == 1;
  if (randomised) return std::nullopt;  // Given up in 1997.
  head.origin = static_cast<std::uint32_t>(bits.take(24));
  const auto ranges = bits.take(16);
  for (int range = 0; range < 16; ++range) {
    if ((ranges >> (15 - range) & 1U) == 0) continue;
    const auto members = bits.take(16);
    for (int member = 0; member < 16; ++member) {
      if ((members >> (15 - member) & 1U) == 0) continue;
      head.used.push_back(static_cast<std::uint8_t>(range * 16 + member));
    }
  }
  const int tables = static_cast<int>(bits.take(3));
  if (head.used.empty() || tables < 2 || tables > 6) return std::nullopt;
  auto selectors = read_selectors(bits, tables);
  if (!selectors) return std::nullopt;
  head.selectors = std::move(*selectors);
  for (int table = 0; table < tables; ++table) {
    auto code = read_code(bits, head.used.size() + 2);
    if (!code) return std::nullopt;
    head.codes.push_back(std::move(*code));
  }
  if (bits.failed()) return std::nullopt;
  return head;
}

/// Undoes the codes, the runs and the move to front: the sorted block's last
/// column.
std::optional<Bytes> read_column(BitReader& bits, const BlockHead& head,
                                 std::size_t block_max) {
  std::vector<std::uint8_t> order = head.used;
  const int end = static_cast<int>(head.used.size()) + 1;
  Bytes column;
  std::size_t run = 0, weight = 1, group = 0;
  for (int left = 0;; --left) {
    if (left == 0) {
      if (group >= head.selectors.size()) return std::nullopt;
      ++group;
      left = kGroupSize;
    }
    const auto symbol = symbol_of(bits, head.codes[head.selectors[group - 1]]);
    if (!symbol || bits.failed()) return std::nullopt;
    if (*symbol == kRunA || *symbol == kRunB) {
      run += weight << *symbol;
      weight <<= 1;
      if (run > block_max) return std::nullopt;
      continue;
    }
    column.append(run, static_cast<char>(order[0]));
    run = 0;
    weight = 1;
    if (*symbol == end) return column;
    if (column.size() >= block_max) return std::nullopt;
    const auto place = order.begin() + *symbol - 1;
    std::rotate(order.begin(), place, place + 1);
    column += static_cast<char>(order[0]);
  }
}

/// From the last column of the sorted rotations back to the text.
std::optional<Bytes> unsorted(const Bytes& column, std::uint32_t origin) {
  if (origin >= column.size()) return std::nullopt;
  std::array<std::uint32_t, 257> starts{};
  for (const char c : column) ++starts[static_cast<unsigned char>(c) + 1U];
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  std::vector<std::uint32_t> next(column.size());
  for (std::uint32_t i = 0; i < column.size(); ++i) {
    next[starts[static_cast<unsigned char>(column[i])]++] = i;
  }
  Bytes text;
  text.reserve(column.size());
  std::uint32_t at = next[origin];
  for (std::size_t i = 0; i < column.size(); ++i) {
    text += column[at];
    at = next[at];
  }
  return text;
}

/// Four equal bytes are followed by how many more of them there are.
Bytes runs_opened(const Bytes& text) {
  Bytes out;
  int equal = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (equal == 4) {
      out.append(static_cast<unsigned char>(text[i]), text[i - 1]);
      equal = 0;
      continue;
    }
    equal = equal > 0 && text[i] == text[i - 1] ? equal + 1 : 1;
    out += text[i];
  }
  return out;
}

Outcome read_stream(std::string_view& packed, std::size_t limit, Bytes& out) {
  const Error broken{"data integrity error when decompressing"};
  if (!is_bzip2(packed)) return Error{"not a bzip2 file"};
  const auto block_max = static_cast<std::size_t>(packed[3] - '0') * 100'000;
  BitReader bits(packed.substr(4));
  std::uint32_t all = 0;
  for (;;) {
    const std::uint64_t magic = bits.take(48);
    if (bits.failed()) return Error{"file ends unexpectedly"};
    if (magic == kEndMagic) break;
    if (magic != kBlockMagic) return broken;
    const auto head = read_head(bits);
    if (!head) return broken;
    const auto column = read_column(bits, *head, block_max);
    if (!column) return broken;
    const auto text = unsorted(*column, head->origin);
    if (!text) return broken;
    const Bytes block = runs_opened(*text);
    const std::uint32_t crc = bzip2_crc(block);
    if (crc != head->crc) return broken;
    all = (all << 1 | all >> 31) ^ crc;
    if (out.size() + block.size() > limit) return Error{"too much output"};
    out += block;
  }
  if (bits.take(32) != all || bits.failed()) return broken;
  bits.align();
  packed = bits.rest();
  return done();
}

}  // namespace

std::uint32_t bzip2_crc(std::string_view bytes, std::uint32_t crc) {
  crc = ~crc;
  for (const char c : bytes) {
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 24;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 0x80000000U) != 0 ? crc << 1 ^ 0x04c11db7U : crc << 1;
    }
  }
  return ~crc;
}

bool is_bzip2(std::string_view bytes) {
  return bytes.size() >= 4 && bytes.starts_with("BZh") && bytes[3] >= '1' &&
         bytes[3] <= '9';
}

Result<Bytes> bunzip2(std::string_view packed, std::size_t limit) {
  Bytes out;
  do {
    const Outcome read = read_stream(packed, limit, out);
    if (!read) return read.error();
  } while (is_bzip2(packed));
  return out;
}

}  // namespace drydock
