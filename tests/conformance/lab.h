// lab.h — the simulated host as the recording's host was: /lab, /images.

#pragma once

#include <memory>
#include <string>

#include "sim/machine/machine.h"
#include "tests/conformance/compare.h"

namespace drydock::conformance {

/// A machine with docker 20.10, no way out, and the root file systems from
/// which the recording made its images.
class Lab {
 public:
  Lab();
  /// `bash -c COMMAND` in /lab, with nothing on standard input.
  Outputs run(const std::string& command);

  /// Starts the registry that listened at localhost:5000 of the recording's
  /// host, with what earlier recordings had left in it.
  void open_registry();
  machine::Machine& machine() { return *machine_; }

 private:
  std::unique_ptr<machine::Machine> machine_;
};

}  // namespace drydock::conformance
