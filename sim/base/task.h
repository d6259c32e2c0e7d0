// task.h — a computation that can stop where it waits and go on later.
//
// Calling a coroutine makes a Task and runs nothing; awaiting it runs it; when
// it ends, whoever awaited it goes on.  No thread, no lock and no clock is
// involved, so what runs next is decided by the scheduler alone.
//
// Control passes from frame to frame over a trampoline: a suspending frame
// leaves the next one in `Baton` and returns to run().  The shorter way,
// returning the handle from await_suspend, grows the stack by one frame for
// each await where the compiler does not make it a tail call: g++ at -O0 and
// under the sanitizers, and every WebAssembly toolchain we have.
//
// House rules (book/hacking/coroutines.md): one co_await per statement, its
// result named; parameters by value; no captures; no exception crosses one.

#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

namespace drydock {

/// The frame that runs next on this chain of awaits; empty when all wait.
struct Baton {
  static inline std::coroutine_handle<> next{};
};

/// Runs a chain until it waits for the scheduler or ends.
inline void run(std::coroutine_handle<> frame) {
  while (frame) {
    Baton::next = nullptr;
    frame.resume();
    frame = std::exchange(Baton::next, nullptr);
  }
}

namespace detail {

/// What the promises of Task<T> and Task<void> share.
struct PromiseBase {
  struct HandBack {
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> finished) noexcept {
      Baton::next = finished.promise().waiter;
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  HandBack final_suspend() noexcept { return {}; }
  void unhandled_exception() { std::terminate(); }  // Tasks return errors.

  std::coroutine_handle<> waiter{};
};

template <typename T>
struct Promise : PromiseBase {
  std::coroutine_handle<Promise> self() {
    return std::coroutine_handle<Promise>::from_promise(*this);
  }
  std::coroutine_handle<Promise> get_return_object() { return self(); }
  void return_value(T result) { value.emplace(std::move(result)); }
  T take() { return std::move(*value); }

  std::optional<T> value;
};

template <>
struct Promise<void> : PromiseBase {
  std::coroutine_handle<Promise> get_return_object() {
    return std::coroutine_handle<Promise>::from_promise(*this);
  }
  void return_void() {}
  void take() {}
};

}  // namespace detail

/// Lazy, move-only, owner of its frame: forgetting a Task destroys it and all
/// that it awaits, wherever they are suspended.
template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task(Handle frame) : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    frame_.promise().waiter = waiter;
    Baton::next = frame_;
  }
  T await_resume() { return frame_.promise().take(); }

  /// For the scheduler, which owns the root of each tree.
  Handle frame() const { return frame_; }
  bool finished() const { return !frame_ || frame_.done(); }

 private:
  Handle frame_;
};

}  // namespace drydock
