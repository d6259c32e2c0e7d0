// loop.h — who runs next in the real world: Boost.Asio's io_context, and the
// machine's own clock.

#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sim/base/fiber.h"

namespace drydock::realmode {

/// Runs fibers in one thread.  First ready, first run.
class Loop final : public Executor {
 public:
  Loop();
  ~Loop() override;

  Time now() const override;
  void make_ready(Fiber& fiber) override;
  void add_timer(Timer& timer) override;
  void remove_timer(Timer& timer) override;
  void spawn(Task<void> body) override;
  void bury(std::unique_ptr<Fiber> fiber) override;

  /// Until stop() is called.
  void run();
  void stop();
  /// Destroys all spawned fibers where they stand.
  void drop_all();

 private:
  friend class Watched;
  struct Asio;
  using TimerKey = std::pair<Time, std::uint64_t>;  // Equal times: by age.

  void turn();
  void arm();
  void fire();
  void reap();

  std::unique_ptr<Asio> asio_;
  bool turn_posted_ = false;
  std::uint64_t next_timer_ = 0;
  Link ready_;
  std::map<TimerKey, Timer*> timers_;
  std::map<Timer*, TimerKey> keys_;  // Looked up only, never walked.
  std::vector<std::unique_ptr<Fiber>> graves_;
  std::map<Fiber*, std::unique_ptr<Fiber>> spawned_;
};

/// A descriptor that fibers wait for.  It stays its owner's; forget this
/// first.  Regular files never make anybody wait.
class Watched {
 public:
  Watched(Loop& loop, int fd);
  Watched(const Watched&) = delete;
  ~Watched();

  Task<void> readable();
  /// The same, but not for longer: whether there is something.
  Task<bool> readable_until(Time due);
  Task<void> writable();
  int fd() const { return fd_; }

 private:
  struct Descriptor;

  Loop& loop_;
  int fd_;
  std::unique_ptr<Descriptor> descriptor_;  // Null: never waits.
};

}  // namespace drydock::realmode
