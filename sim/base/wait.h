// wait.h — the few ways in which a fiber waits.
//
//     while (pipe.empty()) co_await pipe.readable.wait();
//
// A wait may end for nothing (see fiber.h), so it stands in a loop.

#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/base/fiber.h"

namespace drydock {

class WaitQueue;

/// One fiber's place in one queue.  Leaves it when it ends.
class WaitNode : public Link {
 public:
  explicit WaitNode(Fiber& fiber) : fiber_(fiber) {}
  Fiber& fiber() const { return fiber_; }

 private:
  Fiber& fiber_;
};

class WaitQueue {
 public:
  /// Waits for notify, or, when a deadline is given, until that time.
  class Wait {
   public:
    Wait(WaitQueue& queue, std::optional<Time> deadline)
        : queue_(queue), deadline_(deadline) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> leaf) {
      Fiber& fiber = *Fiber::current();
      fiber.wait_in(leaf);
      node_.emplace(fiber);
      node_->insert_before(queue_.waiting_);
      if (deadline_) timer_.emplace(fiber.executor(), *deadline_, fiber);
    }
    void await_resume() {
      timer_.reset();
      node_.reset();
    }

   private:
    WaitQueue& queue_;
    std::optional<Time> deadline_;
    std::optional<WaitNode> node_;
    std::optional<Timer> timer_;
  };

  WaitQueue() = default;
  WaitQueue(const WaitQueue&) = delete;
  ~WaitQueue() {
    // Whoever still waits waits for ever; its node must not point here.
    while (waiting_.linked()) waiting_.next()->unlink();
  }

  Wait wait() { return {*this, std::nullopt}; }
  Wait wait_until(Time deadline) { return {*this, deadline}; }

  bool empty() const { return !waiting_.linked(); }
  /// Who has waited longest; null if nobody does.
  Fiber* first() const {
    if (!waiting_.linked()) return nullptr;
    return &static_cast<WaitNode&>(*waiting_.next()).fiber();
  }

  void notify_one() {
    if (!waiting_.linked()) return;
    auto& node = static_cast<WaitNode&>(*waiting_.next());
    node.unlink();
    node.fiber().wake();
  }
  void notify_all() {
    while (waiting_.linked()) notify_one();
  }

 private:
  friend class WaitSet;
  friend class EitherWait;
  Link waiting_;
};

/// Waits on several queues at once, as poll(2) does.
class WaitSet {
 public:
  void add(WaitQueue& queue) { queues_.push_back(&queue); }
  void set_deadline(Time deadline) { deadline_ = deadline; }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> leaf) {
    Fiber& fiber = *Fiber::current();
    fiber.wait_in(leaf);
    for (WaitQueue* const queue : queues_) {
      nodes_.push_back(std::make_unique<WaitNode>(fiber));
      nodes_.back()->insert_before(queue->waiting_);
    }
    if (deadline_) timer_.emplace(fiber.executor(), *deadline_, fiber);
  }
  void await_resume() {
    timer_.reset();
    nodes_.clear();
  }

 private:
  std::vector<WaitQueue*> queues_;
  std::optional<Time> deadline_;
  std::vector<std::unique_ptr<WaitNode>> nodes_;
  std::optional<Timer> timer_;
};

/// Waits on one queue or another, as every call does that a signal may
/// interrupt; the first may be null.
class EitherWait {
 public:
  EitherWait(WaitQueue* first, WaitQueue& second,
             std::optional<Time> deadline = std::nullopt)
      : first_(first), second_(second), deadline_(deadline) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> leaf) {
    Fiber& fiber = *Fiber::current();
    fiber.wait_in(leaf);
    if (first_) {
      node_.emplace(fiber);
      node_->insert_before(first_->waiting_);
    }
    other_.emplace(fiber);
    other_->insert_before(second_.waiting_);
    if (deadline_) timer_.emplace(fiber.executor(), *deadline_, fiber);
  }
  void await_resume() {
    timer_.reset();
    other_.reset();
    node_.reset();
  }

 private:
  WaitQueue* first_;
  WaitQueue& second_;
  std::optional<Time> deadline_;
  std::optional<WaitNode> node_, other_;
  std::optional<Timer> timer_;
};

/// Never goes on: for fibers whose end has been ordered.
struct Never {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> leaf) {
    Fiber::current()->wait_in(leaf);
  }
  void await_resume() const noexcept {}
};

/// Lets everybody else who is ready have a turn first.
struct Yield {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> leaf) {
    Fiber& fiber = *Fiber::current();
    fiber.wait_in(leaf);
    fiber.wake();
  }
  void await_resume() const noexcept {}
};
inline Yield yield_turn() { return {}; }

/// Something that happens once; those who come later do not wait.
class Event {
 public:
  bool happened() const { return happened_; }
  void set() {
    happened_ = true;
    queue_.notify_all();
  }
  WaitQueue& queue() { return queue_; }

 private:
  bool happened_ = false;
  WaitQueue queue_;
};

inline Task<void> wait_for(Event& event) {
  while (!event.happened()) co_await event.queue().wait();
}

inline Task<void> sleep_until(Executor& executor, Time due) {
  WaitQueue nobody;
  while (executor.now() < due) co_await nobody.wait_until(due);
}

/// Fibers that end, at the latest, with the scope that owns them.
class FiberScope {
 public:
  explicit FiberScope(Executor& executor) : executor_(executor) {}
  FiberScope(const FiberScope&) = delete;
  ~FiberScope() {
    for (std::unique_ptr<Fiber>& fiber : fibers_) {
      executor_.bury(std::move(fiber));
    }
  }

  Fiber& spawn(Task<void> body) {
    std::erase_if(fibers_, [](const auto& fiber) { return fiber->finished(); });
    fibers_.push_back(std::make_unique<Fiber>(executor_, std::move(body)));
    fibers_.back()->wake();
    return *fibers_.back();
  }

 private:
  Executor& executor_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
};

namespace detail {

template <typename T>
struct Answer {
  std::optional<T> value;
  Event arrived;
};

template <typename T>
Task<void> deliver(std::shared_ptr<Answer<T>> answer, Task<T> work) {
  T value = co_await work;
  answer->value.emplace(std::move(value));
  answer->arrived.set();
}

}  // namespace detail

/// Runs `work` as a fiber of its own and waits for its answer.  When the
/// waiter is destroyed, the work still goes on to its end: a client that dies
/// does not leave the daemon with half an operation.
template <typename T>
Task<T> detached(Executor& executor, Task<T> work) {
  auto answer = std::make_shared<detail::Answer<T>>();
  executor.spawn(detail::deliver<T>(answer, std::move(work)));
  Event& arrived = answer->arrived;
  while (!arrived.happened()) co_await arrived.queue().wait();
  T value = std::move(*answer->value);
  co_return value;
}

}  // namespace drydock
