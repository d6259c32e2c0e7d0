// host_terminal.h — a person's terminal on the simulated host.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sim/kernel/tty.h"
#include "sim/machine/machine.h"

namespace drydock::machine {

/// A login shell on a terminal of its own.
class HostTerminal {
 public:
  enum class State { waits, idle, busy, spins, gone };

  explicit HostTerminal(Machine& machine, List shell = {"bash"});
  HostTerminal(const HostTerminal&) = delete;
  ~HostTerminal();

  void type(std::string_view bytes);
  std::string take_output();
  bool has_output() const { return !output_.empty(); }

  /// Runs the machine until whoever reads this terminal waits for a person,
  /// nothing can happen any more, or `limit` has passed.
  State settle(Nanoseconds limit);

  /// Is somebody there who waits for input now?
  bool awaits_person() const;
  void resize(kernel::WindowSize size) { tty_->set_window_size(size); }
  std::optional<int> status() const;  // Of the shell, once it has ended.

  /// The terminal that the person really types at: that of the container, if
  /// a docker client that reads this one is attached to it.
  const kernel::Tty& person_tty() const {
    return machine_.backend().person_tty(*tty_);
  }
  bool attached() const { return machine_.backend().is_attached(*tty_); }
  std::string cwd() const;  // Of the shell.

 private:
  Task<void> watch_screen();

  static constexpr std::size_t kOutputMax = std::size_t{64} << 20;

  Machine& machine_;
  kernel::TtyRef tty_;
  kernel::ProcessHandleRef shell_;
  std::string output_;
  std::string keys_;  // Typed, but the line had no room yet.
  std::unique_ptr<Fiber> screen_;
};

}  // namespace drydock::machine
