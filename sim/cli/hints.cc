// hints.cc — the table of hints, and how each is decided.

#include "sim/cli/hints.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "sim/cli/call.h"

namespace drydock::cli {

namespace {

// The tells, in the order in which they are tried; the first one holds.
// clang-format off
constexpr Hint kHints[] = {
    {"STOP_TIMEOUT_KILL",
     "PID 1 ignored SIGTERM, so docker waited and then sent SIGKILL: exit code 137",
     "let PID 1 handle TERM (trap, exec, --init), or stop with -t 0"},
    {"EXIT_PID1_DONE",
     "a container lives as long as its first process, and that one is done: a shell without input ends at once",
     "give it something to do, or a terminal with -it"},
    {"ENOENT_EXEC",
     "the program was not started: this image has no such file",
     "look into the image with another command, or name the program's whole path"},
    {"RM_WITH_DIRTY_LAYER",
     "what the container had written to its own layer is gone with it",
     "keep data in a volume (-v), or docker commit before docker rm"},
    {"NEW_CONTAINER_SAME_IMAGE",
     "run made a new container; an older one of the same image keeps what you wrote there",
     "docker start goes on with the old one; docker ps -a shows it"},
    {"EXEC_NOT_RUNNING",
     "exec adds a process to a running container, and this one does not run",
     "docker start it first, or docker run a new one"},
};
// clang-format on

const Hint* hint_named(std::string_view id) {
  for (const Hint& hint : kHints) {
    if (hint.id == id) return &hint;
  }
  return nullptr;
}

using engine::Container;
using engine::State;

const Container* newest(const engine::Engine& engine) {
  const auto& all = engine.containers();
  return all.empty() ? nullptr : all.rbegin()->second;
}

/// The container that the last operand names, if there is one.
const Container* named(const engine::Engine& engine, const List& words) {
  for (std::size_t i = words.size(); i > 1; --i) {
    const auto found = engine.find(words[i - 1]);
    if (found) return found->get();
  }
  return nullptr;
}

bool is_shell(const Container& container) {
  const std::string_view path = container.path;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return (name == "sh" || name == "bash" || name == "dash" || name == "ash") &&
         container.args.empty();
}

std::string_view id_after_run(const engine::Engine& engine) {
  const Container* const made = newest(engine);
  if (made == nullptr) return "";
  if (made->run.state == State::created && !made->run.error.empty()) {
    return "ENOENT_EXEC";
  }
  const Nanoseconds lived = made->run.finished_at - made->run.started_at;
  const bool short_life = made->run.state == State::exited && lived < kSecond &&
                          made->run.exit_code == 0;
  if (short_life && is_shell(*made) && !made->config.open_stdin) {
    return "EXIT_PID1_DONE";
  }
  for (const auto& [age, other] : engine.containers()) {
    const bool same = other != made && other->image && made->image &&
                      other->image->id == made->image->id;
    if (same && other->run.state == State::exited) {
      return "NEW_CONTAINER_SAME_IMAGE";
    }
  }
  return "";
}

std::string_view decide(const engine::Engine& engine, const List& words,
                        Nanoseconds took, std::size_t containers_before,
                        int status) {
  if (words.empty()) return "";
  const std::string& verb = words.front();
  if (verb == "run" && engine.container_count() >= containers_before) {
    return engine.container_count() > containers_before ? id_after_run(engine)
                                                        : "";
  }
  const Container* const container = named(engine, words);
  if (verb == "stop" && container != nullptr &&
      container->run.exit_code == 137 && took >= kSecond) {
    return "STOP_TIMEOUT_KILL";
  }
  if (verb == "exec" && status != 0 && container != nullptr &&
      !container->run.running()) {
    return "EXEC_NOT_RUNNING";
  }
  return "";
}

}  // namespace

HintScope::HintScope(Client& client, const List& words) : client_(client) {
  if (!client.hints) return;
  words_ = words;
  containers_ = client.engine.container_count();
  began_ = client.engine.now();
}

Task<void> HintScope::tell(int status) const {
  if (!client_.hints) co_return;
  const Nanoseconds took = client_.engine.now() - began_;
  const Hint* const hint =
      hint_named(decide(client_.engine, words_, took, containers_, status));
  if (hint == nullptr) co_return;
  co_await complain(client_, fmt::format("hint {}: {}.\n  {}.\n", hint->id,
                                         hint->reason, hint->way_out));
}

}  // namespace drydock::cli
