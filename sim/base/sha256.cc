// sha256.cc — the rounds of FIPS 180-4.

#include "sim/base/sha256.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "sim/base/hex.h"

namespace drydock {

namespace {

constexpr std::array<std::uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr std::array<std::uint32_t, 8> kStart = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

std::uint32_t big_endian(const unsigned char* p) {
  return static_cast<std::uint32_t>(p[0]) << 24 |
         static_cast<std::uint32_t>(p[1]) << 16 |
         static_cast<std::uint32_t>(p[2]) << 8 | p[3];
}

}  // namespace

Sha256::Sha256() : state_(kStart) {}

namespace {

using Words = std::array<std::uint32_t, 64>;

/// What each round adds: its constant and a word made of the block.
Words schedule(const unsigned char* bytes) {
  using std::rotr;
  Words w;
  for (std::size_t i = 0; i < 16; ++i) w[i] = big_endian(bytes + 4 * i);
  for (std::size_t i = 16; i < 64; ++i) {
    const std::uint32_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotr(a, 7) ^ rotr(a, 18) ^ (a >> 3)) + w[i - 7] +
           (rotr(b, 17) ^ rotr(b, 19) ^ (b >> 10));
  }
  for (std::size_t i = 0; i < 64; ++i) w[i] += kRound[i];
  return w;
}

/// One round.  The variables do not move through each other: the next round
/// takes them in other roles.
inline void take_turn(std::uint32_t a, std::uint32_t b, std::uint32_t c,
                      std::uint32_t& d, std::uint32_t e, std::uint32_t f,
                      std::uint32_t g, std::uint32_t& h, std::uint32_t added) {
  using std::rotr;
  h += (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + (g ^ (e & (f ^ g))) + added;
  d += h;
  h += (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) | (c & (a | b)));
}

}  // namespace

void Sha256::rounds(const Words& w) {
  auto [a, b, c, d, e, f, g, h] = state_;
  for (std::size_t i = 0; i < 64; i += 8) {
    take_turn(a, b, c, d, e, f, g, h, w[i]);
    take_turn(h, a, b, c, d, e, f, g, w[i + 1]);
    take_turn(g, h, a, b, c, d, e, f, w[i + 2]);
    take_turn(f, g, h, a, b, c, d, e, w[i + 3]);
    take_turn(e, f, g, h, a, b, c, d, w[i + 4]);
    take_turn(d, e, f, g, h, a, b, c, w[i + 5]);
    take_turn(c, d, e, f, g, h, a, b, w[i + 6]);
    take_turn(b, c, d, e, f, g, h, a, w[i + 7]);
  }
  const std::array<std::uint32_t, 8> sum = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) state_[i] += sum[i];
}

void Sha256::block(const unsigned char* bytes) { rounds(schedule(bytes)); }

void Sha256::add(std::string_view bytes) {
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  std::size_t held = static_cast<std::size_t>(length_ % 64);
  length_ += left;
  if (held != 0) {
    const std::size_t taken = std::min(left, 64 - held);
    std::memcpy(tail_.data() + held, from, taken);
    from += taken, left -= taken, held += taken;
    if (held < 64) return;
    block(tail_.data());
  }
  for (; left >= 64; from += 64, left -= 64) block(from);
  if (left != 0) std::memcpy(tail_.data(), from, left);
}

void Sha256::add_zeros(std::uint64_t count) {
  static constexpr std::array<char, 64> kZeros{};
  const std::uint64_t before = std::min(count, (64 - length_ % 64) % 64);
  add({kZeros.data(), static_cast<std::size_t>(before)});
  count -= before;
  // The words of a block of zeros are zeros: only the constants are left.
  for (; count >= 64; count -= 64, length_ += 64) rounds(kRound);
  add({kZeros.data(), static_cast<std::size_t>(count)});
}

std::string Sha256::hex() {
  const std::uint64_t bits = length_ * 8;
  // FIPS 180-4, 5.1.1: a one, zeros, and the length in the last eight bytes.
  std::array<char, 72> padding{'\x80'};
  const std::size_t zeros = (55 - static_cast<std::size_t>(length_)) % 64;
  for (std::size_t i = 0; i < 8; ++i) {
    padding[1 + zeros + i] = static_cast<char>(bits >> (56 - 8 * i) & 0xff);
  }
  add({padding.data(), 1 + zeros + 8});
  std::string text(64, '0');
  char* at = text.data();
  for (const std::uint32_t word : state_) at = write_hex(at, word, 8);
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

}  // namespace drydock
