// id.cc — drawing ids.

#include "sim/base/id.h"

#include <algorithm>

namespace drydock {

namespace {

bool is_decimal(char c) { return '0' <= c && c <= '9'; }

}  // namespace

bool is_hex(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_decimal(c) || ('a' <= c && c <= 'f');
  });
}

std::string SeededIds::next() {
  for (;;) {
    std::string id;
    id.reserve(kIdDigits);
    for (int word = 0; word < 4; ++word) {
      const std::uint64_t drawn = prng_.next();
      for (int shift = 60; shift >= 0; shift -= 4) {
        id += "0123456789abcdef"[drawn >> shift & 15];
      }
    }
    if (!std::ranges::all_of(short_id(id), is_decimal)) return id;
  }
}

}  // namespace drydock
