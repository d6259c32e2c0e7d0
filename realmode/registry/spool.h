// spool.h — a layer as it was packed, kept for as long as its registry may ask
// for some of it again.

#pragma once

#include <string>

#include "realmode/registry/gzip_source.h"
#include "realmode/sys/fd.h"

namespace drydock::realmode {

/// The bytes of a GzipSource, which gives each but once, from any place on.
class Spool {
 public:
  /// `folder`: where the file lies, which has no name.
  Spool(GzipSource& packed, std::string folder)
      : packed_(packed), folder_(std::move(folder)) {}

  /// At most `max` bytes from `offset` on, which is not beyond size(): those
  /// that there are, or the next ones that are packed.  Empty: that was all.
  Task<Result<Bytes>> read(std::int64_t offset, std::size_t max);

  /// How much has been packed so far, and whether that is all.
  std::int64_t size() const { return size_; }
  bool is_whole() const { return whole_; }

 private:
  Outcome keep(std::string_view bytes);

  GzipSource& packed_;
  std::string folder_;
  sys::Fd file_;
  std::int64_t size_ = 0;
  bool whole_ = false;
};

}  // namespace drydock::realmode
