// conduit.h — what one fiber writes, another one reads, a little later.

#pragma once

#include <algorithm>
#include <memory>
#include <utility>

#include "sim/base/stream.h"
#include "sim/base/wait.h"

namespace drydock {

/// Holds about one megabyte: the writer then waits for the reader.  A writer
/// that fails says so, and the reader hears of it where the bytes end.
class Conduit final : public ByteSource, public ByteSink {
 public:
  Task<Outcome> write(Bytes bytes) override {
    while (held_.size() - taken_ >= kRoom) co_await read_.wait();
    held_.erase(0, std::exchange(taken_, 0));
    held_ += bytes;
    written_.notify_all();
    co_return done();
  }
  void close() override {
    closed_ = true;
    written_.notify_all();
  }
  void fail(Error why) {
    failure_ = std::move(why);
    close();
  }

  Task<Result<Bytes>> read(std::size_t max) override {
    while (held_.size() == taken_ && !closed_) co_await written_.wait();
    Bytes piece = held_.substr(taken_, max);
    taken_ += piece.size();
    read_.notify_all();
    if (piece.empty() && !failure_.text.empty()) co_return failure_;
    co_return piece;
  }

 private:
  static constexpr std::size_t kRoom = std::size_t{1} << 20;

  Bytes held_;
  std::size_t taken_ = 0;
  bool closed_ = false;
  Error failure_;
  WaitQueue written_, read_;
};

/// For FiberScope: fills the conduit by this work, and tells it how that went.
inline Task<void> fill(Conduit& conduit, Task<Outcome> work) {
  const Outcome done = co_await work;
  if (!done) {
    conduit.fail(done.error());
  } else {
    conduit.close();
  }
}

}  // namespace drydock
