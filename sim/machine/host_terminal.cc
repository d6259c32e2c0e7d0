// host_terminal.cc — typing, looking, and knowing when it is one's turn.

#include "sim/machine/host_terminal.h"

#include <utility>

#include "sim/kernel/device.h"
#include "sim/kernel/devpts.h"
#include "sim/kernel/kernel_process.h"

namespace drydock::machine {

HostTerminal::HostTerminal(Machine& machine, List shell) : machine_(machine) {
  tty_ = machine_.kernel().devices().pts()->make_tty();
  const kernel::OpenFileRef slave = tty_->open_slave();
  HostCommand command;
  command.argv = std::move(shell);
  command.fds = {slave, slave, slave};
  command.tty = tty_;
  screen_ =
      std::make_unique<Fiber>(machine_.scheduler(), watch_screen(), nullptr);
  screen_->wake();
  const auto started = machine_.spawn(std::move(command));
  if (started) {
    shell_ = *started;
  } else {
    output_ = "cannot start a shell: " + std::string(text_of(started.error())) +
              "\r\n";
  }
}

HostTerminal::~HostTerminal() {
  screen_.reset();
  tty_->hang_up();
}

Task<void> HostTerminal::watch_screen() {
  for (;;) {
    while (!tty_->has_screen()) co_await tty_->screen_news.wait();
    const Bytes piece = tty_->take_screen(kChunk);
    if (output_.size() < kOutputMax) output_ += piece;
  }
}

void HostTerminal::type(std::string_view bytes) {
  keys_ += bytes;
  std::size_t typed = 0;
  while (typed < keys_.size() && tty_->type(keys_[typed])) ++typed;
  keys_.erase(0, typed);
}

std::string HostTerminal::take_output() { return std::exchange(output_, {}); }

std::optional<int> HostTerminal::status() const {
  if (!shell_) return 127;
  if (!shell_->ended.happened()) return std::nullopt;
  return shell_->status.shell_status();
}

bool HostTerminal::awaits_person() const {
  return keys_.empty() && machine_.backend().awaits_person(*tty_);
}

std::string HostTerminal::cwd() const {
  const bool lives = shell_ && shell_->process;
  return lives ? shell_->process->getcwd() : "/root";
}

HostTerminal::State HostTerminal::settle(Nanoseconds limit) {
  Scheduler& scheduler = machine_.scheduler();
  const Time deadline = scheduler.now() + limit;
  for (;;) {
    if (scheduler.run_ready() == Scheduler::Stop::exhausted) {
      return State::spins;
    }
    if (!keys_.empty()) type({});
    if (scheduler.has_ready()) continue;
    if (status()) return State::gone;
    if (awaits_person()) return State::waits;
    if (scheduler.now() >= deadline) return State::busy;
    if (!scheduler.has_timers()) return State::idle;
    if (!scheduler.advance(deadline)) {
      (void)scheduler.run_for(deadline - scheduler.now());
    }
  }
}

}  // namespace drydock::machine
