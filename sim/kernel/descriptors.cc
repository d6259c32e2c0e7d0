// descriptors.cc — system calls on descriptors that answer at once.

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/open_file.h"
#include "sim/kernel/pipe.h"

namespace drydock::kernel {

SysResult<vfs::Attributes> KernelProcess::fstat(Fd fd) {
  const OpenFileRef file = fds_.get(fd);
  if (!file) return Errno::ebadf;
  return file->attributes();
}

SysOutcome KernelProcess::close(Fd fd) { return fds_.close(fd); }

SysResult<Fd> KernelProcess::dup(Fd fd, Fd lowest) {
  OpenFileRef file = fds_.get(fd);
  if (!file) return Errno::ebadf;
  return fds_.add(std::move(file), false, lowest, fd_limit());
}

SysOutcome KernelProcess::dup2(Fd from, Fd to) {
  OpenFileRef file = fds_.get(from);
  if (!file) return Errno::ebadf;
  if (from == to) return ok();
  return fds_.put(to, std::move(file), false, fd_limit());
}

SysOutcome KernelProcess::set_close_on_exec(Fd fd, bool on) {
  return fds_.set_close_on_exec(fd, on);
}

SysOutcome KernelProcess::set_non_blocking(Fd fd, bool on) {
  const OpenFileRef file = fds_.get(fd);
  if (!file) return Errno::ebadf;
  const unsigned others = file->flags() & ~unsigned{kNonBlock};
  file->set_flags(on ? others | kNonBlock : others);
  return ok();
}

SysResult<std::pair<Fd, Fd>> KernelProcess::pipe() {
  auto [read_end, write_end] = make_pipe(kernel_.next_ino());
  const SysResult<Fd> reader = install(std::move(read_end), 0);
  if (!reader) return reader.error();
  const SysResult<Fd> writer = install(std::move(write_end), 0);
  if (!writer) {
    static_cast<void>(fds_.close(*reader));
    return writer.error();
  }
  return std::pair(*reader, *writer);
}

SysResult<std::int64_t> KernelProcess::lseek(Fd fd, std::int64_t offset,
                                             Whence whence) {
  const OpenFileRef file = fds_.get(fd);
  if (!file) return Errno::ebadf;
  return file->seek(offset, whence);
}

SysOutcome KernelProcess::ftruncate(Fd fd, std::int64_t size) {
  const OpenFileRef file = fds_.get(fd);
  if (!file) return Errno::ebadf;
  if (!file->writable()) return Errno::einval;
  return file->truncate(size);
}

}  // namespace drydock::kernel
