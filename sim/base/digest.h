// digest.h — the name a piece of content earns by being hashed.
//
// An image is a list of digests: its layers, its config and its manifest are
// each stored under their own.  Two blobs with one digest are one blob, which
// is why pulling an image twice moves no bytes.

#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <string>
#include <string_view>

#include "sim/base/result.h"

namespace drydock {

class Digest {
 public:
  /// Reads "sha256:" and 64 lowercase hex digits.  Text becomes a Digest here
  /// or nowhere, so a Digest in hand is always well formed.
  static Result<Digest> parse(std::string_view text) {
    if (!text.starts_with(kPrefix)) {
      return Error{"invalid digest format"};
    }
    const std::string_view hex = text.substr(kPrefix.size());
    if (hex.size() != kHexDigits || !std::ranges::all_of(hex, is_hex_digit)) {
      return Error{"invalid checksum digest format"};
    }
    return Digest(hex);
  }

  std::string str() const { return std::string(kPrefix).append(hex()); }
  std::string_view hex() const { return {hex_.data(), hex_.size()}; }

  /// The twelve digits that `docker images` has room for.
  std::string_view short_id() const { return hex().substr(0, 12); }

  friend auto operator<=>(const Digest&, const Digest&) = default;

 private:
  static constexpr std::string_view kPrefix = "sha256:";
  static constexpr std::size_t kHexDigits = 64;

  static constexpr bool is_hex_digit(char c) {
    return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f');
  }

  explicit Digest(std::string_view hex) {
    std::ranges::copy(hex, hex_.begin());
  }

  std::array<char, kHexDigits> hex_{};
};

}  // namespace drydock
