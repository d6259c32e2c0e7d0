// keyboard.h — the person's own terminal, raw for as long as the shell runs.

#pragma once

#include <memory>
#include <string>

namespace drydock::front {

class Keyboard {
 public:
  Keyboard();
  ~Keyboard();

  /// False: standard input is a file or a pipe, so nobody edits lines.
  bool is_terminal() const;

  struct Size {
    int rows = 24, columns = 80;
    friend bool operator==(const Size&, const Size&) = default;
  };
  Size size() const;

  /// Keys pressed by now, waiting this long for the first of them; a negative
  /// time is for ever, or until the window changes its size.
  std::string wait(int milliseconds);

  /// Standard input is over: the terminal is gone, or the file is read.
  bool ended() const { return ended_; }

  /// One byte, waiting for it; nothing at the end.
  bool next(char& byte);
  /// Bytes that come before all others.
  void push_back(std::string_view bytes);

  /// Raw again, after somebody else has set the terminal up: libedit leaves it
  /// as a shell's children want it.
  void make_raw();

  /// A line without its newline, unedited; echo as asked.  False at the end.
  bool read_line(std::string& line);

 private:
  struct Saved;
  std::unique_ptr<Saved> saved_;
  std::string held_;
  bool ended_ = false;
};

/// Writes to the person's screen at once.
void show(std::string_view bytes);

}  // namespace drydock::front
