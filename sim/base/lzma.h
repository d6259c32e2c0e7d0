// lzma.h — the decoder of LZMA2: a range coder that learns, and a dictionary.

#pragma once

#include <cstddef>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/stream.h"

namespace drydock {

/// Unpacks LZMA2 chunks up to their end mark and appends them to `out`.
/// Answers how many bytes of `packed` that took.
Result<std::size_t> decode_lzma2(std::string_view packed, std::size_t limit,
                                 Bytes* out);

}  // namespace drydock
