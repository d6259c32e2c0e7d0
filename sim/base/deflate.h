// deflate.h — making what deflate and gzip read (RFC 1951, RFC 1952).

#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/stream.h"

namespace drydock {

/// Packs bytes into one raw deflate block of fixed Huffman codes.  `level` is
/// how hard it looks for repetitions, 1 to 9.  Same input, same output.
Bytes deflate(std::string_view bytes, int level = 6);

/// What a gzip header says besides the content.
struct GzipHeader {
  std::string_view name;    // Empty: not told.
  std::uint32_t mtime = 0;  // Seconds; 0: not told.
};

/// One gzip member, as gzip(1) writes it.
Bytes gzip(std::string_view bytes, const GzipHeader& header, int level = 6);

}  // namespace drydock
