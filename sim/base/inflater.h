// inflater.h — a raw deflate stream (RFC 1951), unpacked as its bytes come.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/stream.h"

namespace drydock {

/// The bits of what is at hand, lowest first.  Past the end it gives zeros and
/// remembers that it did, so that only loops need to ask.
class BitReader {
 public:
  void feed(std::string_view bytes);

  std::uint32_t peek(unsigned count) {
    if (held_ < count) refill();
    return static_cast<std::uint32_t>(bits_ &
                                      ((std::uint64_t{1} << count) - 1));
  }
  void drop(unsigned count) {
    past_end_ = past_end_ || count > held_;
    bits_ >>= count;
    held_ -= count > held_ ? held_ : count;
  }
  std::uint32_t take(unsigned count) {
    const std::uint32_t value = peek(count);
    drop(count);
    return value;
  }
  /// Up to `count` whole bytes, from the next byte boundary on.
  Bytes take_bytes(std::size_t count);

  std::size_t left() const { return held_ / 8 + bytes_.size() - at_; }
  bool past_end() const { return past_end_; }
  /// Whole bytes that nobody took.
  Bytes rest();

 private:
  void refill();

  Bytes bytes_;
  std::size_t at_ = 0;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
  bool past_end_ = false;
};

/// A canonical Huffman code (RFC 1951, 3.2.2): codes of one length are
/// consecutive, so counts per length and symbols in order are all of it.
/// Short codes, which nearly all are, are looked up at once.
class HuffmanCode {
 public:
  /// False when the lengths promise more codes than there are.
  bool assign(const std::vector<int>& lengths);
  /// The next symbol; -1 for a code that is none.
  int read(BitReader& bits) const {
    const Short& one = short_[bits.peek(kShortBits)];
    if (one.length == 0) return read_long(bits);
    bits.drop(one.length);
    return one.symbol;
  }

 private:
  static constexpr unsigned kBitsMax = 15, kShortBits = 10;
  struct Short {
    std::int16_t symbol = 0;
    std::uint8_t length = 0;  // 0: not short.
  };
  int read_long(BitReader& bits) const;

  std::array<int, kBitsMax + 1> counts_{};
  std::vector<int> symbols_;
  std::array<Short, 1U << kShortBits> short_{};
};

class Inflater {
 public:
  /// More packed bytes; `last`: no others will come.
  void feed(std::string_view packed, bool last);
  /// Some unpacked bytes, at most about 64 KiB.  None: feed it, unless it has
  /// ended.  The errors are gzip's own.
  Result<Bytes> take();
  bool ended() const { return state_ == State::ended; }
  /// What was fed and lies behind the end.
  Bytes rest() { return bits_.rest(); }

 private:
  enum class State { block, stored, coded, ended };

  /// Whether enough is at hand for the longest thing that is read at once.
  bool may_go_on() const;
  Outcome begin_block();
  Outcome begin_stored();
  Outcome read_codes();
  Outcome copy_stored();
  Outcome decode();
  Outcome repeat(int symbol);
  void forget_old();

  BitReader bits_;
  bool last_fed_ = false, last_block_ = false;
  State state_ = State::block;
  std::size_t stored_left_ = 0;
  HuffmanCode literals_, distances_;
  Bytes window_;           // What may be repeated, and what is new.
  std::size_t taken_ = 0;  // Of the window.
};

}  // namespace drydock
