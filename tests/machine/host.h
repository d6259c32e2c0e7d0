// host.h — a simulated host, and scripts run on it.

#pragma once

#include <string>

#include "sim/machine/script.h"

namespace drydock::machine {

struct Told {
  int status = 0;
  std::string out, err;
};

/// Runs `sh -c SCRIPT` on this host.
inline Told run(Machine& machine, const std::string& script) {
  Told told;
  ScriptStreams streams;
  streams.out = [&told](std::string_view bytes) { told.out += bytes; };
  streams.err = [&told](std::string_view bytes) { told.err += bytes; };
  const ScriptResult result =
      run_script(machine, {"sh", "-c", script}, "/root", streams);
  told.status = result.status;
  told.err += result.trouble;
  return told;
}

}  // namespace drydock::machine
