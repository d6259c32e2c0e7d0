// pipe.h — pipe(7): bytes from writers to readers, 64 KiB at most in between.

#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "sim/kernel/open_file.h"

namespace drydock::kernel {

inline constexpr std::size_t kPipeCapacity = 64 * 1024;
inline constexpr std::size_t kPipeBuf = 4096;  // Written whole or not at all.

/// What a pipe and a FIFO hold in common.
///
/// 1. held() <= kPipeCapacity.
/// 2. Readers and writers count open file descriptions, not descriptors.
class Pipe {
 public:
  explicit Pipe(std::uint64_t ino) : ino_(ino) {}

  std::size_t held() const { return held_.size() - at_; }
  std::size_t room() const { return kPipeCapacity - held(); }
  Bytes take(std::size_t count);
  void put(std::string_view bytes);

  std::uint64_t ino() const { return ino_; }

  int readers = 0, writers = 0;
  std::uint64_t reader_generation = 0, writer_generation = 0;  // Opens so far.
  WaitQueue readable, writable, opened;

 private:
  std::uint64_t ino_;
  Bytes held_;
  std::size_t at_ = 0;  // Bytes of held_ that are gone.
};
using PipeRef = std::shared_ptr<Pipe>;

/// One end of a pipe, or of a FIFO (which may be opened for both).
class PipeFile final : public OpenFile {
 public:
  /// `place` is set for a FIFO.
  PipeFile(PipeRef pipe, unsigned flags, vfs::Location place = {});
  ~PipeFile() override;

  SysResult<Bytes> try_read(KernelProcess& self, std::size_t count) override;
  SysResult<std::int64_t> try_write(KernelProcess& self,
                                    std::string_view bytes) override;
  WaitQueue* read_queue() override { return &pipe_->readable; }
  WaitQueue* write_queue() override { return &pipe_->writable; }
  bool read_ready() const override;
  bool write_ready() const override;
  bool hung_up() const override;
  vfs::Attributes attributes() const override;
  const vfs::Location* location() const override {
    return place_.inode ? &place_ : nullptr;
  }
  std::string title() const override;
  SysResult<OpenFileRef> reopen(unsigned flags) override;
  Pipe& pipe() { return *pipe_; }

 private:
  PipeRef pipe_;
  vfs::Location place_;
};

/// Read end, write end.
std::pair<OpenFileRef, OpenFileRef> make_pipe(std::uint64_t ino);

/// The outside's ends: how a machine feeds a process and hears from it.
class PipeSink final : public ByteSink {
 public:
  explicit PipeSink(PipeRef pipe);
  ~PipeSink() override { close(); }
  Task<Outcome> write(Bytes bytes) override;
  void close() override;

 private:
  PipeRef pipe_;
  bool open_ = true;
};

class PipeSource final : public ByteSource {
 public:
  explicit PipeSource(PipeRef pipe);
  ~PipeSource() override;
  Task<Result<Bytes>> read(std::size_t max) override;

 private:
  PipeRef pipe_;
};

/// What a process writes, and where it comes out.
struct OutPipe {
  OpenFileRef file;
  std::unique_ptr<PipeSource> source;
};
OutPipe make_out_pipe(std::uint64_t ino);

/// What a process reads, and where it is put in.
struct InPipe {
  OpenFileRef file;
  std::unique_ptr<PipeSink> sink;
};
InPipe make_in_pipe(std::uint64_t ino);

}  // namespace drydock::kernel
