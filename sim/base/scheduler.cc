// scheduler.cc — turns, timers and graves.

#include "sim/base/scheduler.h"

#include <algorithm>
#include <utility>

namespace drydock {

namespace {

FiberGroup* current_group() {
  const Fiber* const current = Fiber::current();
  return current ? current->group() : nullptr;
}

}  // namespace

Fiber::Fiber(Executor& executor, Task<void> body)
    : Fiber(executor, std::move(body), current_group()) {}

Fiber::Fiber(Executor& executor, Task<void> body, FiberGroup* group)
    : executor_(executor),
      group_(group),
      body_(std::move(body)),
      leaf_(body_.frame()) {}

void Fiber::wake() {
  if (!finished()) executor_.make_ready(*this);
}

void Fiber::resume() {
  Fiber* const before = std::exchange(current_, this);
  run(std::exchange(leaf_, nullptr));
  current_ = before;
}

void FiberGroup::release() {
  if (--holds_ > 0) return;
  while (parked_.linked()) {
    Fiber& fiber = static_cast<Fiber&>(*parked_.next());
    fiber.unlink();
    fiber.wake();
  }
}

Timer::Timer(Executor& executor, Time due, Fiber& sleeper)
    : executor_(executor), due_(due), sleeper_(sleeper) {
  executor_.add_timer(*this);
}

Timer::~Timer() { executor_.remove_timer(*this); }

Scheduler::~Scheduler() { drop_all(); }

void Scheduler::drop_all() {
  // Explicitly and in this order: frames that end may still wake each other.
  while (!spawned_.empty()) drop(*spawned_.back());
  reap();
}

void Scheduler::make_ready(Fiber& fiber) {
  if (!fiber.linked()) fiber.insert_before(ready_);
}

void Scheduler::add_timer(Timer& timer) {
  const TimerKey key{std::max(timer.due(), now_), next_timer_++};
  timers_.emplace(key, &timer);
  keys_.emplace(&timer, key);
}

void Scheduler::remove_timer(Timer& timer) {
  const auto key = keys_.find(&timer);
  if (key == keys_.end()) return;
  timers_.erase(key->second);
  keys_.erase(key);
}

void Scheduler::spawn(Task<void> body) {
  auto fiber = std::make_unique<Fiber>(*this, std::move(body), nullptr);
  spawned_.push_back(std::move(fiber));
  Fiber& spawned = *spawned_.back();
  spawned.place_ = spawned_.size();
  spawned.wake();
}

/// Ends one of those that are owned here.  Its frames may spawn others as they
/// end, so it is out of the list first.
void Scheduler::drop(Fiber& fiber) {
  const std::size_t place = fiber.place_ - 1;
  std::swap(spawned_[place], spawned_.back());
  spawned_[place]->place_ = place + 1;
  const std::unique_ptr<Fiber> ended = std::move(spawned_.back());
  spawned_.pop_back();
}

void Scheduler::bury(std::unique_ptr<Fiber> fiber) {
  fiber.release()->insert_before(graves_);
  if (!Fiber::current()) reap();
}

void Scheduler::reap() {
  // What ends here may bury others in turn.
  while (graves_.linked()) {
    const std::unique_ptr<Fiber> dead(static_cast<Fiber*>(graves_.next()));
    dead->unlink();
  }
}

bool Scheduler::turn() {
  if (!ready_.linked()) return false;
  Fiber& fiber = static_cast<Fiber&>(*ready_.next());
  fiber.unlink();
  if (fiber.group() && fiber.group()->held()) {
    fiber.insert_before(fiber.group()->parked_);
    return true;
  }
  ++turns_;
  fiber.resume();
  if (fiber.finished() && fiber.place_ != 0) drop(fiber);
  reap();
  if (++busy_ >= kBusyTurns) {
    busy_ = 0;
    now_ = now_ + kMillisecond;
    fire(now_);
  }
  return true;
}

void Scheduler::fire(Time until) {
  while (!timers_.empty() && timers_.begin()->first.first <= until) {
    Timer* const timer = timers_.begin()->second;
    remove_timer(*timer);
    timer->sleeper().wake();
  }
}

bool Scheduler::move_time_before(Time limit) {
  if (timers_.empty()) return false;
  const Time due = timers_.begin()->first.first;
  if (due > limit) return false;
  now_ = std::max(now_, due);
  busy_ = 0;
  fire(now_);
  return true;
}

Scheduler::Stop Scheduler::run_ready() {
  for (std::uint64_t taken = 0; turn(); ++taken) {
    if (taken >= turn_limit_) return Stop::exhausted;
  }
  return Stop::idle;
}

Scheduler::Stop Scheduler::run() {
  return run_until([] { return false; });
}

Scheduler::Stop Scheduler::run_for(Nanoseconds span) {
  const Time end = now_ + span;
  for (std::uint64_t taken = 0; taken <= turn_limit_; ++taken) {
    if (turn()) continue;
    if (!move_time_before(end)) {
      now_ = std::max(now_, end);
      busy_ = 0;
      return Stop::deadline;
    }
  }
  return Stop::exhausted;
}

}  // namespace drydock
