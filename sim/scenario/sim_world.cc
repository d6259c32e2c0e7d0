// sim_world.cc — terminals of the simulated host.

#include "sim/scenario/sim_world.h"

#include <utility>

#include "sim/machine/script.h"

namespace drydock::scenario {

namespace {

Settled settled(machine::HostTerminal::State state) {
  using State = machine::HostTerminal::State;
  switch (state) {
    case State::waits:
      return Settled::waits;
    case State::idle:
      return Settled::idle;
    case State::busy:
      return Settled::busy;
    case State::spins:
      return Settled::spins;
    case State::gone:
      break;
  }
  return Settled::gone;
}

}  // namespace

class SimWorld::SimTerminal final : public Terminal {
 public:
  explicit SimTerminal(machine::Machine& machine) : terminal_(machine) {}

  void type(std::string bytes) override { terminal_.type(bytes); }
  Settled settle(Nanoseconds limit) override {
    return settled(terminal_.settle(limit));
  }
  std::string take_output() override { return terminal_.take_output(); }
  void resize(int rows, int columns) override {
    terminal_.resize({rows, columns});
  }
  machine::HostTerminal& host() { return terminal_; }

 private:
  machine::HostTerminal terminal_;
};

SimWorld::SimWorld(machine::MachineOptions options) : machine_(options) {}

SimWorld::~SimWorld() { terminals_.clear(); }

Terminal& SimWorld::terminal(int number) {
  std::unique_ptr<SimTerminal>& terminal = terminals_[number];
  if (!terminal) terminal = std::make_unique<SimTerminal>(machine_);
  return *terminal;
}

machine::HostTerminal& SimWorld::host_terminal(int number) {
  terminal(number);
  return terminals_.at(number)->host();
}

void SimWorld::set_telling(bool explain, bool hints) {
  machine_.set_telling(explain, hints);
}

std::string SimWorld::run(List words, std::string input) {
  std::string output;
  machine::ScriptStreams streams;
  streams.out = [&output](std::string_view bytes) { output += bytes; };
  streams.err = streams.out;
  streams.in = [&input] { return std::exchange(input, {}); };
  const machine::ScriptResult result =
      machine::run_script(machine_, std::move(words), "/root", streams);
  if (!result.trouble.empty()) output += result.trouble + "\n";
  return output;
}

void SimWorld::pass(Nanoseconds span) {
  (void)machine_.scheduler().run_for(span);
}

Outcome SimWorld::write_file(std::string path, std::string content,
                             std::uint32_t mode) {
  return machine_.write_file(path, content, mode);
}

std::string SimWorld::state_hash() { return machine_.engine().state_hash(); }

}  // namespace drydock::scenario
