// text_cases.h — one command line, run here by the model and by the machine's
// own tool, must say the same and end alike.

#pragma once

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "sim/base/text.h"
#include "sim/userland/programs.h"
#include "tests/support/machine.h"
#include "tests/userland/text_real.h"

namespace drydock::tests {

/// Words of a command line: blanks part them, '...' and "..." hold together.
/// No other expansion.
inline List words_of(std::string_view line) {
  List words;
  std::string word;
  bool in_word = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == ' ' || c == '\n') {
      if (in_word) words.push_back(std::exchange(word, ""));
      in_word = false;
      continue;
    }
    in_word = true;
    if (c == '\\' && at + 1 < line.size()) {
      word += line[++at];
    } else if (c == '\'') {
      const std::size_t end = line.find(c, at + 1);
      word += line.substr(at + 1, end - at - 1);
      at = end;
    } else if (c == '"') {
      for (++at; at < line.size() && line[at] != '"'; ++at) {
        const bool escaped = line[at] == '\\' && at + 1 < line.size() &&
                             (line[at + 1] == '"' || line[at + 1] == '\\' ||
                              line[at + 1] == '$');
        if (escaped) ++at;
        word += line[at];
      }
    } else {
      word += c;
    }
  }
  if (in_word) words.push_back(word);
  return words;
}

/// A computer with every modelled program of some families in /bin.
class TextMachine : public test::TestMachine {
 public:
  explicit TextMachine(const List& families = {"util-linux", "vim", "gnu"})
      : TestMachine(&userland::programs()) {
    clear_real();
    for (const std::string& family : families) {
      for (const std::string_view id : userland::program_ids(family)) {
        install_id(std::string(id.substr(id.find('/') + 1)), std::string(id));
      }
    }
    static_cast<void>(vfs::make_directories(*files->root(), "/work"));
    cwd = "/work";
  }

  /// A file of the working directory, in both worlds.
  void both(const std::string& name, const std::string& content) {
    write("/work/" + name, content);
    write_real(name, content);
  }

  test::Ran line(const std::string& command, const std::string& input = "") {
    return run(words_of(command), input);
  }
};

/// Runs one line in both worlds; checks standard output and status.
inline void check_same(TextMachine& machine, const std::string& command,
                       const std::string& input = "") {
  write_real(".input", input);
  const RealRun real = run_real(command + " < .input");
  const test::Ran model = machine.line(command, input);
  INFO("command: " << command << "\ninput: " << input
                   << "\nstderr: " << model.err);
  CHECK(model.out == real.out);
  CHECK(model.status == real.status);
}

/// The same for a tool that may be missing here.
inline void check_all(TextMachine& machine, const std::string& tool,
                      const List& commands, const std::string& input = "") {
  if (!has_real(tool)) {
    WARN("skipped: no " << tool << " on this machine");
    return;
  }
  for (const std::string& command : commands) {
    check_same(machine, command, input);
  }
}

}  // namespace drydock::tests
