// session.h — a session is its transcript: recorded, saved, replayed, undone.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/front/options.h"
#include "sim/scenario/page.h"
#include "sim/scenario/replay.h"
#include "sim/scenario/sim_world.h"

namespace drydock::front {

/// How the terminal was set up when something was typed.
struct Setting {
  int terminal = 1;
  int rows = 24, columns = 80;
  bool explain = false, hints = false;
  bool pipes = false;  // No terminal at all.
  friend bool operator==(const Setting&, const Setting&) = default;
};

/// One line typed or key pressed and what it brought; or a file put on the
/// host; or a command without a terminal, and its input.
struct Input {
  enum class Kind { line, key, pipes, file };
  Kind kind = Kind::line;
  Setting setting;
  std::string prompt;
  std::string text;   // Without its newline; of a key, "^C"; of a file, path.
  std::string bytes;  // What was typed, the command's input, or the content.
  std::optional<Nanoseconds> after;  // A key: how long after what came before.
  std::uint32_t mode = 0644;         // Of a file.
  std::vector<std::string> output;
};

class Session {
 public:
  explicit Session(CommonOptions common);

  const CommonOptions& common() const { return common_; }
  scenario::SimWorld& world() { return *world_; }
  const std::vector<Input>& inputs() const { return inputs_; }
  void record(Input input) { inputs_.push_back(std::move(input)); }

  /// Puts a file on the host and remembers that it was put there.
  Outcome bring(Input file);

  /// Reads a transcript and types it all.  The error names what cannot be
  /// used; `warning()` what came out otherwise than it is written.
  Outcome resume(const std::string& path);
  const std::string& warning() const { return warning_; }
  /// What terminal 1 showed after its last newline when resume() was done.
  const std::string& prompt() const { return prompt_; }

  /// A fresh world with all inputs but the last one; what that one was.
  Result<std::string> undo();

  /// A page that replays to this very state.
  std::string page() const;
  /// All or nothing: a session that cannot be written leaves the old file.
  Outcome save(const std::string& path) const;

 private:
  void type_again(const std::vector<Input>& inputs);
  void adopt(const scenario::Page& page, const scenario::Replay& replay);

  CommonOptions common_;
  std::unique_ptr<scenario::SimWorld> world_;
  std::vector<Input> inputs_;
  std::string prompt_, warning_;
};

/// $XDG_STATE_HOME/drydock/NAME, or the same below ~/.local/state.
std::string state_path(const std::string& name);
std::string default_session_path();

/// Holds a session's file against other processes while it lives.
class SessionLock {
 public:
  /// Waits for its turn.
  static Result<std::unique_ptr<SessionLock>> take(const std::string& path);
  ~SessionLock();

 private:
  explicit SessionLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace drydock::front
