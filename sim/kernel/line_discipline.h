// line_discipline.h — termios(3): from keys to lines, from lines to a screen.

#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "sim/base/stream.h"
#include "sim/kernel/process.h"

namespace drydock::kernel {

/// What one key did besides going into the line.
struct KeyEffect {
  Bytes echo;      // For the screen, already processed.
  int signal = 0;  // For the foreground group.
};

/// Canonical mode keeps the line that is being typed apart from the lines that
/// are ready; raw mode has ready bytes only.
class LineDiscipline {
 public:
  static constexpr std::size_t kLineMax = 4095;  // MAX_CANON
  static constexpr std::size_t kReadyMax = 65536;

  const Termios& termios() const { return termios_; }
  void set_termios(const Termios& termios);

  KeyEffect key(char key);
  bool has_room() const { return ready_bytes_ < kReadyMax; }

  bool ready() const { return !ready_.empty(); }
  /// At most `count` bytes of the first line; empty is the end of file.
  Bytes take(std::size_t count);

  /// What a program wrote, as the screen gets it.
  Bytes screen(std::string_view written) const;

 private:
  bool edit(char key, KeyEffect* effect);
  bool signal_key(char key, KeyEffect* effect);
  void erase_one(KeyEffect* effect);
  void erase_word(KeyEffect* effect);
  void erase_all(KeyEffect* effect);
  void add(char key, KeyEffect* effect);
  void finish_line();
  Bytes echo_of(char key) const;

  Termios termios_;
  Bytes line_;               // Being typed.
  std::deque<Bytes> ready_;  // Raw: one piece.
  std::size_t ready_bytes_ = 0;
  bool literal_next_ = false;  // After ^V.
};

}  // namespace drydock::kernel
