// lzma.cc — LZMA as its specification describes it, in LZMA2's chunks.

#include "sim/base/lzma.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace drydock {

namespace {

using Probability = std::uint16_t;
constexpr Probability kHalf = 1024;  // Of 2048.
constexpr int kStates = 12, kPositionStates = 16;

/// The range decoder: bits, each with a probability that it adapts.
class Ranges {
 public:
  /// The five bytes that a chunk begins with.
  void begin(std::string_view bytes) {
    bytes_ = bytes;
    at_ = 0;
    range_ = 0xffffffff;
    code_ = 0;
    overrun_ = false;
    for (int i = 0; i < 5; ++i) code_ = code_ << 8 | byte();
  }
  bool overrun() const { return overrun_; }

  unsigned bit(Probability& probability) {
    const std::uint32_t bound = (range_ >> 11) * probability;
    unsigned value = 0;
    if (code_ < bound) {
      range_ = bound;
      probability =
          static_cast<Probability>(probability + ((2048 - probability) >> 5));
    } else {
      range_ -= bound;
      code_ -= bound;
      probability = static_cast<Probability>(probability - (probability >> 5));
      value = 1;
    }
    refill();
    return value;
  }

  std::uint32_t direct(int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) {
      range_ >>= 1;
      const bool one = code_ >= range_;
      if (one) code_ -= range_;
      value = value << 1 | (one ? 1U : 0U);
      refill();
    }
    return value;
  }

  /// A tree of `count` levels: most significant bit first.
  std::uint32_t tree(Probability* tree, int count) {
    std::uint32_t at = 1;
    for (int i = 0; i < count; ++i) at = at << 1 | bit(tree[at]);
    return at - (1U << count);
  }
  std::uint32_t reverse_tree(Probability* tree, int count) {
    std::uint32_t at = 1, value = 0;
    for (int i = 0; i < count; ++i) {
      const unsigned one = bit(tree[at]);
      at = at << 1 | one;
      value |= one << i;
    }
    return value;
  }

 private:
  std::uint32_t byte() {
    overrun_ = overrun_ || at_ >= bytes_.size();
    return at_ < bytes_.size() ? static_cast<unsigned char>(bytes_[at_++]) : 0U;
  }
  void refill() {
    if (range_ >= 1U << 24) return;
    range_ <<= 8;
    code_ = code_ << 8 | byte();
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::uint32_t range_ = 0, code_ = 0;
  bool overrun_ = false;
};

/// How long a match is: 2 to 273.
struct LengthCoder {
  Probability choice, choice_2;
  std::array<std::array<Probability, 8>, kPositionStates> low, middle;
  std::array<Probability, 256> high;

  void reset() {
    choice = choice_2 = kHalf;
    for (auto& tree : low) tree.fill(kHalf);
    for (auto& tree : middle) tree.fill(kHalf);
    high.fill(kHalf);
  }
  std::uint32_t next(Ranges& ranges, std::size_t position) {
    if (ranges.bit(choice) == 0) {
      return 2 + ranges.tree(low[position].data(), 3);
    }
    if (ranges.bit(choice_2) == 0) {
      return 10 + ranges.tree(middle[position].data(), 3);
    }
    return 18 + ranges.tree(high.data(), 8);
  }
};

class Lzma {
 public:
  explicit Lzma(Bytes& out) : out_(out), origin_(out.size()) {}

  void forget_dictionary() { origin_ = out_.size(); }

  bool set_properties(unsigned char packed) {
    if (packed >= 225) return false;
    literal_context_ = packed % 9;
    literal_position_ = packed / 9 % 5;
    position_bits_ = packed / 45;
    if (literal_context_ + literal_position_ > 4) return false;
    reset_state();
    return true;
  }

  void reset_state() {
    state_ = 0;
    recent_ = {};
    for (auto& row : is_match_) row.fill(kHalf);
    for (auto& row : is_long_repeat_) row.fill(kHalf);
    for (auto* const flags :
         {&is_repeat_, &is_repeat_0_, &is_repeat_1_, &is_repeat_2_}) {
      flags->fill(kHalf);
    }
    for (auto& tree : slots_) tree.fill(kHalf);
    special_.fill(kHalf);
    align_.fill(kHalf);
    match_length_.reset();
    repeat_length_.reset();
    const std::size_t coders = std::size_t{1}
                               << (literal_context_ + literal_position_);
    literals_.assign(coders * 0x300, kHalf);
  }

  /// False: the bytes are no LZMA.
  bool decode(std::string_view bytes, std::size_t size) {
    ranges_.begin(bytes);
    const std::size_t end = out_.size() + size;
    while (out_.size() < end) {
      if (ranges_.overrun()) return false;
      const std::size_t position =
          (out_.size() - origin_) & ((std::size_t{1} << position_bits_) - 1);
      if (ranges_.bit(is_match_[state_][position]) == 0) {
        literal();
        continue;
      }
      const std::size_t length = match(position);
      const std::size_t back = std::size_t{recent_[0]} + 1;
      if (back > out_.size() - origin_ || out_.size() + length > end) {
        return false;
      }
      for (std::size_t i = 0; i < length; ++i) {
        out_ += out_[out_.size() - back];
      }
    }
    return !ranges_.overrun();
  }

 private:
  unsigned char last(std::size_t back) const {
    if (out_.size() - origin_ < back) return 0;
    return static_cast<unsigned char>(out_[out_.size() - back]);
  }

  void literal() {
    const std::size_t place =
        (out_.size() - origin_) & ((std::size_t{1} << literal_position_) - 1);
    const std::size_t coder =
        (place << literal_context_) + (last(1) >> (8 - literal_context_));
    Probability* const tree = literals_.data() + coder * 0x300;
    std::uint32_t symbol = 1;
    if (state_ >= 7) {
      std::uint32_t match = last(std::size_t{recent_[0]} + 1);
      while (symbol < 0x100) {
        const std::uint32_t expected = match >> 7 & 1;
        match <<= 1;
        const unsigned bit = ranges_.bit(tree[((1 + expected) << 8) + symbol]);
        symbol = symbol << 1 | bit;
        if (bit != expected) break;
      }
    }
    while (symbol < 0x100) symbol = symbol << 1 | ranges_.bit(tree[symbol]);
    out_ += static_cast<char>(symbol & 0xff);
    state_ = state_ < 4 ? 0 : state_ < 10 ? state_ - 3 : state_ - 6;
  }

  /// Sets recent_[0] to how far back, less one; answers how long.
  std::size_t match(std::size_t position) {
    const bool early = state_ < 7;
    if (ranges_.bit(is_repeat_[state_]) == 0) {
      const std::uint32_t length = match_length_.next(ranges_, position);
      std::rotate(recent_.begin(), recent_.end() - 1, recent_.end());
      recent_[0] = distance(length);
      state_ = early ? 7 : 10;
      return length;
    }
    if (ranges_.bit(is_repeat_0_[state_]) == 0) {
      if (ranges_.bit(is_long_repeat_[state_][position]) == 0) {
        state_ = early ? 9 : 11;
        return 1;
      }
    } else {
      const std::ptrdiff_t which = ranges_.bit(is_repeat_1_[state_]) == 0   ? 1
                                   : ranges_.bit(is_repeat_2_[state_]) == 0 ? 2
                                                                            : 3;
      std::rotate(recent_.begin(), recent_.begin() + which,
                  recent_.begin() + which + 1);
    }
    const std::uint32_t length = repeat_length_.next(ranges_, position);
    state_ = early ? 8 : 11;
    return length;
  }

  std::uint32_t distance(std::uint32_t length) {
    const std::size_t row = std::min<std::size_t>(length - 2, 3);
    const std::uint32_t slot = ranges_.tree(slots_[row].data(), 6);
    if (slot < 4) return slot;
    const int bits = static_cast<int>(slot >> 1) - 1;
    const std::uint32_t base = (2 | (slot & 1)) << bits;
    if (slot < 14) {
      return base + ranges_.reverse_tree(special_.data() + base - slot, bits);
    }
    const std::uint32_t high = ranges_.direct(bits - 4) << 4;
    return base + high + ranges_.reverse_tree(align_.data(), 4);
  }

  Bytes& out_;
  std::size_t origin_;  // Where the dictionary begins.
  Ranges ranges_;
  unsigned literal_context_ = 3, literal_position_ = 0, position_bits_ = 2;
  std::size_t state_ = 0;
  std::array<std::uint32_t, 4> recent_{};
  std::array<std::array<Probability, kPositionStates>, kStates> is_match_,
      is_long_repeat_;
  std::array<Probability, kStates> is_repeat_, is_repeat_0_, is_repeat_1_,
      is_repeat_2_;
  std::array<std::array<Probability, 64>, 4> slots_;
  std::array<Probability, 128> special_;
  std::array<Probability, 16> align_;
  LengthCoder match_length_, repeat_length_;
  std::vector<Probability> literals_;
};

const Error kBroken{"xz: data is corrupt"};

std::size_t number(std::string_view bytes, std::size_t at) {
  return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])) << 8 |
         static_cast<unsigned char>(bytes[at + 1]);
}

}  // namespace

Result<std::size_t> decode_lzma2(std::string_view packed, std::size_t limit,
                                 Bytes* out) {
  Lzma lzma(*out);
  std::size_t at = 0;
  bool ready = false;
  for (;;) {
    if (at >= packed.size()) return Error{"unexpected EOF"};
    const auto control = static_cast<unsigned char>(packed[at++]);
    if (control == 0) return at;
    const bool coded = control >= 0x80;
    const std::size_t head = !coded ? 2 : control >= 0xc0 ? 5 : 4;
    if (at + head > packed.size()) return Error{"unexpected EOF"};
    if (control == 1 || control >= 0xe0) lzma.forget_dictionary();
    if (!coded && control > 2) return kBroken;
    const std::size_t size =
        coded ? (std::size_t{control} & 0x1f) << 16 | number(packed, at)
              : number(packed, at);
    if (out->size() + size + 1 > limit) {
      return Error{"unpacks to more than is allowed"};
    }
    if (!coded) {
      at += head;
      if (at + size + 1 > packed.size()) return Error{"unexpected EOF"};
      *out += packed.substr(at, size + 1);
      at += size + 1;
      continue;
    }
    const std::size_t length = number(packed, at + 2) + 1;
    if (control >= 0xc0) {
      if (!lzma.set_properties(static_cast<unsigned char>(packed[at + 4]))) {
        return kBroken;
      }
      ready = true;
    } else if (control >= 0xa0) {
      lzma.reset_state();
    }
    at += head;
    if (at + length > packed.size()) return Error{"unexpected EOF"};
    if (!ready || !lzma.decode(packed.substr(at, length), size + 1)) {
      return kBroken;
    }
    at += length;
  }
}

}  // namespace drydock
