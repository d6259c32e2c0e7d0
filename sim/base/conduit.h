// conduit.h — what one fiber writes, another one reads, a little later.

#pragma once

#include <deque>
#include <utility>

#include "sim/base/stream.h"
#include "sim/base/wait.h"

namespace drydock {

/// Holds about one megabyte: the writer then waits for the reader.  A writer
/// that fails says so, and the reader hears of it where the bytes end.
class Conduit final : public ByteSource, public ByteSink {
 public:
  Task<Outcome> write(Bytes bytes) override {
    while (size_ >= kRoom) co_await read_.wait();
    size_ += bytes.size();
    // Large pieces go through as they are, small ones together.
    const bool joins =
        !held_.empty() && held_.back().size() + bytes.size() <= kChunk;
    if (joins) {
      held_.back() += bytes;
    } else if (!bytes.empty()) {
      held_.push_back(std::move(bytes));
    }
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
    while (held_.empty() && !closed_) co_await written_.wait();
    if (held_.empty() && !failure_.text.empty()) co_return failure_;
    if (held_.empty()) co_return Bytes();
    Bytes piece;
    if (taken_ == 0 && held_.front().size() <= max) {
      piece = std::move(held_.front());
    } else {
      piece = held_.front().substr(taken_, max);
      taken_ += piece.size();
    }
    const bool used_up = taken_ == 0 || taken_ == held_.front().size();
    if (used_up) {
      held_.pop_front();
      taken_ = 0;
    }
    size_ -= piece.size();
    read_.notify_all();
    co_return piece;
  }

 private:
  static constexpr std::size_t kRoom = std::size_t{1} << 20;

  std::deque<Bytes> held_;  // None of them empty.
  std::size_t taken_ = 0;   // Of the first.
  std::size_t size_ = 0;    // Of all, without what is taken.
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
