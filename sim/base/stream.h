// stream.h — bytes that come and go in pieces.

#pragma once

#include <cstddef>
#include <string>

#include "sim/base/result.h"
#include "sim/base/task.h"

namespace drydock {

using Bytes = std::string;

/// Where bytes come from: a pipe, a terminal, an archive being made.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Waits for at least one byte; at most `max`.  An empty answer is the end.
  virtual Task<Result<Bytes>> read(std::size_t max) = 0;
};

/// Where bytes go.
class ByteSink {
 public:
  virtual ~ByteSink() = default;

  /// Waits until all of them are taken.
  virtual Task<Outcome> write(Bytes bytes) = 0;

  /// No more will come.  Nothing waits; again is not an error.
  virtual void close() {}
};

/// A source over bytes at hand.
class StringSource final : public ByteSource {
 public:
  explicit StringSource(Bytes bytes) : bytes_(std::move(bytes)) {}
  Task<Result<Bytes>> read(std::size_t max) override {
    Bytes piece = bytes_.substr(at_, max);
    at_ += piece.size();
    co_return piece;
  }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
};

/// A sink that keeps all it gets.
class StringSink final : public ByteSink {
 public:
  Task<Outcome> write(Bytes bytes) override {
    bytes_ += bytes;
    co_return done();
  }
  const Bytes& bytes() const { return bytes_; }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

inline constexpr std::size_t kChunk = 64 * 1024;

/// All of it; `limit` bounds memory, and passing it is an error.
inline Task<Result<Bytes>> read_all(ByteSource& source, std::size_t limit) {
  Bytes all;
  for (;;) {
    const Result<Bytes> piece = co_await source.read(kChunk);
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return all;
    all += *piece;
    if (all.size() > limit) {
      co_return Error{"input is longer than " + std::to_string(limit) +
                      " bytes"};
    }
  }
}

inline Task<Outcome> copy(ByteSource& from, ByteSink& to) {
  for (;;) {
    const Result<Bytes> piece = co_await from.read(kChunk);
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return done();
    const Outcome written = co_await to.write(*piece);
    if (!written) co_return written.error();
  }
}

}  // namespace drydock
