// hints.h — a short reason and a way out after the classic mistakes.
//
// Each hint has a stable id (`EXIT_PID1_DONE`) and is decided on the engine's
// state, never on text.  They are told after the command, when asked for.

#pragma once

#include <string_view>

#include "sim/base/task.h"
#include "sim/base/text.h"
#include "sim/cli/docker.h"

namespace drydock::cli {

/// One hint; both texts are ours.
struct Hint {
  std::string_view id, reason, way_out;
};

/// Stands around one command: sees the engine before and after it.
class HintScope {
 public:
  HintScope(Client& client, const List& words);
  Task<void> tell(int status) const;

 private:
  Client& client_;
  List words_;
  std::size_t containers_ = 0;
  Time began_;
};

}  // namespace drydock::cli
