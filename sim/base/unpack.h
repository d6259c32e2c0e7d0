// unpack.h — archives as they come: plain, or packed by gzip, bzip2 or xz.
//
// The first bytes tell which, as in Docker's archive.DecompressStream.  One
// level is taken off: what was packed twice stays packed once.

#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/stream.h"
#include "sim/base/task.h"

namespace drydock {

/// Whether the bytes begin as a gzip, bzip2 or xz file does.
bool is_packed(std::string_view bytes);

/// Unpacks what is_packed(), by its first bytes.
Result<Bytes> unpack(std::string_view packed, std::size_t limit);

/// A source of the plain bytes, whichever way `from` has them.  Plain ones are
/// passed on as they come, and `from` must outlive the answer; packed ones are
/// read whole, no more than `limit` of either kind.
Task<Result<std::unique_ptr<ByteSource>>> unpacked(ByteSource& from,
                                                   std::size_t limit);

}  // namespace drydock
