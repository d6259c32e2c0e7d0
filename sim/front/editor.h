// editor.h — one line from a person: edited, remembered, completed.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/front/keyboard.h"

namespace drydock::front {

/// What a person did at a prompt.
struct Entry {
  enum class Kind { line, key, end };
  Kind kind = Kind::line;
  std::string text;  // The line without its newline, or the key's byte(s).
};

/// Words that may stand where the cursor is, given the line up to there.
using Completer = std::function<std::vector<std::string>(const std::string&)>;

class Editor {
 public:
  /// `history`: where lines are kept from one session to the next.
  Editor(Keyboard& keyboard, Completer completer, std::string history);
  ~Editor();

  /// One line.  ^C, ^Z, ^\ anywhere and ^D on an empty line come as keys, and
  /// so does ^P^Q when `detaches`.
  Entry read(const std::string& prompt, bool detaches);
  void remember(const std::string& line);

 private:
  struct Library;  // libedit's own types stay in the .cc.
  std::unique_ptr<Library> library_;
};

/// Words in columns, as many as fit.
std::string in_columns(const std::vector<std::string>& words, int width);

}  // namespace drydock::front
