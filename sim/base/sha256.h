// sha256.h — the hash that names content (FIPS 180-4).

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace drydock {

/// Hashes bytes as they come: add() any number of times, then hex() once.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);

  /// As if `count` zero bytes were added.
  void add_zeros(std::uint64_t count);

  /// Ends the message: 64 lower-case hex digits.
  std::string hex();

 private:
  void block(const unsigned char* bytes);
  void rounds(const std::array<std::uint32_t, 64>& added);

  std::array<std::uint32_t, 8> state_;
  std::array<unsigned char, 64> tail_{};
  std::uint64_t length_ = 0;
};

/// sha256sum(1) of one piece of text.
std::string sha256_hex(std::string_view bytes);

}  // namespace drydock
