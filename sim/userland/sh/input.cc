// input.cc — reading lines.

#include "sim/userland/sh/input.h"

namespace drydock::userland::sh {

namespace {

constexpr std::size_t kAhead = 4096;
constexpr std::size_t kLongest = std::size_t{1} << 28;

/// Waits until `fd` can be read; false when the time is over.
Task<bool> wait_until(Shell& shell, Fd fd, Time deadline) {
  kernel::Process& process = shell.process();
  const Nanoseconds left = deadline - process.now();
  kernel::PollFd wanted{};
  wanted.fd = fd;
  wanted.readable = true;
  std::vector<kernel::PollFd> fds(1, wanted);
  const std::optional<Nanoseconds> timeout = left > 0 ? left : 0;
  const SysResult<int> ready = co_await process.poll(&fds, timeout);
  co_return ready&&* ready > 0;
}

}  // namespace

Task<LineRead> read_line(Shell& shell, Fd fd, LineLimits limits) {
  kernel::Process& process = shell.process();
  LineRead line;
  const SysResult<std::int64_t> place =
      process.lseek(fd, 0, kernel::Whence::current);
  const bool seekable = static_cast<bool>(place);
  const bool terminal = !seekable && process.isatty(fd);
  while (line.text.size() < kLongest) {
    if (limits.count && line.text.size() >= *limits.count) {
      line.ended = true;
      break;
    }
    if (limits.deadline) {
      const bool ready = co_await wait_until(shell, fd, *limits.deadline);
      if (!ready) {
        line.timed_out = true;
        break;
      }
    }
    std::size_t want = seekable ? kAhead : 1;
    if (limits.count) want = std::min(want, *limits.count - line.text.size());
    (void)terminal;
    const SysResult<Bytes> piece = co_await process.read(fd, want);
    if (!piece) {
      line.interrupted = piece.error() == Errno::eintr;
      if (!line.interrupted) line.error = piece.error();
      break;
    }
    if (piece->empty()) break;
    const std::size_t end = limits.ignores_delimiter
                                ? std::string::npos
                                : piece->find(limits.delimiter);
    line.text += piece->substr(0, end);
    if (end == std::string::npos) continue;
    line.ended = true;
    const auto beyond = static_cast<std::int64_t>(piece->size() - end - 1);
    if (beyond > 0) (void)process.lseek(fd, -beyond, kernel::Whence::current);
    break;
  }
  co_return line;
}

}  // namespace drydock::userland::sh
