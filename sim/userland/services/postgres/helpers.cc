// helpers.cc — a child for each title, which waits until it is told to go.

#include "sim/userland/services/postgres/helpers.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/kernel/signal.h"
#include "sim/userland/launch.h"

namespace drydock::userland::postgres {

namespace {

constexpr std::string_view kTitle = "postgres: ";

constexpr std::string_view kTitles[] = {
    "checkpointer process", "writer process", "wal writer process",
    "autovacuum launcher process", "stats collector process"};

Task<int> go_on_as(kernel::Process& self, std::string program,
                   std::string title) {
  const List argv = {title};
  const List environ = self.environ();
  (void)co_await self.execve(program, argv, environ);
  co_return 1;
}

}  // namespace

bool is_helper(const std::string& title) { return title.starts_with(kTitle); }

Task<int> helper_main(kernel::Process& self) {
  // A process of its own session: ^C is for the postmaster alone.
  (void)self.setsid();
  for (;;) (void)co_await self.pause();
}

void Helpers::start() {
  const std::string program = find_program(self_, "postgres");
  for (const std::string_view title : kTitles) {
    const bool runs = std::ranges::any_of(
        running_, [&](const auto& each) { return each.second == title; });
    if (runs) continue;
    const std::string argument = std::string(kTitle) + std::string(title);
    const auto pid = self_.fork([program, argument](kernel::Process& child) {
      return go_on_as(child, program, argument);
    });
    if (pid) running_[*pid] = std::string(title);
  }
}

Task<std::string> Helpers::reap() {
  std::string crash;
  kernel::WaitOptions options;
  options.no_hang = true;
  for (;;) {
    const auto ended = co_await self_.wait4(-1, options);
    if (!ended || ended->pid == 0) co_return crash;
    const auto found = running_.find(ended->pid);
    if (found == running_.end()) continue;
    const bool killed = ended->kind == kernel::WaitStatus::Kind::signaled;
    if (killed && ended->code != kernel::kSigTerm) {
      crash = fmt::format("{} (PID {}) was terminated by signal {}: {}",
                          found->second, ended->pid, ended->code,
                          kernel::signal_row(ended->code)->text);
    }
    running_.erase(found);
  }
}

Task<void> Helpers::stop() {
  for (const auto& [pid, title] : running_) {
    (void)co_await self_.kill(pid, kernel::kSigTerm);
  }
  while (!running_.empty()) {
    const auto ended = co_await self_.wait4(-1);
    if (ended) running_.erase(ended->pid);
    if (!ended && ended.error() != Errno::eintr) co_return;
  }
}

}  // namespace drydock::userland::postgres
