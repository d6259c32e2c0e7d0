// session.h — a session is its transcript: recorded, saved, replayed, undone.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/front/options.h"
#include "sim/scenario/sim_world.h"

namespace drydock::front {

/// One line typed or key pressed, and what it brought.
struct Input {
  std::string prompt;
  std::string text;       // Without its newline; of a key, "^C".
  std::string bytes;      // What was typed, as bytes.
  Nanoseconds after = 0;  // A key: how long after the line before it.
  std::vector<std::string> output;
};

class Session {
 public:
  explicit Session(CommonOptions common);

  scenario::SimWorld& world() { return *world_; }
  const std::vector<Input>& inputs() const { return inputs_; }
  void record(Input input) { inputs_.push_back(std::move(input)); }

  /// Reads a transcript and types it all; the error names what went wrong.
  Outcome resume(const std::string& path);
  /// A fresh world with all inputs but the last one.
  Outcome undo();
  /// A page that replays to this very state.
  std::string page() const;
  Outcome save(const std::string& path) const;

 private:
  Outcome type_again(std::vector<Input> inputs);

  CommonOptions common_;
  std::unique_ptr<scenario::SimWorld> world_;
  std::vector<Input> inputs_;
};

/// $XDG_STATE_HOME/drydock/session.md, or the same below ~/.local/state.
std::string default_session_path();

}  // namespace drydock::front
