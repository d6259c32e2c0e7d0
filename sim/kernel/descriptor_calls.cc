// descriptor_calls.cc — read, write and poll: where a process waits for bytes.

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/open_file.h"

namespace drydock::kernel {

namespace {

/// The longest that a single read(2) or write(2) moves.
constexpr std::size_t kTransferMax = 0x7ffff000;

/// Moving bytes takes time as calling does: a turn for so many.  It makes what
/// writes without end (seq, yes, cat /dev/zero) come to the limit of turns
/// about as soon as what loops without end.
constexpr std::size_t kBytesPerTurn = 512;

}  // namespace

Task<SysResult<Bytes>> KernelProcess::read(Fd fd, std::size_t count) {
  co_await enter();
  const OpenFileRef file = fds_.get(fd);
  if (!file || !file->readable()) co_return Errno::ebadf;
  for (;;) {
    kernel_.set_caller(this);
    SysResult<Bytes> bytes =
        file->try_read(*this, std::min(count, kTransferMax));
    if (bytes) {
      const std::size_t turns = bytes->size() / kBytesPerTurn;
      for (std::size_t i = 0; i < turns; ++i) co_await Yield();
      co_return bytes;
    }
    const Errno error = bytes.error();
    if (error == kRestart) {
      co_await enter();
      if (interrupted()) co_return Errno::eintr;
      co_await Yield();
      continue;
    }
    if (error != Errno::eagain || file->non_blocking()) co_return error;
    if (interrupted()) co_return Errno::eintr;
    co_await EitherWait(file->read_queue(), signals_);
  }
}

Task<SysResult<std::int64_t>> KernelProcess::write(Fd fd, Bytes bytes) {
  co_await enter();
  const OpenFileRef file = fds_.get(fd);
  if (!file || !file->writable()) co_return Errno::ebadf;
  const std::string_view all(bytes);
  std::size_t at = 0;
  do {
    kernel_.set_caller(this);
    const SysResult<std::int64_t> taken =
        file->try_write(*this, all.substr(at));
    if (taken) {
      at += static_cast<std::size_t>(*taken);
      continue;
    }
    // What has been taken is the answer; the reason comes with the next call.
    const Errno error = taken.error();
    const bool gives_up = error != Errno::eagain && error != kRestart;
    if (gives_up || (file->non_blocking() && error != kRestart)) {
      if (!alive()) co_await Never();
      if (at == 0) co_return error;
      break;
    }
    if (interrupted()) {
      if (at == 0) co_return Errno::eintr;
      break;
    }
    if (error == kRestart) {
      co_await enter();
      co_await Yield();
      continue;
    }
    co_await EitherWait(file->write_queue(), signals_);
  } while (at < all.size());
  const std::size_t turns = at / kBytesPerTurn;
  for (std::size_t i = 0; i < turns; ++i) co_await Yield();
  co_return static_cast<std::int64_t>(at);
}

Task<SysResult<int>> KernelProcess::poll(std::vector<PollFd>* fds,
                                         std::optional<Nanoseconds> timeout) {
  co_await enter();
  const std::optional<Time> deadline =
      timeout ? std::optional(now() + *timeout) : std::nullopt;
  for (;;) {
    WaitSet queues;
    int ready = 0;
    std::vector<OpenFileRef> files;  // They must outlive the wait.
    for (PollFd& each : *fds) {
      const OpenFileRef file = fds_.get(each.fd);
      each.is_readable = each.readable && (!file || file->read_ready());
      each.is_writable = each.writable && (!file || file->write_ready());
      each.hang_up = file && file->hung_up();
      if (each.is_readable || each.is_writable || each.hang_up) ++ready;
      if (!file) continue;
      files.push_back(file);
      if (file->read_queue()) queues.add(*file->read_queue());
      const bool other = file->write_queue() != file->read_queue();
      if (other && file->write_queue()) queues.add(*file->write_queue());
    }
    if (ready > 0) co_return ready;
    if (deadline && now() >= *deadline) co_return 0;
    if (interrupted()) co_return Errno::eintr;
    queues.add(signals_);
    if (deadline) queues.set_deadline(*deadline);
    co_await queues;
  }
}

// --- For programs ----------------------------------------------------------

Task<SysResult<Bytes>> read_to_end(Process& self, Fd fd, std::int64_t limit) {
  Bytes all;
  for (;;) {
    const SysResult<Bytes> piece = co_await self.read(fd, kChunk);
    if (!piece && piece.error() == Errno::eintr) continue;
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return all;
    all += *piece;
    if (static_cast<std::int64_t>(all.size()) > limit) co_return Errno::efbig;
  }
}

Task<SysResult<Bytes>> read_file(Process& self, std::string path) {
  const SysResult<Fd> fd = co_await self.open(path, kReadOnly);
  if (!fd) co_return fd.error();
  SysResult<Bytes> bytes = co_await read_to_end(self, *fd);
  static_cast<void>(self.close(*fd));
  co_return bytes;
}

Task<SysResult<std::int64_t>> print(Process& self, std::string text) {
  const SysResult<std::int64_t> taken = co_await self.write(kStdout, text);
  co_return taken;
}

Task<SysResult<std::int64_t>> complain(Process& self, std::string text) {
  const SysResult<std::int64_t> taken = co_await self.write(kStderr, text);
  co_return taken;
}

}  // namespace drydock::kernel
