// editor.h — the person's own terminal: line editing, history, completion.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace drydock::front {

/// What a person did at a prompt.
struct Entry {
  enum class Kind { line, key };
  Kind kind = Kind::line;
  std::string text;  // The line without its newline, or the key's byte(s).
};

/// Words that may stand where the cursor is, given the line up to there.
using Completer = std::function<std::vector<std::string>(const std::string&)>;

class Editor {
 public:
  explicit Editor(Completer completer);
  ~Editor();

  /// One line, edited.  ^C, ^D on an empty line and ^P^Q come as keys.
  Entry read(const std::string& prompt);
  void remember(const std::string& line);

 private:
  struct Library;  // libedit's own types stay in the .cc.
  std::unique_ptr<Library> library_;
};

/// Keys pressed while a program runs, raw; empty when none came in time.
class RawKeys {
 public:
  RawKeys();
  ~RawKeys();
  std::string wait(int milliseconds);

 private:
  struct Saved;
  std::unique_ptr<Saved> saved_;
};

}  // namespace drydock::front
