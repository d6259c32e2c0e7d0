// pipe.cc — pipe(7), fifo(7).

#include "sim/kernel/pipe.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/kernel/kernel_process.h"

namespace drydock::kernel {

Bytes Pipe::take(std::size_t count) {
  Bytes bytes = held_.substr(at_, count);
  at_ += bytes.size();
  if (at_ == held_.size()) {
    held_.clear();
    at_ = 0;
  } else if (at_ >= kPipeCapacity) {
    held_.erase(0, at_);
    at_ = 0;
  }
  writable.notify_all();
  return bytes;
}

void Pipe::put(std::string_view bytes) {
  held_ += bytes;
  readable.notify_all();
}

PipeFile::PipeFile(PipeRef pipe, unsigned flags, vfs::Location place)
    : OpenFile(flags), pipe_(std::move(pipe)), place_(std::move(place)) {
  if (readable()) ++pipe_->readers, ++pipe_->reader_generation;
  if (writable()) ++pipe_->writers, ++pipe_->writer_generation;
  pipe_->opened.notify_all();
}

PipeFile::~PipeFile() {
  if (readable() && --pipe_->readers == 0) pipe_->writable.notify_all();
  if (writable() && --pipe_->writers == 0) pipe_->readable.notify_all();
}

SysResult<Bytes> PipeFile::try_read(KernelProcess&, std::size_t count) {
  if (count == 0) return Bytes();
  if (pipe_->held() > 0) return pipe_->take(count);
  if (pipe_->writers == 0) return Bytes();
  return Errno::eagain;
}

SysResult<std::int64_t> PipeFile::try_write(KernelProcess& self,
                                            std::string_view bytes) {
  if (bytes.empty()) return std::int64_t{0};
  if (pipe_->readers == 0) {
    self.raise(kSigPipe);
    return Errno::epipe;
  }
  const std::size_t room = pipe_->room();
  const bool whole = bytes.size() <= kPipeBuf;
  if (room == 0 || (whole && room < bytes.size())) return Errno::eagain;
  const std::size_t taken = std::min(room, bytes.size());
  pipe_->put(bytes.substr(0, taken));
  return static_cast<std::int64_t>(taken);
}

bool PipeFile::read_ready() const {
  return readable() && (pipe_->held() > 0 || pipe_->writers == 0);
}

bool PipeFile::write_ready() const {
  return writable() && (pipe_->room() >= kPipeBuf || pipe_->readers == 0);
}

bool PipeFile::hung_up() const { return readable() && pipe_->writers == 0; }

vfs::Attributes PipeFile::attributes() const {
  if (place_.inode) return place_.inode->attributes();
  vfs::Attributes file;
  file.type = vfs::FileType::fifo;
  file.mode = 0600;
  file.ino = pipe_->ino();
  return file;
}

std::string PipeFile::title() const {
  return fmt::format("pipe:[{}]", pipe_->ino());
}

SysResult<OpenFileRef> PipeFile::reopen(unsigned flags) {
  return OpenFileRef(std::make_shared<PipeFile>(pipe_, flags, place_));
}

std::pair<OpenFileRef, OpenFileRef> make_pipe(std::uint64_t ino) {
  const auto pipe = std::make_shared<Pipe>(ino);
  return {std::make_shared<PipeFile>(pipe, kReadOnly),
          std::make_shared<PipeFile>(pipe, kWriteOnly)};
}

PipeSink::PipeSink(PipeRef pipe) : pipe_(std::move(pipe)) { ++pipe_->writers; }

Task<Outcome> PipeSink::write(Bytes bytes) {
  const PipeRef pipe = pipe_;
  std::size_t at = 0;
  while (open_ && at < bytes.size()) {
    if (pipe->readers == 0) {
      const Error broken{"broken pipe"};
      co_return broken;
    }
    const std::size_t taken = std::min(pipe->room(), bytes.size() - at);
    if (taken == 0) {
      co_await pipe->writable.wait();
      continue;
    }
    pipe->put(std::string_view(bytes).substr(at, taken));
    at += taken;
  }
  co_return done();
}

void PipeSink::close() {
  if (!std::exchange(open_, false)) return;
  if (--pipe_->writers == 0) pipe_->readable.notify_all();
}

PipeSource::PipeSource(PipeRef pipe) : pipe_(std::move(pipe)) {
  ++pipe_->readers;
}

PipeSource::~PipeSource() {
  if (--pipe_->readers == 0) pipe_->writable.notify_all();
}

Task<Result<Bytes>> PipeSource::read(std::size_t max) {
  const PipeRef pipe = pipe_;
  while (pipe->held() == 0 && pipe->writers > 0) {
    co_await pipe->readable.wait();
  }
  co_return pipe->take(max);
}

OutPipe make_out_pipe(std::uint64_t ino) {
  const auto pipe = std::make_shared<Pipe>(ino);
  return {std::make_shared<PipeFile>(pipe, kWriteOnly),
          std::make_unique<PipeSource>(pipe)};
}

InPipe make_in_pipe(std::uint64_t ino) {
  const auto pipe = std::make_shared<Pipe>(ino);
  return {std::make_shared<PipeFile>(pipe, kReadOnly),
          std::make_unique<PipeSink>(pipe)};
}

}  // namespace drydock::kernel
