// front.h — drydock's own commands in the real world.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace drydock::realmode {

/// What every command of the real world takes.
struct Options {
  std::string root = "/var/lib/drydock";  // --root: where all state is.
  std::string profile = "docker-1.8";
  bool explain = false;
  bool hints = false;
};

/// `drydock probe`: 0 when containers can run here, else 1.
int run_probe();

}  // namespace drydock::realmode
