// terminal_test.cc — a person at the simulated host's terminal.

#include <catch2/catch.hpp>

#include "sim/machine/host_terminal.h"

namespace drydock::machine {

TEST_CASE("a login shell shows its prompt and waits for the person") {
  Machine machine(MachineOptions{});
  HostTerminal terminal(machine);
  const auto state = terminal.settle(10 * kSecond);
  CHECK(state == HostTerminal::State::waits);
  CHECK(terminal.take_output() == "$ ");
}

TEST_CASE("what is typed is echoed, run and answered") {
  Machine machine(MachineOptions{});
  HostTerminal terminal(machine);
  (void)terminal.settle(10 * kSecond);
  (void)terminal.take_output();
  terminal.type("echo hello\n");
  CHECK(terminal.settle(10 * kSecond) == HostTerminal::State::waits);
  CHECK(terminal.take_output() == "echo hello\r\nhello\r\n$ ");
}

}  // namespace drydock::machine
