// gate.h — holding a container's gate for the length of a scope.

#pragma once

#include "sim/engine/container.h"

namespace drydock::engine {

/// Opens the gate at the end of the scope, also when the frame is destroyed.
class GateHold {
 public:
  explicit GateHold(ContainerRef container) : container_(std::move(container)) {
    container_->gate.close();
  }
  GateHold(const GateHold&) = delete;
  ~GateHold() { container_->gate.open(); }

 private:
  ContainerRef container_;
};

/// Waits until nobody else is at work on the container.
inline Task<void> gate_open(ContainerRef container) {
  while (container->gate.closed()) co_await container->gate.queue().wait();
}

}  // namespace drydock::engine
