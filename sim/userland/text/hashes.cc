// hashes.cc — two old hashes, still printed by md5sum and sha1sum.

#include "sim/userland/text/hashes.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace drydock::userland {

namespace {

/// The message with its padding: 0x80, zeros, and the length in bits.
std::string padded(std::string_view bytes, bool big_endian) {
  std::string text(bytes);
  text += '\x80';
  while (text.size() % 64 != 56) text += '\0';
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (int i = 0; i < 8; ++i) {
    const int shift = big_endian ? 56 - 8 * i : 8 * i;
    text += static_cast<char>((bits >> shift) & 255);
  }
  return text;
}

std::uint32_t word_at(std::string_view text, std::size_t at, bool big_endian) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    const int shift = static_cast<int>(big_endian ? 24 - 8 * i : 8 * i);
    word |= std::uint32_t{byte} << shift;
  }
  return word;
}

/// MD5's constants: the whole parts of 2^32 × |sin i|.
std::array<std::uint32_t, 64> md5_constants() {
  std::array<std::uint32_t, 64> all{};
  for (int i = 0; i < 64; ++i) {
    all[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(
        std::floor(std::fabs(std::sin(i + 1.0)) * 4294967296.0));
  }
  return all;
}

void md5_block(std::string_view block, std::array<std::uint32_t, 4>* state) {
  static const std::array<std::uint32_t, 64> constants = md5_constants();
  constexpr std::array<std::array<int, 4>, 4> kShifts = {
      {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};
  auto [a, b, c, d] = *state;
  for (std::size_t i = 0; i < 64; ++i) {
    std::uint32_t f = 0;
    std::size_t word = 0;
    switch (i / 16) {
      case 0:
        f = (b & c) | (~b & d);
        word = i;
        break;
      case 1:
        f = (d & b) | (~d & c);
        word = (5 * i + 1) % 16;
        break;
      case 2:
        f = b ^ c ^ d;
        word = (3 * i + 5) % 16;
        break;
      default:
        f = c ^ (b | ~d);
        word = (7 * i) % 16;
        break;
    }
    f += a + constants[i] + word_at(block, word * 4, false);
    a = d;
    d = c;
    c = b;
    b += std::rotl(f, kShifts[i / 16][i % 4]);
  }
  (*state)[0] += a;
  (*state)[1] += b;
  (*state)[2] += c;
  (*state)[3] += d;
}

void sha1_block(std::string_view block, std::array<std::uint32_t, 5>* state) {
  std::array<std::uint32_t, 80> words{};
  for (std::size_t i = 0; i < 80; ++i) {
    words[i] = i < 16 ? word_at(block, i * 4, true)
                      : std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^
                                      words[i - 16],
                                  1);
  }
  auto [a, b, c, d, e] = *state;
  for (std::size_t i = 0; i < 80; ++i) {
    std::uint32_t f = b ^ c ^ d, k = i < 40 ? 0x6ED9EBA1 : 0xCA62C1D6;
    if (i < 20) {
      f = (b & c) | (~b & d);
      k = 0x5A827999;
    } else if (i >= 40 && i < 60) {
      f = (b & c) | (b & d) | (c & d);
      k = 0x8F1BBCDC;
    }
    const std::uint32_t next = std::rotl(a, 5) + f + e + k + words[i];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  (*state)[0] += a;
  (*state)[1] += b;
  (*state)[2] += c;
  (*state)[3] += d;
  (*state)[4] += e;
}

}  // namespace

std::string md5_hex(std::string_view bytes) {
  std::array<std::uint32_t, 4> state = {0x67452301, 0xefcdab89, 0x98badcfe,
                                        0x10325476};
  const std::string text = padded(bytes, false);
  for (std::size_t at = 0; at < text.size(); at += 64) {
    md5_block(std::string_view(text).substr(at, 64), &state);
  }
  std::string out;
  for (std::uint32_t word : state) {
    for (int i = 0; i < 4; ++i, word >>= 8) {
      out += fmt::format("{:02x}", word & 255);
    }
  }
  return out;
}

std::string sha1_hex(std::string_view bytes) {
  std::array<std::uint32_t, 5> state = {0x67452301, 0xEFCDAB89, 0x98BADCFE,
                                        0x10325476, 0xC3D2E1F0};
  const std::string text = padded(bytes, true);
  for (std::size_t at = 0; at < text.size(); at += 64) {
    sha1_block(std::string_view(text).substr(at, 64), &state);
  }
  std::string out;
  for (const std::uint32_t word : state) out += fmt::format("{:08x}", word);
  return out;
}

}  // namespace drydock::userland
