// xz.h — the .xz container with LZMA2: reading and making it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/stream.h"

namespace drydock {

/// The magic number.
bool is_xz(std::string_view bytes);

/// Unpacks all streams of a file and checks the sum of each block where it is
/// CRC32, CRC64 or SHA-256.  More than `limit` bytes of output is an error.
Result<Bytes> unxz(std::string_view packed, std::size_t limit);

/// One stream of one block, with CRC64 as xz(1) has it.
Bytes xz(std::string_view bytes);

/// CRC-64 of ECMA-182, reflected.
std::uint64_t crc64(std::string_view bytes);

}  // namespace drydock
