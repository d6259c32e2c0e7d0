// fiber.h — one thing that runs or waits: a tree of Tasks and who resumes it.
//
// A fiber is to the scheduler what a thread is to a kernel.  It has one leaf,
// the frame that waits; waking the fiber resumes that leaf.  Wakes may come
// for nothing (a signal, say): whoever waits checks again what it waits for.

#pragma once

#include <coroutine>
#include <cstddef>
#include <memory>
#include <vector>

#include "sim/base/link.h"
#include "sim/base/task.h"
#include "sim/base/time.h"

namespace drydock {

class Executor;
class Fiber;

/// Fibers that are held and released together: the threads of a process,
/// which SIGSTOP and the freezer hold.
class FiberGroup {
 public:
  bool held() const { return holds_ > 0; }
  void hold() { ++holds_; }
  void release();  // The last release lets what became ready meanwhile run.

 private:
  friend class Scheduler;
  int holds_ = 0;
  Link parked_;
};

class Fiber : public Link {
 public:
  /// The group is that of the fiber that makes this one, unless one is given.
  Fiber(Executor& executor, Task<void> body);
  Fiber(Executor& executor, Task<void> body, FiberGroup* group);
  Fiber(const Fiber&) = delete;

  /// Destroying a fiber destroys its frames where they are suspended.  Never
  /// the running one: see Executor::bury.
  ~Fiber() = default;

  /// Makes it ready: it runs when its turn comes.  Again is not twice.
  void wake();

  bool finished() const { return body_.finished(); }
  Executor& executor() const { return executor_; }
  FiberGroup* group() const { return group_; }

  /// The one that runs now; null outside of run().
  static Fiber* current() { return current_; }

  /// For awaiters: the current fiber waits in this frame.
  void wait_in(std::coroutine_handle<> leaf) { leaf_ = leaf; }

  /// For schedulers: runs until it waits or ends.
  void resume();

 private:
  friend class Scheduler;
  static inline Fiber* current_ = nullptr;

  Executor& executor_;
  FiberGroup* group_;
  Task<void> body_;
  std::coroutine_handle<> leaf_;
  std::size_t place_ = 0;  // Among those that a scheduler owns, from 1.
};

/// A point in time at which a fiber is woken; forgetting it calls it off.
class Timer {
 public:
  Timer(Executor& executor, Time due, Fiber& sleeper);
  Timer(const Timer&) = delete;
  ~Timer();

  Time due() const { return due_; }
  Fiber& sleeper() const { return sleeper_; }

 private:
  Executor& executor_;
  Time due_;
  Fiber& sleeper_;
};

/// What decides who runs next, and knows the time.  The simulator's is
/// Scheduler, with a virtual clock; realmode's is Boost.Asio's io_context.
class Executor : public Clock {
 public:
  virtual void make_ready(Fiber& fiber) = 0;
  virtual void add_timer(Timer& timer) = 0;
  virtual void remove_timer(Timer& timer) = 0;

  /// Runs a task that nobody waits for; the executor owns it until it ends.
  virtual void spawn(Task<void> body) = 0;

  /// Destroys a fiber at the next safe moment: at once, or, if it is the one
  /// that runs, as soon as it waits.
  virtual void bury(std::unique_ptr<Fiber> fiber) = 0;
};

}  // namespace drydock
