// hex.h — numbers as hex digits of a fixed width.

#pragma once

#include <cstdint>

namespace drydock {

/// Writes the last `count` hex digits of `value`, in lower case; answers where
/// they end.
inline char* write_hex(char* at, std::uint64_t value, int count) {
  for (int shift = 4 * (count - 1); shift >= 0; shift -= 4) {
    *at++ = "0123456789abcdef"[value >> shift & 15];
  }
  return at;
}

}  // namespace drydock
