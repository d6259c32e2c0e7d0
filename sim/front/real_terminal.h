// real_terminal.h — a shell on a pseudoterminal, and a person in front of it.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

#include "sim/front/stillness.h"
#include "sim/scenario/world.h"

namespace drydock::front {

class RealTerminal final : public scenario::Terminal {
 public:
  /// `master`: our side of the terminal in front of which `shell` runs; both
  /// are taken over.  `state`, `find_process`: see Stillness.
  RealTerminal(int master, pid_t shell, std::string state,
               Stillness::FindProcess find_process);
  ~RealTerminal() override;

  void type(std::string bytes) override;
  scenario::Settled settle(Nanoseconds limit) override;
  void resize(int rows, int columns) override;
  std::string take_output() override;

  /// Takes what has been printed; waits up to `patience` for the first of it.
  /// False if there was nothing.
  bool drain(std::chrono::milliseconds patience);

 private:
  bool is_shell_gone() const;

  int master_;
  pid_t shell_;
  Stillness stillness_;
  std::string output_;
};

}  // namespace drydock::front
