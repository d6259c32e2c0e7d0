// inflater.cc — the decoder of deflate: bits, codes, blocks.

#include "sim/base/inflater.h"

#include <algorithm>
#include <utility>

namespace drydock {
namespace {

constexpr std::string_view kCut = "unexpected end of file";
constexpr std::string_view kBroken = "invalid compressed data--format violated";

/// How far back a repetition may reach.
constexpr std::size_t kWindow = 32 * 1024;
/// The codes of a block take fewer bytes than this, a symbol far fewer.
constexpr std::size_t kCodesMax = 1024;

Error error(std::string_view text) { return Error{std::string(text)}; }

/// A length or distance symbol stands for `base` plus some extra bits.
struct Extra {
  std::uint32_t base;
  unsigned bits;
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

std::vector<int> fixed_literals() {
  std::vector<int> lengths(288, 8);
  for (std::size_t i = 144; i < 256; ++i) lengths[i] = 9;
  for (std::size_t i = 256; i < 280; ++i) lengths[i] = 7;
  return lengths;
}

unsigned reversed(unsigned code, unsigned length) {
  unsigned other = 0;
  for (unsigned i = 0; i < length; ++i)
    other |= (code >> i & 1U) << (length - 1 - i);
  return other;
}

}  // namespace

// --- Bits --------------------------------------------------------------------

void BitReader::feed(std::string_view bytes) {
  bytes_.erase(0, at_);
  at_ = 0;
  bytes_ += bytes;
}

void BitReader::refill() {
  while (held_ <= 56 && at_ < bytes_.size()) {
    bits_ |= std::uint64_t{static_cast<unsigned char>(bytes_[at_++])} << held_;
    held_ += 8;
  }
}

Bytes BitReader::take_bytes(std::size_t count) {
  drop(held_ % 8);
  Bytes taken;
  while (held_ > 0 && taken.size() < count) {
    taken += static_cast<char>(take(8));
  }
  const std::size_t more = std::min(count - taken.size(), bytes_.size() - at_);
  taken.append(bytes_, at_, more);
  at_ += more;
  return taken;
}

Bytes BitReader::rest() { return take_bytes(left()); }

// --- Codes -------------------------------------------------------------------

bool HuffmanCode::assign(const std::vector<int>& lengths) {
  counts_.fill(0);
  short_.fill({});
  for (const int length : lengths) ++counts_[static_cast<unsigned>(length)];
  counts_[0] = 0;
  int room = 1;
  std::array<std::size_t, kBitsMax + 2> offsets{};
  std::array<unsigned, kBitsMax + 2> codes{};
  for (unsigned bits = 1; bits <= kBitsMax; ++bits) {
    const auto count = static_cast<unsigned>(counts_[bits]);
    room = room * 2 - counts_[bits];
    if (room < 0) return false;
    offsets[bits + 1] = offsets[bits] + count;
    codes[bits + 1] = (codes[bits] + count) << 1;
  }
  symbols_.assign(lengths.size(), 0);
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    const auto length = static_cast<unsigned>(lengths[symbol]);
    if (length == 0) continue;
    symbols_[offsets[length]++] = static_cast<int>(symbol);
    const unsigned code = reversed(codes[length]++, length);
    for (unsigned at = code; length <= kShortBits && at < short_.size();
         at += 1U << length) {
      short_[at] = {static_cast<std::int16_t>(symbol),
                    static_cast<std::uint8_t>(length)};
    }
  }
  return true;
}

int HuffmanCode::read_long(BitReader& bits) const {
  const std::uint32_t ahead = bits.peek(kBitsMax);
  int code = 0, first = 0, index = 0;
  for (unsigned length = 1; length <= kBitsMax; ++length) {
    code |= static_cast<int>(ahead >> (length - 1) & 1U);
    const int count = counts_[length];
    if (code - first < count) {
      bits.drop(length);
      return symbols_[static_cast<std::size_t>(index + code - first)];
    }
    index += count;
    first = (first + count) * 2;
    code *= 2;
  }
  bits.drop(kBitsMax);
  return -1;
}

// --- Blocks ------------------------------------------------------------------

void Inflater::feed(std::string_view packed, bool last) {
  bits_.feed(packed);
  last_fed_ = last;
}

bool Inflater::may_go_on() const {
  return state_ != State::ended && (last_fed_ || bits_.left() >= kCodesMax);
}

Outcome Inflater::begin_stored() {
  const Bytes head = bits_.take_bytes(4);
  if (head.size() < 4) return error(kCut);
  const auto byte = [&head](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(head[i]));
  };
  const std::uint32_t size = byte(0) | byte(1) << 8;
  if ((size ^ 0xffffU) != (byte(2) | byte(3) << 8)) return error(kBroken);
  stored_left_ = size;
  state_ = State::stored;
  return done();
}

/// The codes that a block brings along, themselves Huffman coded.
Outcome Inflater::read_codes() {
  const std::size_t literals = bits_.take(5) + 257;
  const std::size_t distances = bits_.take(5) + 1;
  const std::size_t count = bits_.take(4) + 4;
  std::vector<int> lengths(kOrderOfCodeLengths.size(), 0);
  for (std::size_t i = 0; i < count; ++i) {
    lengths[kOrderOfCodeLengths[i]] = static_cast<int>(bits_.take(3));
  }
  HuffmanCode code;
  if (!code.assign(lengths)) return error(kBroken);

  lengths.clear();
  while (lengths.size() < literals + distances) {
    const int symbol = code.read(bits_);
    if (bits_.past_end()) return error(kCut);
    if (symbol < 0 || (symbol == 16 && lengths.empty())) return error(kBroken);
    if (symbol < 16) {
      lengths.push_back(symbol);
      continue;
    }
    const int value = symbol == 16 ? lengths.back() : 0;
    const std::size_t times = symbol == 16   ? 3 + bits_.take(2)
                              : symbol == 17 ? 3 + bits_.take(3)
                                             : 11 + bits_.take(7);
    lengths.insert(lengths.end(), times, value);
  }
  if (lengths.size() > literals + distances) return error(kBroken);
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(literals);
  if (!literals_.assign({lengths.begin(), middle}) ||
      !distances_.assign({middle, lengths.end()})) {
    return error(kBroken);
  }
  state_ = State::coded;
  return done();
}

Outcome Inflater::begin_block() {
  if (last_block_) {
    state_ = State::ended;
    return done();
  }
  last_block_ = bits_.take(1) != 0;
  switch (bits_.take(2)) {
    case 0:
      return begin_stored();
    case 1:
      (void)literals_.assign(fixed_literals());
      (void)distances_.assign(std::vector<int>(30, 5));
      state_ = State::coded;
      return bits_.past_end() ? Outcome(error(kCut)) : done();
    case 2:
      return read_codes();
    default:
      return error(bits_.past_end() ? kCut : kBroken);
  }
}

Outcome Inflater::copy_stored() {
  const Bytes piece = bits_.take_bytes(std::min(stored_left_, kChunk));
  if (piece.empty() && stored_left_ > 0) return error(kCut);
  window_ += piece;
  stored_left_ -= piece.size();
  if (stored_left_ == 0) state_ = State::block;
  return done();
}

/// Copies what lies some way back; the copy may overlap the end.
Outcome Inflater::repeat(int symbol) {
  const Extra& length = kLengths[static_cast<std::size_t>(symbol - 257)];
  const std::size_t count = length.base + bits_.take(length.bits);
  const int far = distances_.read(bits_);
  if (far < 0 || far > 29) return error(kBroken);
  const Extra& distance = kDistances[static_cast<std::size_t>(far)];
  const std::size_t back = distance.base + bits_.take(distance.bits);
  if (back > window_.size()) return error(kBroken);
  const std::size_t from = window_.size() - back;
  if (back >= count) {
    window_.append(window_, from, count);
    return done();
  }
  for (std::size_t i = 0; i < count; ++i) window_ += window_[from + i];
  return done();
}

Outcome Inflater::decode() {
  const std::size_t enough = taken_ + kChunk;
  while (window_.size() < enough) {
    if (!last_fed_ && bits_.left() < 8) return done();
    const int symbol = literals_.read(bits_);
    if (bits_.past_end()) return error(kCut);
    if (symbol < 0 || symbol > 285) return error(kBroken);
    if (symbol == 256) {
      state_ = State::block;
      return done();
    }
    if (symbol < 256) {
      window_ += static_cast<char>(symbol);
      continue;
    }
    const Outcome repeated = repeat(symbol);
    if (!repeated) return repeated;
  }
  return done();
}

void Inflater::forget_old() {
  if (taken_ < 4 * kWindow) return;
  window_.erase(0, taken_ - kWindow);
  taken_ = kWindow;
}

Result<Bytes> Inflater::take() {
  while (window_.size() == taken_ && may_go_on()) {
    Outcome went = done();
    if (state_ == State::block)
      went = begin_block();
    else if (state_ == State::stored)
      went = copy_stored();
    else
      went = decode();
    if (!went) return went.error();
  }
  Bytes piece = window_.substr(taken_);
  taken_ = window_.size();
  forget_old();
  return piece;
}

}  // namespace drydock
