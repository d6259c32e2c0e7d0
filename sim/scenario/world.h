// world.h — where a page is replayed: a host with terminals.
//
// The simulated machine answers it (sim_world.cc), and so does a real shell on
// a real terminal (realmode).  A world is fresh for each page.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sim/base/result.h"
#include "sim/base/text.h"
#include "sim/base/time.h"
#include "sim/scenario/pattern.h"

namespace drydock::scenario {

/// Why a terminal was left alone.
enum class Settled {
  waits,  // For the person at it: a prompt, or a program that reads.
  idle,   // Nothing will ever happen by itself.
  busy,   // Still at work when the limit was reached.
  spins,  // At work without end and without waiting: see Scheduler::Stop.
  gone,   // Its shell has ended.
};

class Terminal {
 public:
  virtual ~Terminal() = default;

  /// Bytes from the keyboard.
  virtual void type(std::string bytes) = 0;

  /// Lets time pass until there is nothing to wait for but the person.
  virtual Settled settle(Nanoseconds limit) = 0;

  /// How large the screen is from now on.
  virtual void resize(int rows, int columns) {
    static_cast<void>(rows);
    static_cast<void>(columns);
  }

  /// What appeared on the screen since the last call, as raw bytes.
  virtual std::string take_output() = 0;
};

class World {
 public:
  virtual ~World() = default;

  /// The terminal of this number, opened when first asked for.
  virtual Terminal& terminal(int number) = 0;

  virtual void pass(Nanoseconds span) = 0;

  /// Whether docker tells, from the next command on, what it did (--explain)
  /// and why classic mistakes went wrong (--hints).
  virtual void set_telling(bool explain, bool hints) {
    static_cast<void>(explain);
    static_cast<void>(hints);
  }

  /// One command without a terminal: its words, its standard input, and what
  /// came of it, both streams as one text.
  virtual std::string run(List words, std::string input) {
    static_cast<void>(input);
    return join(words, " ") + ": this world runs nothing without a terminal\n";
  }

  /// A file of the host, with the directories above it; relative to the
  /// directory in which terminals start.
  virtual Outcome write_file(std::string path, std::string content,
                             std::uint32_t mode) = 0;

  /// sha256 of the engine's whole state.
  virtual std::string state_hash() = 0;
};

using WorldFactory = std::function<Result<std::unique_ptr<World>>()>;

}  // namespace drydock::scenario
