// bzip2_pack.cc — making bzip2: sort the rotations, move to front, code.

#include <algorithm>
#include <array>
#include <numeric>
#include <queue>
#include <utility>
#include <vector>

#include "sim/base/bzip2.h"

namespace drydock {

namespace {

constexpr std::size_t kGroupSize = 50;
constexpr int kLengthMax = 17;  // What bzip2 itself makes.
constexpr int kTables = 2;      // The least that the format allows.
constexpr int kRunMax = 255 + 4;

class BitWriter {
 public:
  void put(std::uint64_t value, int count) {
    for (int bit = count - 1; bit >= 0; --bit) {
      byte_ = byte_ << 1 | static_cast<unsigned>(value >> bit & 1U);
      if (++filled_ == 8) flush();
    }
  }
  Bytes take() {
    while (filled_ != 0) put(0, 1);
    return std::move(bytes_);
  }

 private:
  void flush() {
    bytes_ += static_cast<char>(byte_);
    byte_ = 0;
    filled_ = 0;
  }
  Bytes bytes_;
  unsigned byte_ = 0;
  int filled_ = 0;
};

/// Takes from the front what one block holds; runs of four and more are cut
/// short there.
Bytes take_block(std::string_view& bytes, std::size_t block_max,
                 std::uint32_t& crc) {
  Bytes block;
  const std::string_view all = bytes;
  while (!bytes.empty() && block.size() + 5 < block_max) {
    const char c = bytes.front();
    std::size_t run = std::min(bytes.find_first_not_of(c), bytes.size());
    run = std::min<std::size_t>(run, kRunMax);
    block.append(std::min<std::size_t>(run, 4), c);
    if (run >= 4) block += static_cast<char>(run - 4);
    bytes.remove_prefix(run);
  }
  crc = bzip2_crc(all.substr(0, all.size() - bytes.size()));
  return block;
}

/// The order of all rotations, by doubling what is known of their beginnings.
std::vector<std::uint32_t> sorted_rotations(const Bytes& block) {
  const std::size_t size = block.size();
  std::vector<std::uint32_t> order(size), rank(size), fresh(size);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = 0; i < size; ++i) {
    rank[i] = static_cast<unsigned char>(block[i]);
  }
  for (std::size_t width = 0;; width = width == 0 ? 1 : width * 2) {
    const auto key = [&](std::uint32_t at) {
      return std::pair(rank[at], rank[(at + width) % size]);
    };
    std::ranges::stable_sort(order, {}, key);
    fresh[order[0]] = 0;
    for (std::size_t i = 1; i < size; ++i) {
      const bool differs = key(order[i - 1]) != key(order[i]);
      fresh[order[i]] = fresh[order[i - 1]] + (differs ? 1 : 0);
    }
    rank.swap(fresh);
    if (rank[order[size - 1]] + 1 == size || width >= size) return order;
  }
}

/// Ranks of the bytes used, with runs of zeros as numbers in RUNA and RUNB.
std::vector<int> symbols_of(const Bytes& column,
                            std::vector<std::uint8_t> order) {
  std::vector<int> symbols;
  std::size_t zeros = 0;
  const auto flush = [&] {
    for (; zeros > 0; zeros = (zeros - 1) / 2) {
      symbols.push_back(zeros % 2 == 1 ? 0 : 1);
    }
  };
  for (const char c : column) {
    const auto place = std::ranges::find(order, static_cast<std::uint8_t>(c));
    const auto rank = static_cast<int>(place - order.begin());
    if (rank == 0) {
      ++zeros;
      continue;
    }
    flush();
    symbols.push_back(rank + 1);
    std::rotate(order.begin(), place, place + 1);
  }
  flush();
  symbols.push_back(static_cast<int>(order.size()) + 1);
  return symbols;
}

/// Lengths of a Huffman code, none longer than allowed: until they fit the
/// counts are made more alike.
std::vector<int> code_lengths(std::vector<std::uint64_t> counts) {
  for (;;) {
    using Node = std::pair<std::uint64_t, std::size_t>;  // Weight, number.
    std::priority_queue<Node, std::vector<Node>, std::greater<>> open;
    std::vector<std::size_t> parent(counts.size() * 2, 0);
    for (std::size_t i = 0; i < counts.size(); ++i) open.push({counts[i], i});
    std::size_t next = counts.size();
    while (open.size() > 1) {
      const Node a = open.top();
      open.pop();
      const Node b = open.top();
      open.pop();
      parent[a.second] = parent[b.second] = next;
      open.push({a.first + b.first, next++});
    }
    const std::size_t root = open.top().second;
    std::vector<int> lengths;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      int length = 0;
      for (std::size_t at = i; at != root; at = parent[at]) ++length;
      lengths.push_back(std::max(length, 1));
    }
    if (*std::ranges::max_element(lengths) <= kLengthMax) return lengths;
    for (std::uint64_t& count : counts) count = count / 2 + 1;
  }
}

void put_code(BitWriter& bits, const std::vector<int>& lengths) {
  int length = lengths[0];
  bits.put(static_cast<std::uint64_t>(length), 5);
  for (const int wanted : lengths) {
    for (; length < wanted; ++length) bits.put(0b10, 2);
    for (; length > wanted; --length) bits.put(0b11, 2);
    bits.put(0, 1);
  }
}

std::vector<std::uint32_t> codes_of(const std::vector<int>& lengths) {
  std::vector<std::uint32_t> codes(lengths.size());
  std::uint32_t next = 0;
  for (int length = 1; length <= kLengthMax; ++length) {
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      if (lengths[i] == length) codes[i] = next++;
    }
    next <<= 1;
  }
  return codes;
}

void put_used(BitWriter& bits, const std::array<bool, 256>& used) {
  for (std::size_t range = 0; range < 256; range += 16) {
    bits.put(std::any_of(used.begin() + range, used.begin() + range + 16,
                         [](bool occurs) { return occurs; }),
             1);
  }
  for (std::size_t range = 0; range < 256; range += 16) {
    const bool any =
        std::any_of(used.begin() + range, used.begin() + range + 16,
                    [](bool occurs) { return occurs; });
    for (std::size_t i = range; any && i < range + 16; ++i) {
      bits.put(used[i], 1);
    }
  }
}

void put_block(BitWriter& bits, const Bytes& block, std::uint32_t crc) {
  const std::vector<std::uint32_t> order = sorted_rotations(block);
  Bytes column;
  std::uint64_t origin = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] == 0) origin = i;
    column += block[(order[i] + block.size() - 1) % block.size()];
  }
  std::array<bool, 256> used{};
  for (const char c : block) used[static_cast<unsigned char>(c)] = true;
  std::vector<std::uint8_t> alphabet;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) alphabet.push_back(static_cast<std::uint8_t>(i));
  }
  const std::vector<int> symbols = symbols_of(column, alphabet);
  std::vector<std::uint64_t> counts(alphabet.size() + 2, 1);
  for (const int symbol : symbols) ++counts[static_cast<std::size_t>(symbol)];
  const std::vector<int> lengths = code_lengths(counts);
  const std::vector<std::uint32_t> codes = codes_of(lengths);

  bits.put(0x314159265359, 48);
  bits.put(crc, 32);
  bits.put(0, 1);
  bits.put(origin, 24);
  put_used(bits, used);
  const std::size_t groups = (symbols.size() + kGroupSize - 1) / kGroupSize;
  bits.put(kTables, 3);
  bits.put(groups, 15);
  for (std::size_t group = 0; group < groups; ++group) bits.put(0, 1);
  for (int table = 0; table < kTables; ++table) put_code(bits, lengths);
  for (const int symbol : symbols) {
    const auto at = static_cast<std::size_t>(symbol);
    bits.put(codes[at], lengths[at]);
  }
}

}  // namespace

Bytes bzip2(std::string_view bytes, int level) {
  BitWriter bits;
  bits.put(0x425a68, 24);  // "BZh"
  bits.put(static_cast<std::uint64_t>('0' + level), 8);
  std::uint32_t all = 0;
  while (!bytes.empty()) {
    std::uint32_t crc = 0;
    const Bytes block =
        take_block(bytes, static_cast<std::size_t>(level) * 100'000, crc);
    put_block(bits, block, crc);
    all = (all << 1 | all >> 31) ^ crc;
  }
  bits.put(0x177245385090, 48);
  bits.put(all, 32);
  return bits.take();
}

}  // namespace drydock
