// sim_world.h — pages replayed on the simulated machine.

#pragma once

#include <map>
#include <memory>

#include "sim/machine/host_terminal.h"
#include "sim/machine/machine.h"
#include "sim/scenario/world.h"

namespace drydock::scenario {

class SimWorld final : public World {
 public:
  explicit SimWorld(machine::MachineOptions options);
  ~SimWorld() override;

  machine::Machine& machine() { return machine_; }
  machine::HostTerminal& host_terminal(int number);

  Terminal& terminal(int number) override;
  void pass(Nanoseconds span) override;
  void set_telling(bool explain, bool hints) override;
  std::string run(List words, std::string input) override;
  Outcome write_file(std::string path, std::string content,
                     std::uint32_t mode) override;
  std::string state_hash() override;

 private:
  class SimTerminal;

  machine::Machine machine_;
  std::map<int, std::unique_ptr<SimTerminal>> terminals_;
};

}  // namespace drydock::scenario
