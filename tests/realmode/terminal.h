// terminal.h — somebody at a real terminal, who types and reads.

#pragma once

#include <string>

#include "realmode/sys/fd.h"
#include "tests/realmode/world.h"

namespace drydock::realmode {

class Person {
 public:
  /// Runs the script on a terminal of this size.
  Person(World& world, const std::string& script, int rows = 24,
         int columns = 80);
  Person(const Person&) = delete;
  ~Person();

  void type(const std::string& keys);
  /// Reads until the text has appeared; all that came up to it, without
  /// carriage returns.  Gives up after ten seconds: then "... (not seen)".
  std::string read_to(const std::string& text);
  void resize(int rows, int columns);
  /// Waits for the script's end; its status.
  int end();

 private:
  sys::Fd master_;
  pid_t pid_ = 0;
  std::string unread_;
};

}  // namespace drydock::realmode
