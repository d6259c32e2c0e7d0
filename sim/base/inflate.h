// inflate.h — reading what deflate and gzip made (RFC 1951, RFC 1952).

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/stream.h"

namespace drydock {

/// CRC-32 as in gzip, PNG and cksum -o 3; `crc` continues an earlier one.
std::uint32_t crc32(std::string_view bytes, std::uint32_t crc = 0);

/// What a raw deflate stream unpacks to, and how long it was.
struct Inflated {
  Bytes bytes;
  std::size_t consumed = 0;
};

/// Unpacks a raw deflate stream at the front of `packed`; what follows it is
/// left alone.  More than `limit` bytes of output is an error: a few packed
/// bytes may ask for gigabytes.
Result<Inflated> inflate(std::string_view packed, std::size_t limit);

/// The magic number of RFC 1952.
bool is_gzip(std::string_view bytes);

/// How long the header at the front is; npos when it is cut short.
std::size_t gzip_header_size(std::string_view packed);

/// Unpacks all members of a gzip file, as gunzip(1) does, and checks length
/// and sum of each.  The errors are gzip's own: "not in gzip format",
/// "unexpected end of file", "invalid compressed data--crc error".
Result<Bytes> gunzip(std::string_view packed, std::size_t limit);

}  // namespace drydock
