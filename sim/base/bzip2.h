// bzip2.h — the block-sorting format of bzip2(1): reading and making it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/stream.h"

namespace drydock {

/// The magic number.
bool is_bzip2(std::string_view bytes);

/// Unpacks all streams of a file and checks each block's sum.  More than
/// `limit` bytes of output is an error.
Result<Bytes> bunzip2(std::string_view packed, std::size_t limit);

/// One stream; blocks of `level` (1 to 9) times 100 000 bytes.
Bytes bzip2(std::string_view bytes, int level = 9);

/// Continues the CRC of a block: CRC-32 with its bits the other way round.
std::uint32_t bzip2_crc(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace drydock
