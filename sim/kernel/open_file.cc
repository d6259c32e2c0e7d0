// open_file.cc — reading and writing where an offset is all that is needed.

#include "sim/kernel/open_file.h"

#include <algorithm>

namespace drydock::kernel {

OpenFile::~OpenFile() {
  if (counter_) --*counter_;
}

void OpenFile::count_in(const std::shared_ptr<std::int64_t>& counter) {
  if (counter_) return;
  counter_ = counter;
  ++*counter_;
}

SysResult<Bytes> OpenFile::try_read(KernelProcess&, std::size_t) {
  return Errno::einval;
}

SysResult<std::int64_t> OpenFile::try_write(KernelProcess&, std::string_view) {
  return Errno::einval;
}

SysResult<Bytes> InodeFile::try_read(KernelProcess&, std::size_t count) {
  SysResult<Bytes> bytes = place_.inode->read(offset_, count);
  if (bytes) offset_ += static_cast<std::int64_t>(bytes->size());
  return bytes;
}

SysResult<std::int64_t> InodeFile::try_write(KernelProcess&,
                                             std::string_view bytes) {
  if (bytes.empty()) return std::int64_t{0};
  const vfs::Attributes now = attributes();
  const std::int64_t at = (flags() & kAppend) ? now.size : offset_;
  const std::int64_t end = at + static_cast<std::int64_t>(bytes.size());
  if (end > kFileSizeMax) return Errno::efbig;
  if (now.stored > kFileStoredMax && end > now.size) return Errno::enospc;
  const SysResult<std::int64_t> taken = place_.inode->write(at, bytes);
  if (taken) offset_ = at + *taken;
  return taken;
}

SysResult<std::int64_t> InodeFile::seek(std::int64_t offset, Whence whence) {
  std::int64_t base = 0;
  if (whence == Whence::current) base = offset_;
  if (whence == Whence::end) base = attributes().size;
  if (offset > kFileSizeMax) return Errno::einval;
  if (base + offset < 0) return Errno::einval;
  offset_ = base + offset;
  return offset_;
}

SysOutcome InodeFile::truncate(std::int64_t size) {
  if (size < 0) return Errno::einval;
  if (size > kFileSizeMax) return Errno::efbig;
  return place_.inode->truncate(size);
}

}  // namespace drydock::kernel
