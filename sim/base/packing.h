// packing.h — what an archive is packed with, and reading it all the same.

#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/stream.h"

namespace drydock {

enum class Packing { none, gzip, bzip2, xz };

/// By the first bytes; six are enough.
Packing packing_of(std::string_view bytes);

/// Unpacked, whatever it was packed with; what is not packed is left alone.
/// More than `limit` bytes of output is an error.
Result<Bytes> unpacked(std::string_view bytes, std::size_t limit);
Result<Bytes> unpacked(std::string_view bytes, Packing how, std::size_t limit);

/// The other way round, as gzip, bzip2 and xz do when nothing is asked of them.
Bytes packed(std::string_view bytes, Packing how);

/// A source as if it had never been packed.  gzip is unpacked piece by piece,
/// bzip2 and xz are read as a whole first, and may therefore unpack to 512 MiB
/// at most; the rest passes through.
class UnpackingSource final : public ByteSource {
 public:
  explicit UnpackingSource(ByteSource& from) : from_(from) {}
  Task<Result<Bytes>> read(std::size_t max) override;

 private:
  static constexpr std::size_t kPlainMax = std::size_t{512} << 20;
  Task<Outcome> begin();

  ByteSource& from_;
  Bytes head_;  // What was read to see what it is.
  std::unique_ptr<ByteSource> plain_;
  bool begun_ = false;
};

}  // namespace drydock
