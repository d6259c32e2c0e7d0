// packing.cc — words to bytes and back.

#include "realmode/plan/packing.h"

#include <charconv>

namespace drydock::realmode {

std::string pack(const List& words) {
  std::string bytes;
  for (const std::string& word : words) {
    bytes += std::to_string(word.size());
    bytes += ':';
    bytes += word;
  }
  return bytes;
}

std::optional<List> unpack(std::string_view bytes) {
  List words;
  while (!bytes.empty()) {
    std::size_t length = 0;
    const auto [end, error] =
        std::from_chars(bytes.data(), bytes.data() + bytes.size(), length);
    if (error != std::errc()) return std::nullopt;
    bytes.remove_prefix(static_cast<std::size_t>(end - bytes.data()));
    if (bytes.empty() || bytes[0] != ':') return std::nullopt;
    bytes.remove_prefix(1);
    if (length > bytes.size()) return std::nullopt;
    words.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return words;
}

}  // namespace drydock::realmode
