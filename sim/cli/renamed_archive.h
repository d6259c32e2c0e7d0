// renamed_archive.h — an archive whose members are called otherwise, while it
// passes.

#pragma once

#include <string>

#include "sim/base/stream.h"
#include "sim/vfs/tar.h"

namespace drydock::cli {

/// The archive of `from` with `old_base` at the front of its names replaced.
class RenamedArchive final : public ByteSource {
 public:
  RenamedArchive(ByteSource& from, std::string old_base, std::string new_base);
  Task<Result<Bytes>> read(std::size_t max) override;

 private:
  std::string renamed(const std::string& name) const;
  Task<Outcome> take_member();
  Task<Outcome> take_body();

  vfs::TarReader reader_;
  vfs::TarWriter writer_;
  std::string old_base_, new_base_;
  std::int64_t body_size_ = 0;  // Of a long member that is on its way.
  Bytes ready_;
  std::size_t taken_ = 0;  // Of it.
  bool ended_ = false;
};

}  // namespace drydock::cli
