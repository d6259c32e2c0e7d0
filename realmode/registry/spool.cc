// spool.cc — pwrite(2) as it is packed, pread(2) when it is wanted again.

#include "realmode/registry/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

Outcome Spool::keep(std::string_view bytes) {
  const sys::Door door("spool");
  if (!door) return sys::refused("write(\"{}\", O_TMPFILE)", folder_);
  if (!file_) {
    auto file = sys::open(folder_, O_TMPFILE | O_RDWR, 0600);
    if (!file) return file.error();
    file_ = std::move(*file);
  }
  const Outcome written = sys::write_all(file_.get(), bytes);
  if (written) size_ += static_cast<std::int64_t>(bytes.size());
  return written;
}

Task<Result<Bytes>> Spool::read(std::int64_t offset, std::size_t max) {
  if (offset < size_) {
    const auto here = static_cast<std::size_t>(size_ - offset);
    Bytes bytes(std::min(max, here), '\0');
    const ssize_t count =
        ::pread(file_.get(), bytes.data(), bytes.size(), offset);
    if (count <= 0) co_return sys::refused("pread({})", file_.get());
    bytes.resize(static_cast<std::size_t>(count));
    co_return bytes;
  }
  if (whole_) co_return Bytes();
  Result<Bytes> fresh = co_await packed_.read(max);
  if (!fresh) co_return fresh;
  whole_ = fresh->empty();
  const Outcome kept = keep(*fresh);
  if (!kept) co_return kept.error();
  co_return fresh;
}

}  // namespace drydock::realmode
