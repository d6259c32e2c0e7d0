// sed_machine.h — runs a sed script over lines that its driver brings.
//
// The machine never waits: when it needs a line it says so, and what it writes
// it leaves in a list for the driver.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/userland/text/sed_script.h"

namespace drydock::userland {

/// Something that the driver is to write, in order.
struct SedOutput {
  enum class Kind {
    text,       // To standard output (or the file edited in place).
    write,      // To the file `path`.
    read_file,  // The content of `path`, to standard output.
    read_line,  // The next line of `path`, to standard output.
  };
  Kind kind = Kind::text;
  std::string text;
  std::string path;
  bool newline = true;  // `text` is a line: end it, if the input's had an end.
};

enum class SedWants {
  line,         // The next cycle's line: begin(), or stop at the end.
  next_line,    // n: resume().
  append_line,  // N: resume().
  quit,
  failed,  // See error().
};

class SedMachine {
 public:
  SedMachine(const SedScript& script, bool silent)
      : script_(script),
        silent_(silent || script.silent),
        active_(script.commands.size(), 0),
        range_end_(script.commands.size(), 0) {
    for (std::size_t i = 0; i < script.commands.size(); ++i) {
      const SedAddress& from = script.commands[i].from;
      active_[i] = from.kind == SedAddress::Kind::line && from.first == 0;
    }
  }

  /// A new cycle with this line.
  SedWants begin(std::string line, bool last);

  /// Goes on after n or N; nullopt line: there is none.
  SedWants resume(std::optional<std::string> line, bool last);

  /// A new file under -s or -i: line numbers begin again.
  void restart_numbers() { number_ = 0; }
  void set_file(std::string_view name) { file_ = name; }
  void set_line_width(int width) { width_ = width; }

  std::vector<SedOutput> take_output() { return std::exchange(output_, {}); }
  int status() const { return status_; }
  const std::string& error() const { return error_; }

 private:
  enum class Next { command, cycle, restart, jump, wait, quit, failed };

  SedWants run();
  Next execute(const SedCommand& command, std::size_t index);
  bool selects(const SedCommand& command, std::size_t index);
  bool in_range(const SedCommand& command, std::size_t index);
  bool enter_range(const SedCommand& command, std::size_t index);
  bool matches(const SedAddress& address);
  bool search(const std::optional<Regex>& regex, std::size_t from, int groups,
              RegexMatch* match);
  Next substitute(const SedCommand& command);
  Next change(const SedCommand& command, std::size_t index);
  Next delete_first();
  void end_cycle();
  void say(std::string text, bool newline = true);
  void say_unended(std::string text);

  const SedScript& script_;
  bool silent_;
  std::vector<char> active_;
  std::vector<std::int64_t> range_end_;
  std::string pattern_, hold_, file_, error_;
  std::optional<Regex> last_regex_;
  std::vector<SedOutput> output_, appended_;
  std::size_t at_ = 0;
  std::int64_t number_ = 0;
  int width_ = 70;
  int status_ = 0;
  bool last_ = false, substituted_ = false;
  SedWants wants_ = SedWants::line;
};

}  // namespace drydock::userland
