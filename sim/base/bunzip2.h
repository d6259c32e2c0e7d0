// bunzip2.h — reading what bzip2(1) made.

#pragma once

#include <cstddef>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/stream.h"

namespace drydock {

/// The magic number of a bzip2 file: "BZh1" to "BZh9".
bool is_bzip2(std::string_view bytes);

/// Unpacks all streams of a bzip2 file and checks the sum of each block.  More
/// than `limit` bytes of output is an error.
Result<Bytes> bunzip2(std::string_view packed, std::size_t limit);

}  // namespace drydock
