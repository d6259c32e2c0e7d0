// gzip_source.h — an archive packed as it is read, and the digests of both.

#pragma once

#include <zlib.h>

#include <cstdint>

#include "realmode/layers/digest.h"
#include "sim/base/stream.h"

namespace drydock::realmode {

/// gzip without name and time: the same archive gives the same bytes.
class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(ByteSource& from);
  GzipSource(const GzipSource&) = delete;
  ~GzipSource() override;

  Task<Result<Bytes>> read(std::size_t max) override;

  /// Of what went in and what came out; after the end, once.
  std::string plain_digest() { return "sha256:" + plain_.hex(); }
  std::string packed_digest() { return "sha256:" + packed_.hex(); }
  std::int64_t packed_size() const { return packed_size_; }

 private:
  ByteSource& from_;
  z_stream stream_ = {};
  bool sound_ = false, ended_ = false;
  Sha256Sum plain_, packed_;
  std::int64_t packed_size_ = 0;
};

}  // namespace drydock::realmode
