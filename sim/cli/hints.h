// hints.h — a short reason and a way out after the classic mistakes.
//
// Each hint has a stable id (`EXIT_PID1_DONE`) and is decided on the steps that
// were taken and on the engine's state, never on words.  They are told after
// the command, when asked for.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/task.h"
#include "sim/base/text.h"
#include "sim/cli/docker.h"

namespace drydock::cli {

/// What a hint may look at: the engine after the command, and what was done.
struct Sight {
  engine::Engine& engine;
  std::string_view verb;  // "run", also for `container run`.
  const std::vector<engine::Step>& steps;
  int status = 0;

  const engine::Step* find(engine::StepKind kind) const;
  bool refused(engine::Message message) const;
  /// The container that the first step of this kind is about; null if none.
  const engine::Container* container_of(engine::StepKind kind) const;
};

/// One hint; both texts are ours, each one sentence.
struct Hint {
  std::string_view id;
  std::string_view when;  // The trigger in words, for the book.
  std::string_view reason, way_out;
  bool (*holds)(const Sight&);
};

/// All of them, in the order in which they are told.
std::span<const Hint> hints();

/// Those that hold now.
std::vector<const Hint*> hints_for(const Sight& sight);

/// Stands around one command.
class HintScope {
 public:
  HintScope(Client& client, const List& words);
  Task<void> tell(int status) const;

 private:
  Client& client_;
  std::string verb_;
};

}  // namespace drydock::cli
