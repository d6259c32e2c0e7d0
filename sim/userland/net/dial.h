// dial.h — connecting within a time, and doing anything within a time.

#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "sim/base/wait.h"
#include "sim/kernel/kernel.h"
#include "sim/kernel/process.h"

namespace drydock::userland {

/// Work of a process that is given up when its time is over: a thread that is
/// destroyed where it waits.
class Bounded {
 public:
  /// Without a limit, the work takes as long as it does.
  Bounded(kernel::Process& self, std::optional<Nanoseconds> limit)
      : scheduler_(self.kernel().scheduler()), limit_(limit) {}

  /// Its answer; nullopt when the time was over first.
  template <typename T>
  Task<std::optional<T>> run(Task<T> work) {
    if (!limit_) {
      T value = co_await work;
      co_return std::optional<T>(std::move(value));
    }
    const auto answer = std::make_shared<detail::Answer<T>>();
    FiberScope scope(scheduler_);
    scope.spawn(detail::deliver(answer, std::move(work)));
    const Time due = scheduler_.now() + *limit_;
    while (!answer->arrived.happened() && scheduler_.now() < due) {
      co_await answer->arrived.queue().wait_until(due);
    }
    co_return std::move(answer->value);
  }

 private:
  Scheduler& scheduler_;
  std::optional<Nanoseconds> limit_;
};

/// A connection, or why there is none.
struct Dialled {
  std::optional<kernel::Fd> fd;
  bool timed_out = false;  // Of the caller's own limit.
  Errno error{};
};

/// A stream to a TCP or unix address, within a time.
Task<Dialled> dial(kernel::Process& self, kernel::SocketAddress address,
                   std::optional<Nanoseconds> limit = std::nullopt);

}  // namespace drydock::userland
