// fiber_test.cc — what the scheduler promises to everything that waits.

#include <catch2/catch.hpp>

#include <string>

#include "sim/base/scheduler.h"
#include "sim/base/wait.h"

namespace drydock {
namespace {

Task<void> tick(Scheduler& loop, std::string* log, char name,
                Nanoseconds each) {
  for (int i = 0; i < 3; ++i) {
    co_await sleep_until(loop, loop.now() + each);
    *log += name;
  }
}

Task<void> take(WaitQueue& queue, const bool& full, std::string* log) {
  while (!full) co_await queue.wait();
  *log += "got";
}

Task<int> seven(WaitQueue& queue) {
  co_await queue.wait();
  co_return 7;
}

Task<void> ask(Scheduler& loop, WaitQueue& queue, int* answer) {
  const int seven_later = co_await detached<int>(loop, seven(queue));
  *answer = seven_later;
}

}  // namespace

TEST_CASE("time jumps from timer to timer and equal times keep their order") {
  Scheduler loop;
  std::string log;
  loop.spawn(tick(loop, &log, 'a', 2 * kSecond));
  loop.spawn(tick(loop, &log, 'b', 3 * kSecond));
  CHECK(loop.run() == Scheduler::Stop::idle);
  // At six seconds both are due; b set its timer first, at three.
  CHECK(log == "ababab");
  CHECK(loop.now() == kEpochOfDrydock + 9 * kSecond);
}

TEST_CASE("a wait that ends for nothing goes on waiting") {
  Scheduler loop;
  WaitQueue queue;
  bool full = false;
  std::string log;
  Fiber fiber(loop, take(queue, full, &log));
  fiber.wake();
  loop.run_ready();
  fiber.wake();
  loop.run_ready();
  CHECK(log.empty());
  full = true;
  queue.notify_all();
  loop.run_ready();
  CHECK(log == "got");
}

TEST_CASE("a fiber that is destroyed leaves the queues it waits in") {
  Scheduler loop;
  WaitQueue queue;
  const bool full = false;
  std::string log;
  {
    Fiber fiber(loop, take(queue, full, &log));
    fiber.wake();
    loop.run_ready();
    CHECK_FALSE(queue.empty());
  }
  CHECK(queue.empty());
  queue.notify_all();
  CHECK(loop.run() == Scheduler::Stop::idle);
}

TEST_CASE("a held group's fibers run when the last hold is released") {
  Scheduler loop;
  FiberGroup group;
  WaitQueue queue;
  bool full = true;
  std::string log;
  Fiber fiber(loop, take(queue, full, &log), &group);
  group.hold();
  group.hold();
  fiber.wake();
  loop.run_ready();
  group.release();
  loop.run_ready();
  CHECK(log.empty());
  group.release();
  loop.run_ready();
  CHECK(log == "got");
}

TEST_CASE("detached work ends though nobody waits for it any more") {
  Scheduler loop;
  WaitQueue queue;
  int answer = 0;
  SECTION("the answer reaches who waits") {
    Fiber fiber(loop, ask(loop, queue, &answer));
    fiber.wake();
    loop.run_ready();
    queue.notify_all();
    loop.run_ready();
    CHECK(answer == 7);
  }
  SECTION("a waiter that is gone is not missed") {
    {
      Fiber fiber(loop, ask(loop, queue, &answer));
      fiber.wake();
      loop.run_ready();
    }
    queue.notify_all();
    CHECK(loop.run() == Scheduler::Stop::idle);
    CHECK(answer == 0);
  }
}

TEST_CASE("whoever spins makes time creep, so that timers still come") {
  Scheduler loop;
  loop.set_turn_limit(20'000);
  struct Spin {
    static Task<void> forever() {
      for (;;) co_await yield_turn();
    }
  };
  std::string log;
  Fiber spinner(loop, Spin::forever());
  spinner.wake();
  loop.spawn(tick(loop, &log, 't', kMillisecond));
  CHECK(loop.run() == Scheduler::Stop::exhausted);
  CHECK(log == "ttt");
}

}  // namespace drydock
