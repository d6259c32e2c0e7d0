// prng.h — chance, as an argument: the same seed gives the same draws anywhere.
//
// SplitMix64 (Steele, Lea, Flood 2014): integers only, one word of state.  Each
// purpose gets a stream of its own, so that one more draw for names changes
// nothing in ids.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drydock {

class Prng {
 public:
  explicit Prng(std::uint64_t seed) : state_(seed) {}

  /// The stream of this seed for one purpose ("ids", "names", ...).
  static Prng stream(std::uint64_t seed, std::string_view purpose);

  std::uint64_t next();

  /// Evenly from [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);

  std::string bytes(std::size_t count);

 private:
  std::uint64_t state_;
};

}  // namespace drydock
