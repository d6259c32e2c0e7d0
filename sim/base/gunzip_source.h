// gunzip_source.h — a gzip file read as what it unpacks to, piece by piece.

#pragma once

#include <cstdint>
#include <memory>

#include "sim/base/inflater.h"

namespace drydock {

/// All members of a gzip file, as gunzip(1) unpacks them, in bounded memory
/// whatever they unpack to.  The errors are those of gunzip() in inflate.h.
class GunzipSource final : public ByteSource {
 public:
  /// `head`: what has been read of the source already.
  GunzipSource(ByteSource& from, Bytes head)
      : from_(from), packed_(std::move(head)) {}
  Task<Result<Bytes>> read(std::size_t max) override;

 private:
  /// Reads until `count` packed bytes are at hand, or there are no more.
  Task<Outcome> fill(std::size_t count);
  Task<Outcome> begin_member();
  Task<Outcome> end_member();

  ByteSource& from_;
  Bytes packed_;
  bool all_read_ = false, any_member_ = false, ended_ = false;
  std::unique_ptr<Inflater> member_;
  std::uint32_t crc_ = 0, length_ = 0;
  Bytes ready_;
  std::size_t given_ = 0;
};

}  // namespace drydock
