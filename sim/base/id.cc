// id.cc — drawing ids.

#include "sim/base/id.h"

#include <algorithm>

#include "sim/base/hex.h"

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
    std::string id(kIdDigits, '0');
    char* at = id.data();
    for (int word = 0; word < 4; ++word) at = write_hex(at, prng_.next(), 16);
    if (!std::ranges::all_of(short_id(id), is_decimal)) return id;
  }
}

}  // namespace drydock
