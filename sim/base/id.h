// id.h — the 64 hex digits that name containers, images and volumes.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/prng.h"

namespace drydock {

inline constexpr std::size_t kIdDigits = 64;
inline constexpr std::size_t kShortIdDigits = 12;

inline std::string_view short_id(std::string_view id) {
  return id.substr(0, kShortIdDigits);
}

bool is_hex(std::string_view text);  // Lower case, at least one digit.

/// Draws ids (behaviour.md §0.3): 32 random bytes; one whose short form is all
/// decimal is thrown away, since it could be taken for a number.
class IdSource {
 public:
  virtual ~IdSource() = default;
  virtual std::string next() = 0;
};

class SeededIds final : public IdSource {
 public:
  explicit SeededIds(std::uint64_t seed) : prng_(Prng::stream(seed, "ids")) {}
  std::string next() override;

 private:
  Prng prng_;
};

}  // namespace drydock
