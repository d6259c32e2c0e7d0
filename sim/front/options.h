// options.h — drydock's own command line (design.md §7).

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/machine/machine.h"

namespace drydock::front {

/// What every command takes.
struct CommonOptions {
  std::string world = "sim";
  std::string profile = "docker-1.8";
  bool profile_given = false;  // A page's own word counts only if not.
  std::uint64_t seed = 1;
  bool seed_given = false;
  bool explain = false;
  bool hints = false;
  bool dry_run = false;  // Of the real world.
  std::uint64_t turns = machine::MachineOptions().turn_limit;
};

struct ScriptOptions {
  std::string script;  // -c
  bool given = false;
  std::vector<std::string> words;  // FILE and arguments.
  std::vector<std::string> with;   // DIR[:PATH]
};

struct ReplayCommand {
  std::vector<std::string> paths;
  bool bless = false;
  std::string golden, junit;
  int jobs = 1;
  bool quiet = false;
  bool hashes = false;  // Print the state's hash after each step.
  std::string images;   // Of the real world: archives to load first.
};

struct ShellCommand {
  std::string resume;  // A transcript to continue from.
  std::string save;    // Where to keep this one.
  std::vector<std::string> with;
};

struct SessionCommand {
  std::string session;
  std::vector<std::string> with;
  std::string format = "json";
  std::vector<std::string> words;
};

struct ConformCommand {
  std::string against;  // A command, as a shell reads it.
  std::string image = "busybox";
  int runs = 20, length = 12;
};

machine::MachineOptions machine_options(const CommonOptions& common);

/// A file of a real folder, and where it goes on the simulated host.
struct BroughtFile {
  std::string path, content;
  std::uint32_t mode = 0644;
};

/// The files of real folders: DIR, which comes to /root/NAME, or DIR:PATH.
Result<std::vector<BroughtFile>> files_of(
    const std::vector<std::string>& folders);

/// Puts them on the simulated host.
Outcome bring_in(machine::Machine& machine,
                 const std::vector<std::string>& folders);

int run_sh(const CommonOptions& common, const ScriptOptions& options);
int run_replay(const CommonOptions& common, const ReplayCommand& command);
int run_shell(const CommonOptions& common, const ShellCommand& command);
int run_docker(const CommonOptions& common, const SessionCommand& command);
int run_state(const CommonOptions& common, const SessionCommand& command);
int run_conform(const CommonOptions& common, const ConformCommand& command);

}  // namespace drydock::front
