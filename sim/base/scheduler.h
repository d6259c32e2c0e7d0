// scheduler.h — the deterministic executor: first ready, first run; virtual
// time.
//
// Time is discrete-event: it moves only when everybody waits, straight to the
// next timer.  Whoever spins without waiting would stop it for all, so a busy
// stretch makes it creep: kBusyTurns turns cost one virtual millisecond.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sim/base/fiber.h"

namespace drydock {

class Scheduler final : public Executor {
 public:
  enum class Stop {
    idle,       // Everybody waits and no timer is set.
    deadline,   // The time asked for has come.
    condition,  // The caller's condition holds.
    exhausted,  // `turn_limit` turns were taken: something spins for ever.
  };

  explicit Scheduler(Time start = kEpochOfDrydock) : now_(start) {}
  ~Scheduler() override;

  Time now() const override { return now_; }
  void make_ready(Fiber& fiber) override;
  void add_timer(Timer& timer) override;
  void remove_timer(Timer& timer) override;
  void spawn(Task<void> body) override;
  void bury(std::unique_ptr<Fiber> fiber) override;

  /// Runs what is ready; time stands still.
  Stop run_ready();

  /// Runs, moving time as needed, until everybody waits for ever.
  Stop run();

  /// The same until `done` returns true, which is asked after each turn.
  template <typename Done>
  Stop run_until(Done done) {
    std::uint64_t turns = 0;
    while (!done()) {
      const bool went = turn() || move_time_before(kForever);
      if (!went) return Stop::idle;
      if (++turns > turn_limit_) return Stop::exhausted;
    }
    return Stop::condition;
  }

  /// Runs for this much virtual time; ends with the clock at its end.
  Stop run_for(Nanoseconds span);

  /// Moves time to the next timer, if there is one and it is due by `limit`.
  bool advance(Time limit) { return move_time_before(limit); }
  bool has_timers() const { return !timers_.empty(); }
  bool has_ready() const { return ready_.linked(); }

  /// How many turns one run may take; see Stop::exhausted.
  void set_turn_limit(std::uint64_t turns) { turn_limit_ = turns; }

  /// Destroys all spawned fibers where they stand: the machine goes down.
  void drop_all();

  /// Turns taken since the start: the same in every replay of a session.
  std::uint64_t turns() const { return turns_; }

 private:
  static constexpr Time kForever{INT64_MAX};
  static constexpr std::uint64_t kBusyTurns = 4096;

  bool turn();  // False when nobody is ready.
  bool move_time_before(Time limit);
  void fire(Time until);
  void reap();
  void drop(Fiber& fiber);

  using TimerKey = std::pair<Time, std::uint64_t>;  // Equal times: by age.

  Time now_;
  std::uint64_t turns_ = 0;
  std::uint64_t busy_ = 0;  // Turns since time last moved.
  std::uint64_t turn_limit_ = UINT64_MAX;
  std::uint64_t next_timer_ = 0;
  Link ready_;
  std::map<TimerKey, Timer*> timers_;
  std::map<Timer*, TimerKey> keys_;  // Looked up only, never walked.
  Link graves_;                      // The ring owns its fibers.
  std::vector<std::unique_ptr<Fiber>> spawned_;  // Each knows its place.
};

}  // namespace drydock
