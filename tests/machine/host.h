// host.h — a simulated host, and docker's commands typed on it.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sim/cli/profile.h"
#include "sim/machine/machine.h"
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

class Host {
 public:
  explicit Host(std::string_view profile) {
    MachineOptions options;
    options.profile = cli::find_profile(profile);
    machine_ = std::make_unique<Machine>(options);
    // Quiet from here on: the image is there.
    static_cast<void>(type("docker pull busybox"));
  }

  Told type(const std::string& command) { return run(*machine_, command); }
  /// Standard output alone.
  std::string out(const std::string& command) { return type(command).out; }
  /// Standard error alone.
  std::string err(const std::string& command) { return type(command).err; }

  Machine& machine() { return *machine_; }

 private:
  std::unique_ptr<Machine> machine_;
};

/// One host for all cases of a file and profile: a host takes a while to make.
inline Host& shared_host(std::string_view profile) {
  static Host old_one("docker-1.8"), new_one("docker-20.10");
  Host& host = profile == "docker-1.8" ? old_one : new_one;
  static_cast<void>(host.type("docker rm -f $(docker ps -aq) 2>/dev/null"));
  return host;
}

}  // namespace drydock::machine
