// command.h — what the client knows of each of docker's commands.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/task.h"
#include "sim/base/text.h"
#include "sim/cli/flags.h"

namespace drydock::cli {

struct Client;
struct Command;

/// One call of a command: who called, and what its command line said.
struct Call {
  Client* client = nullptr;
  const Command* command = nullptr;
  std::string path;  // "run", "container run": as typed.
  Flags flags;
  List operands;

  Client& at() const { return *client; }
};

struct Command {
  std::string_view synopsis;    // After "docker CMD [OPTIONS] "; \n: another.
  std::string_view synopsis18;  // Where 1.8's differs; empty: the same.
  std::string_view brief;
  int operands_min = 0;
  int operands_max = -1;      // -1: any number.
  bool words_follow = false;  // What follows the operand is the container's.
  FlagTable flags;
  Task<int> (*run)(Call call) = nullptr;
  std::string_view details{};  // More of the help page.
  std::string_view aliases{};  // "ls, list"
};

}  // namespace drydock::cli
