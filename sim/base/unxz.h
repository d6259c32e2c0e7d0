// unxz.h — reading what xz(1) made: The .xz File Format 1.1, with LZMA2.

#pragma once

#include <cstddef>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/stream.h"

namespace drydock {

/// The magic number of an xz file.
bool is_xz(std::string_view bytes);

/// Unpacks all streams of an xz file.  Filters other than LZMA2 are refused,
/// as is more than `limit` bytes of output; CRC-32 checks are verified, longer
/// ones passed over (the sizes are checked all the same).
Result<Bytes> unxz(std::string_view packed, std::size_t limit);

}  // namespace drydock
