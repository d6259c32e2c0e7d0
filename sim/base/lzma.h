// lzma.h — what the two directions of LZMA have in common: its model.
//
// Coder is a range coder: `int bit(Probability&, int value)` and `unsigned
// direct(unsigned value, int count)`.  An encoder writes the value that it is
// given and answers it; a decoder is given anything and answers what it reads.
// So the model is written once and both sides walk through it alike.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace drydock::lzma {

using Probability = std::uint16_t;
inline constexpr int kProbabilityBits = 11, kMoveBits = 5;
inline constexpr std::uint32_t kTop = 1U << 24;

inline constexpr std::size_t kStates = 12, kPositionStatesMax = 16;
inline constexpr std::uint32_t kMatchMin = 2, kMatchMax = 273;

template <std::size_t count>
struct Probabilities : std::array<Probability, count> {
  Probabilities() { this->fill(1U << (kProbabilityBits - 1)); }
};

/// Bits of `value` from the highest down, each in the context of those before.
template <typename Coder>
unsigned code_tree(Coder& coder, Probability* tree, int bits, unsigned value) {
  unsigned node = 1;
  for (int bit = bits - 1; bit >= 0; --bit) {
    const int next = coder.bit(tree[node], static_cast<int>(value >> bit & 1U));
    node = node << 1 | static_cast<unsigned>(next);
  }
  return node - (1U << bits);
}

/// The same from the lowest bit up.
template <typename Coder>
unsigned code_tree_reversed(Coder& coder, Probability* tree, int bits,
                            unsigned value) {
  unsigned node = 1, result = 0;
  for (int bit = 0; bit < bits; ++bit) {
    const int next = coder.bit(tree[node], static_cast<int>(value >> bit & 1U));
    node = node << 1 | static_cast<unsigned>(next);
    result |= static_cast<unsigned>(next) << bit;
  }
  return result;
}

/// Lengths of matches, from kMatchMin on.
struct LengthModel {
  Probabilities<2> choice;
  std::array<Probabilities<8>, kPositionStatesMax> low, middle;
  Probabilities<256> high;

  template <typename Coder>
  std::uint32_t code(Coder& coder, std::size_t position, std::uint32_t length) {
    const std::uint32_t offset = length - kMatchMin;
    if (coder.bit(choice[0], offset >= 8) == 0) {
      return kMatchMin + code_tree(coder, low[position].data(), 3, offset);
    }
    if (coder.bit(choice[1], offset >= 16) == 0) {
      return kMatchMin + 8 +
             code_tree(coder, middle[position].data(), 3, offset - 8);
    }
    return kMatchMin + 16 + code_tree(coder, high.data(), 8, offset - 16);
  }
};

/// lc, lp and pb: how much of the byte before and of the position counts.
struct Settings {
  unsigned literal_context = 3, literal_position = 0, position = 2;
};

/// All that is learnt, and the last four distances.
struct Model {
  std::array<Probabilities<kPositionStatesMax>, kStates> is_match, is_rep0_long;
  Probabilities<kStates> is_rep, is_rep0, is_rep1, is_rep2;
  std::array<Probabilities<64>, 4> slot;
  std::array<Probabilities<64>, 14> distance;  // Of slots 4 to 13.
  Probabilities<16> align;
  LengthModel length, rep_length;
  std::array<Probabilities<0x300>, 16> literal;  // 2^(lc + lp), at most 2^4.
  std::array<std::uint32_t, 4> rep{};            // Distances, from 0.
  unsigned state = 0;

  void after_literal() {
    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
  }
  void after_match() { state = state < 7 ? 7 : 10; }
  void after_rep() { state = state < 7 ? 8 : 11; }
  void after_short_rep() { state = state < 7 ? 9 : 11; }

  /// A byte; `matched` is the one that the last distance leads to.
  template <typename Coder>
  unsigned code_literal(Coder& coder, Probabilities<0x300>& probabilities,
                        unsigned matched, unsigned value) {
    unsigned node = 1;
    if (state >= 7) {
      for (int bit = 7; bit >= 0; --bit) {
        const unsigned hint = matched >> bit & 1U;
        const int next = coder.bit(probabilities[((1 + hint) << 8) + node],
                                   static_cast<int>(value >> bit & 1U));
        node = node << 1 | static_cast<unsigned>(next);
        if (static_cast<unsigned>(next) != hint) break;
      }
    }
    while (node < 0x100) {
      int left = 0;  // Bits that are still to come.
      for (unsigned n = node; n < 0x80; n <<= 1) ++left;
      const int next =
          coder.bit(probabilities[node], static_cast<int>(value >> left & 1U));
      node = node << 1 | static_cast<unsigned>(next);
    }
    return node - 0x100;
  }

  /// A distance from 0 for a match of this length.
  template <typename Coder>
  std::uint32_t code_distance(Coder& coder, std::uint32_t length_of,
                              std::uint32_t value) {
    const std::size_t context = length_of < 6 ? length_of - kMatchMin : 3;
    unsigned wanted = value;
    int bits = 0;  // Below the two highest.
    if (value >= 4) {
      while (value >> bits >= 4) ++bits;
      wanted = static_cast<unsigned>(2 * (bits + 1)) + (value >> bits & 1U);
    }
    const unsigned slot_of = code_tree(coder, slot[context].data(), 6, wanted);
    if (slot_of < 4) return slot_of;
    const int low = static_cast<int>(slot_of / 2) - 1;
    const std::uint32_t base = (2U | (slot_of & 1U)) << low;
    const std::uint32_t rest = value - base;
    if (slot_of < 14) {
      return base +
             code_tree_reversed(coder, distance[slot_of].data(), low, rest);
    }
    const std::uint32_t high = coder.direct(rest >> 4, low - 4);
    return base + (high << 4) +
           code_tree_reversed(coder, align.data(), 4, rest & 15U);
  }
};

}  // namespace drydock::lzma
