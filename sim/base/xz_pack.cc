// xz_pack.cc — making .xz: find repetitions, code them, wrap them up.

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "sim/base/inflate.h"
#include "sim/base/lzma.h"
#include "sim/base/xz.h"

namespace drydock {

namespace {

using lzma::kMatchMax;
using lzma::kTop;

constexpr std::size_t kDictionary = std::size_t{1} << 23;
/// What a chunk holds at most: of its plain and of its packed size.
constexpr std::size_t kPlainMax = std::size_t{1} << 21;
constexpr std::size_t kPackedMax = std::size_t{1} << 16;

class RangeEncoder {
 public:
  int bit(lzma::Probability& probability, int value) {
    const std::uint32_t bound =
        (range_ >> lzma::kProbabilityBits) * probability;
    if (value == 0) {
      range_ = bound;
      probability = static_cast<lzma::Probability>(
          probability +
          (((1U << lzma::kProbabilityBits) - probability) >> lzma::kMoveBits));
    } else {
      low_ += bound;
      range_ -= bound;
      probability = static_cast<lzma::Probability>(
          probability - (probability >> lzma::kMoveBits));
    }
    normalize();
    return value;
  }
  unsigned direct(unsigned value, int count) {
    for (int bit = count - 1; bit >= 0; --bit) {
      range_ >>= 1;
      if ((value >> bit & 1U) != 0) low_ += range_;
      normalize();
    }
    return value;
  }
  Bytes finish() {
    for (int i = 0; i < 5; ++i) shift();
    return std::move(out_);
  }
  std::size_t size() const { return out_.size() + pending_ + 5; }

 private:
  void normalize() {
    while (range_ < kTop) {
      range_ <<= 8;
      shift();
    }
  }
  /// A carry may still run through all bytes that are 255.
  void shift() {
    if (low_ < 0xff000000U || low_ > 0xffffffffU) {
      const auto carry = static_cast<unsigned>(low_ >> 32);
      for (; pending_ > 0; --pending_) {
        out_ += static_cast<char>(first_ + carry);
        first_ = 0xff;
      }
      first_ = static_cast<unsigned>(low_ >> 24) & 0xffU;
    }
    ++pending_;
    low_ = (low_ & 0x00ffffffU) << 8;
  }

  std::uint64_t low_ = 0;
  std::uint32_t range_ = 0xffffffff;
  unsigned first_ = 0;
  std::size_t pending_ = 1;
  Bytes out_;
};

/// Where the same three bytes were seen before.
class Finder {
 public:
  explicit Finder(std::string_view bytes)
      : bytes_(bytes),
        heads_(std::size_t{1} << kBits, -1),
        next_(bytes.size()) {}

  struct Match {
    std::uint32_t length = 0, distance = 0;  // From 0.
  };
  Match find(std::size_t at) const {
    Match best;
    if (at + 3 > bytes_.size()) return best;
    std::int64_t candidate = heads_[hash(at)];
    for (int tries = 0; candidate >= 0 && tries < kTriesMax; ++tries) {
      const auto from = static_cast<std::size_t>(candidate);
      if (at - from > kDictionary) break;
      const std::uint32_t length = common(from, at);
      if (length > best.length) {
        best = {length, static_cast<std::uint32_t>(at - from - 1)};
      }
      candidate = next_[from];
    }
    return best;
  }
  void add(std::size_t at) {
    if (at + 3 > bytes_.size()) return;
    std::int64_t& head = heads_[hash(at)];
    next_[at] = head;
    head = static_cast<std::int64_t>(at);
  }
  std::uint32_t common(std::size_t from, std::size_t at) const {
    const std::size_t most =
        std::min<std::size_t>(kMatchMax, bytes_.size() - at);
    std::uint32_t length = 0;
    while (length < most && bytes_[from + length] == bytes_[at + length]) {
      ++length;
    }
    return length;
  }

 private:
  static constexpr int kBits = 16, kTriesMax = 32;
  std::size_t hash(std::size_t at) const {
    const auto byte = [&](std::size_t i) {
      return static_cast<std::uint32_t>(
          static_cast<unsigned char>(bytes_[at + i]));
    };
    const std::uint32_t three = byte(0) | byte(1) << 8 | byte(2) << 16;
    return three * 2654435761U >> (32 - kBits);
  }

  std::string_view bytes_;
  std::vector<std::int64_t> heads_, next_;
};

class Lzma2Encoder {
 public:
  explicit Lzma2Encoder(std::string_view bytes)
      : bytes_(bytes), finder_(bytes) {}

  Bytes run() {
    Bytes out;
    while (at_ < bytes_.size()) chunk(out);
    return out + '\0';
  }

 private:
  void chunk(Bytes& out) {
    constexpr std::size_t kRoom = 64;  // What one step may write.
    const std::size_t begin = at_;
    // Each chunk begins anew: nothing learnt need be undone for one that is
    // stored as it is.
    model_ = std::make_unique<lzma::Model>();
    RangeEncoder coder;
    while (at_ < bytes_.size() && at_ - begin + kMatchMax < kPlainMax &&
           coder.size() + kRoom < kPackedMax) {
      step(coder);
    }
    const std::size_t plain = at_ - begin;
    const Bytes packed = coder.finish();
    const auto big16 = [&out](std::size_t value) {
      out += static_cast<char>(value >> 8 & 0xffU);
      out += static_cast<char>(value & 0xffU);
    };
    if (packed.size() >= plain && plain <= kPackedMax) {
      out += begin == 0 ? '\x01' : '\x02';
      big16(plain - 1);
      out += bytes_.substr(begin, plain);
      settings_told_ = false;
      return;
    }
    const unsigned reset = begin == 0 ? 3 : settings_told_ ? 1 : 2;
    out += static_cast<char>(0x80U | reset << 5 | (plain - 1) >> 16);
    big16(plain - 1);
    big16(packed.size() - 1);
    if (reset >= 2) out += '\x5d';  // lc 3, lp 0, pb 2.
    settings_told_ = true;
    out += packed;
  }

  void step(RangeEncoder& coder) {
    lzma::Model& model = *model_;
    const std::size_t position = at_ & 3U;
    const Finder::Match match = finder_.find(at_);
    std::uint32_t again = 0;
    if (at_ > model.rep[0] && began_) {
      again = finder_.common(at_ - model.rep[0] - 1, at_);
    }
    const bool repeats = again >= lzma::kMatchMin && again + 1 >= match.length;
    if (!repeats && match.length < 3) {
      literal(coder, position);
      return;
    }
    coder.bit(model.is_match[model.state][position], 1);
    coder.bit(model.is_rep[model.state], repeats);
    const std::uint32_t length = repeats ? again : match.length;
    if (repeats) {
      coder.bit(model.is_rep0[model.state], 0);
      coder.bit(model.is_rep0_long[model.state][position], 1);
      model.rep_length.code(coder, position, length);
      model.after_rep();
    } else {
      model.length.code(coder, position, length);
      model.code_distance(coder, length, match.distance);
      std::rotate(model.rep.begin(), model.rep.end() - 1, model.rep.end());
      model.rep[0] = match.distance;
      model.after_match();
    }
    advance(length);
  }

  void literal(RangeEncoder& coder, std::size_t position) {
    lzma::Model& model = *model_;
    coder.bit(model.is_match[model.state][position], 0);
    const auto byte = [&](std::size_t at) {
      return static_cast<unsigned>(static_cast<unsigned char>(bytes_[at]));
    };
    const unsigned before = at_ == 0 ? 0 : byte(at_ - 1);
    const unsigned matched =
        model.state >= 7 ? byte(at_ - model.rep[0] - 1) : 0;
    model.code_literal(coder, model.literal[before >> 5], matched, byte(at_));
    model.after_literal();
    advance(1);
  }

  void advance(std::uint32_t count) {
    began_ = true;
    for (; count > 0; --count) finder_.add(at_++);
  }

  std::string_view bytes_;
  Finder finder_;
  std::size_t at_ = 0;
  bool began_ = false, settings_told_ = false;
  std::unique_ptr<lzma::Model> model_;
};

void put_number(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    out += static_cast<char>(value >> (8 * i) & 0xffU);
  }
}

void put_variable(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    out += static_cast<char>(value | 0x80U);
  }
  out += static_cast<char>(value);
}

void pad(Bytes& out) {
  while (out.size() % 4 != 0) out += '\0';
}

}  // namespace

Bytes xz(std::string_view bytes) {
  constexpr std::string_view kFlags{"\0\x04", 2};  // CRC64.
  Bytes out(
      "\xfd"
      "7zXZ\0",
      6);
  out += kFlags;
  put_number(out, crc32(kFlags), 4);
  Bytes index(1, '\0');
  put_variable(index, bytes.empty() ? 0 : 1);
  if (!bytes.empty()) {
    Bytes block("\x02\0\x21\x01\x16\0\0\0", 8);  // LZMA2, 8 MiB.
    put_number(block, crc32(block), 4);
    block += Lzma2Encoder(bytes).run();
    const std::size_t unpadded = block.size() + 8;
    pad(block);
    put_number(block, crc64(bytes), 8);
    out += block;
    put_variable(index, unpadded);
    put_variable(index, bytes.size());
  }
  pad(index);
  put_number(index, crc32(index), 4);
  out += index;
  Bytes tail;
  put_number(tail, index.size() / 4 - 1, 4);
  tail += kFlags;
  put_number(out, crc32(tail), 4);
  return out + tail + "YZ";
}

}  // namespace drydock
