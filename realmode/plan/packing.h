// packing.h — lists of words as bytes, for those at the other end of a socket.
//
// Each word is its length in decimal, a colon and its bytes (a netstring
// without the comma), so that any byte may stand in a word.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/text.h"

namespace drydock::realmode {

std::string pack(const List& words);

/// Nothing when the bytes are not what pack() makes.
std::optional<List> unpack(std::string_view bytes);

}  // namespace drydock::realmode
