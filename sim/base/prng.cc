// prng.cc — SplitMix64.

#include "sim/base/prng.h"

namespace drydock {

Prng Prng::stream(std::uint64_t seed, std::string_view purpose) {
  std::uint64_t mixed = seed ^ 0xcbf29ce484222325U;  // FNV-1a over the name.
  for (const char letter : purpose) {
    mixed ^= static_cast<unsigned char>(letter);
    mixed *= 0x100000001b3U;
  }
  return Prng(mixed);
}

std::uint64_t Prng::next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

std::uint64_t Prng::below(std::uint64_t bound) {
  // Draws beyond the last whole multiple of `bound` would favour small values.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t draw = next();
  while (draw >= limit) draw = next();
  return draw % bound;
}

std::string Prng::bytes(std::size_t count) {
  std::string text;
  while (text.size() < count) {
    std::uint64_t word = next();
    for (int i = 0; i < 8 && text.size() < count; ++i, word >>= 8) {
      text += static_cast<char>(word & 0xff);
    }
  }
  return text;
}

}  // namespace drydock
