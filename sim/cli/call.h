// call.h — what commands share: talking to people, and telling refusals.

#pragma once

#include <string>
#include <string_view>

#include "sim/cli/command.h"
#include "sim/cli/docker.h"

namespace drydock::cli {

Task<void> say(Client& client, std::string text);       // To stdout.
Task<void> complain(Client& client, std::string text);  // To stderr.

/// Says and answers the status, for the ends of commands.
Task<int> end_saying(Client& client, std::string text);
Task<int> end_complaining(Client& client, std::string text, int status = 1);

/// How a client words a refusal: "Error response from daemon: ...", or, for
/// what it looked up itself, "Error: No such container: x".
std::string told(const Client& client, const engine::Fault& fault);
std::string told_by_client(const Client& client, const engine::Fault& fault);

/// Answers 1 after telling the refusal.
Task<int> refuse(Client& client, engine::Fault fault);
Task<int> refuse_by_client(Client& client, engine::Fault fault);

/// The deed of `docker VERB X...`: each operand in turn, going on after a
/// failure; the name is printed for each success (behaviour.md §0.1).
struct EachStyle {
  std::string_view verb;  // "stop": for the last line.
  std::string_view noun = "containers";
  bool by_client = false;       // How refusals are worded.
  bool always_summary = false;  // Of 20.10: only start has it.
};
using EachDeed = Task<engine::Done> (*)(Call& call, std::string who);
Task<int> for_each(Call& call, EachDeed deed, EachStyle style);

/// What the client logs when the container that it waits for did not start.
std::string wait_canceled(const Client& client);

/// The path a user typed, made absolute for messages.
std::string absolute(const Client& client, std::string_view path);

/// "errno's words" for a path: "open /x: no such file or directory".
std::string path_error(std::string_view verb, std::string_view path,
                       Errno error);

/// What the profile lets be modelled says so, loudly.
Task<int> not_modelled(Call call);

}  // namespace drydock::cli
