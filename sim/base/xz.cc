// xz.cc — reading .xz: streams, blocks, LZMA2 chunks, LZMA.

#include "sim/base/xz.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "sim/base/inflate.h"
#include "sim/base/lzma.h"
#include "sim/base/sha256.h"

namespace drydock {

namespace {

using lzma::kTop;

constexpr std::string_view kMagic{
    "\xfd"
    "7zXZ\0",
    6};
constexpr std::string_view kFooterMagic = "YZ";
const Error kBroken{"Compressed data is corrupt"};
const Error kShort{"Unexpected end of input"};

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : 0;
}

std::uint32_t little32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | byte_at(bytes, i);
  return value;
}

/// A range decoder over one chunk.
class RangeDecoder {
 public:
  explicit RangeDecoder(std::string_view chunk) : chunk_(chunk), at_(1) {
    for (int i = 0; i < 4; ++i) code_ = code_ << 8 | next();
  }

  int bit(lzma::Probability& probability, int) {
    const std::uint32_t bound =
        (range_ >> lzma::kProbabilityBits) * probability;
    int value = 0;
    if (code_ < bound) {
      range_ = bound;
      probability = static_cast<lzma::Probability>(
          probability +
          (((1U << lzma::kProbabilityBits) - probability) >> lzma::kMoveBits));
    } else {
      code_ -= bound;
      range_ -= bound;
      probability = static_cast<lzma::Probability>(
          probability - (probability >> lzma::kMoveBits));
      value = 1;
    }
    normalize();
    return value;
  }
  unsigned direct(unsigned, int count) {
    unsigned value = 0;
    for (; count > 0; --count) {
      range_ >>= 1;
      const bool set = code_ >= range_;
      if (set) code_ -= range_;
      value = value << 1 | static_cast<unsigned>(set);
      normalize();
    }
    return value;
  }
  bool overrun() const { return at_ > chunk_.size() + 1; }

 private:
  std::uint32_t next() { return byte_at(chunk_, at_++); }
  void normalize() {
    if (range_ >= kTop) return;
    range_ <<= 8;
    code_ = code_ << 8 | next();
  }
  std::string_view chunk_;
  std::size_t at_;
  std::uint32_t range_ = 0xffffffff, code_ = 0;
};

/// One block's output, and what LZMA2 keeps from chunk to chunk.
class Lzma2Decoder {
 public:
  Lzma2Decoder(Bytes& out, std::size_t limit)
      : out_(out), start_(out.size()), limit_(limit) {}

  /// Takes its chunks off the front.
  Outcome run(std::string_view& packed);

 private:
  Outcome chunk(std::string_view& packed, unsigned control);
  Outcome lzma(std::string_view packed, std::size_t size);
  bool step(RangeDecoder& coder);
  void literal(RangeDecoder& coder);
  std::optional<std::uint32_t> repeated(RangeDecoder& coder,
                                        std::size_t position);
  bool copy(std::uint32_t length);
  std::size_t position() const { return out_.size() - start_; }

  Bytes& out_;
  std::size_t start_, limit_;
  std::size_t end_ = 0;  // Of the chunk at hand, in the output.
  lzma::Settings settings_;
  std::unique_ptr<lzma::Model> model_;
};

Outcome Lzma2Decoder::run(std::string_view& packed) {
  for (;;) {
    if (packed.empty()) return kShort;
    const unsigned control = byte_at(packed, 0);
    packed.remove_prefix(1);
    if (control == 0) return done();
    const Outcome taken = chunk(packed, control);
    if (!taken) return taken;
  }
}

Outcome Lzma2Decoder::chunk(std::string_view& packed, unsigned control) {
  const auto big16 = [&](std::size_t at) {
    return byte_at(packed, at) * 256U + byte_at(packed, at + 1);
  };
  if (control < 0x80) {
    if (control > 2) return kBroken;
    const std::size_t size = big16(0) + 1;
    if (packed.size() < 2 + size) return kShort;
    if (out_.size() + size > limit_) return Error{"too much output"};
    if (control == 1) start_ = out_.size();
    out_ += packed.substr(2, size);
    packed.remove_prefix(2 + size);
    return done();
  }
  const std::size_t size = ((control & 0x1fU) << 16) + big16(0) + 1;
  const std::size_t length = big16(2) + 1;
  const unsigned reset = control >> 5 & 3U;
  const std::size_t head = reset >= 2 ? 5 : 4;
  if (packed.size() < head + length) return kShort;
  if (reset == 3) start_ = out_.size();
  if (reset >= 2) {
    unsigned all = byte_at(packed, 4);
    if (all >= 9 * 5 * 5) return kBroken;
    settings_.literal_context = all % 9;
    all /= 9;
    settings_.literal_position = all % 5;
    settings_.position = all / 5;
    if (settings_.literal_context + settings_.literal_position > 4) {
      return kBroken;
    }
  }
  if (reset >= 1) model_ = std::make_unique<lzma::Model>();
  if (!model_) return kBroken;
  const Outcome unpacked = lzma(packed.substr(head, length), size);
  packed.remove_prefix(head + length);
  return unpacked;
}

Outcome Lzma2Decoder::lzma(std::string_view packed, std::size_t size) {
  if (out_.size() + size > limit_) return Error{"too much output"};
  end_ = out_.size() + size;
  RangeDecoder coder(packed);
  while (out_.size() < end_) {
    const bool well = step(coder);
    if (!well || coder.overrun()) return kBroken;
  }
  return done();
}

void Lzma2Decoder::literal(RangeDecoder& coder) {
  lzma::Model& model = *model_;
  const unsigned before =
      position() == 0 ? 0 : static_cast<unsigned char>(out_.back());
  const std::size_t low_positions =
      position() & ((1U << settings_.literal_position) - 1U);
  const std::size_t context = (low_positions << settings_.literal_context) +
                              (before >> (8 - settings_.literal_context));
  unsigned matched = 0;
  if (model.state >= 7 && model.rep[0] < out_.size()) {
    matched = static_cast<unsigned char>(out_[out_.size() - model.rep[0] - 1]);
  }
  out_ += static_cast<char>(
      model.code_literal(coder, model.literal[context], matched, 0));
  model.after_literal();
}

/// The length of what one of the last distances leads to; nothing for a
/// single byte, which is copied at once.
std::optional<std::uint32_t> Lzma2Decoder::repeated(RangeDecoder& coder,
                                                    std::size_t position) {
  lzma::Model& model = *model_;
  if (coder.bit(model.is_rep0[model.state], 0) == 0) {
    if (coder.bit(model.is_rep0_long[model.state][position], 0) == 0) {
      model.after_short_rep();
      return std::nullopt;
    }
  } else {
    std::size_t which = 1;
    if (coder.bit(model.is_rep1[model.state], 0) == 1) {
      which = coder.bit(model.is_rep2[model.state], 0) == 0 ? 2 : 3;
    }
    std::rotate(model.rep.begin(), model.rep.begin() + which,
                model.rep.begin() + which + 1);
  }
  const std::uint32_t length = model.rep_length.code(coder, position, 0);
  model.after_rep();
  return length;
}

bool Lzma2Decoder::copy(std::uint32_t length) {
  const std::size_t distance = std::size_t{model_->rep[0]} + 1;
  if (distance > position() || out_.size() + length > end_) return false;
  for (; length > 0; --length) out_ += out_[out_.size() - distance];
  return true;
}

bool Lzma2Decoder::step(RangeDecoder& coder) {
  lzma::Model& model = *model_;
  const std::size_t at = position() & ((1U << settings_.position) - 1U);
  if (coder.bit(model.is_match[model.state][at], 0) == 0) {
    literal(coder);
    return true;
  }
  if (coder.bit(model.is_rep[model.state], 0) == 1) {
    const auto length = repeated(coder, at);
    return copy(length.value_or(1));
  }
  const std::uint32_t length = model.length.code(coder, at, 0);
  std::rotate(model.rep.begin(), model.rep.end() - 1, model.rep.end());
  model.rep[0] = model.code_distance(coder, length, 0);
  model.after_match();
  return copy(length);
}

/// A number in groups of seven bits.
std::optional<std::uint64_t> variable_length(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 63; shift += 7) {
    if (bytes.empty()) return std::nullopt;
    const std::uint64_t byte = byte_at(bytes, 0);
    bytes.remove_prefix(1);
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

bool sum_fits(std::string_view block, unsigned kind, std::string_view sum) {
  if (kind == 1) return crc32(block) == little32(sum);
  if (kind == 4) {
    const std::uint64_t high = little32(sum.substr(4));
    return crc64(block) == (high << 32 | little32(sum));
  }
  if (kind != 10) return true;  // None, or one that nobody uses.
  Sha256 wanted;
  wanted.add(block);
  std::string hex;
  for (const char c : sum) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return wanted.hex() == hex;
}

/// One block; `offset` is where in the stream it begins.
Outcome read_block(std::string_view& packed, unsigned check, std::size_t limit,
                   Bytes& out) {
  const std::string_view whole = packed;
  const std::size_t head = (byte_at(packed, 0) + std::size_t{1}) * 4;
  if (packed.size() < head) return kShort;
  const std::string_view header = packed.substr(0, head - 4);
  if (crc32(header) != little32(packed.substr(head - 4))) return kBroken;
  const unsigned flags = byte_at(header, 1);
  std::string_view fields = header.substr(2);
  for (const unsigned told : {0x40U, 0x80U}) {
    if ((flags & told) != 0 && !variable_length(fields)) return kBroken;
  }
  const auto filter = variable_length(fields);
  constexpr std::uint64_t kLzma2 = 0x21;
  if ((flags & 3U) != 0 || !filter || *filter != kLzma2) {
    return Error{"Unsupported options"};
  }
  packed.remove_prefix(head);
  const std::size_t begin = out.size();
  Lzma2Decoder decoder(out, limit);
  const Outcome unpacked = decoder.run(packed);
  if (!unpacked) return unpacked;
  const std::size_t used = whole.size() - packed.size();
  packed.remove_prefix(std::min((4 - used % 4) % 4, packed.size()));
  constexpr std::size_t kSumSizes[] = {0,  4,  4,  4,  8,  8,  8,  16,
                                       16, 16, 32, 32, 32, 64, 64, 64};
  const std::size_t size = kSumSizes[check];
  if (packed.size() < size) return kShort;
  const bool fits = sum_fits(std::string_view(out).substr(begin), check,
                             packed.substr(0, size));
  packed.remove_prefix(size);
  if (!fits) return kBroken;
  return done();
}

Outcome read_stream(std::string_view& packed, std::size_t limit, Bytes& out) {
  constexpr std::size_t kHeader = 12;
  if (!is_xz(packed)) return Error{"File format not recognized"};
  if (packed.size() < kHeader) return kShort;
  const unsigned check = byte_at(packed, 7) & 15U;
  const std::string_view flags = packed.substr(6, 2);
  if (crc32(flags) != little32(packed.substr(8))) return kBroken;
  packed.remove_prefix(kHeader);
  while (!packed.empty() && packed[0] != 0) {
    const Outcome read = read_block(packed, check, limit, out);
    if (!read) return read;
  }
  // The index tells of the blocks what they have told themselves.
  const std::string_view index = packed;
  if (packed.empty()) return kShort;
  packed.remove_prefix(1);
  const auto records = variable_length(packed);
  for (std::uint64_t i = 0; records && i < *records * 2; ++i) {
    if (!variable_length(packed)) return kBroken;
  }
  if (!records) return kBroken;
  const std::size_t used = index.size() - packed.size();
  packed.remove_prefix(std::min((4 - used % 4) % 4, packed.size()));
  if (packed.size() < 4 + kHeader) return kShort;
  const std::size_t length = index.size() - packed.size();
  if (crc32(index.substr(0, length)) != little32(packed)) return kBroken;
  if (packed.substr(4 + 10, 2) != kFooterMagic) return kBroken;
  packed.remove_prefix(4 + kHeader);
  return done();
}

}  // namespace

std::uint64_t crc64(std::string_view bytes) {
  std::uint64_t crc = ~std::uint64_t{0};
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? crc >> 1 ^ 0xc96c5795d7870f42 : crc >> 1;
    }
  }
  return ~crc;
}

bool is_xz(std::string_view bytes) { return bytes.starts_with(kMagic); }

Result<Bytes> unxz(std::string_view packed, std::size_t limit) {
  Bytes out;
  do {
    const Outcome read = read_stream(packed, limit, out);
    if (!read) return read.error();
    while (packed.starts_with(std::string_view("\0\0\0\0", 4))) {
      packed.remove_prefix(4);
    }
  } while (is_xz(packed));
  return out;
}

}  // namespace drydock
