// both_worlds.h — runs one command for real and in the simulated machine, on
// equal trees, and tells what differs.
//
// A case is a tree and a command line.  The tree is written in lines:
//
//     d/                    a directory
//     a = hello             a file with one line; without " = ..." it is empty
//     l -> a                a symlink
//     h => a                a hard link
//     p |                   a FIFO
//
// with "755 " (mode), ":1:2 " (owner) or "@2015-01-02T03:04:05Z " (time)
// before. A command is words with '...' quotes; " ; " separates several, run in
// turn; "busybox ls" means that applet.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drydock::test {

struct Case {
  std::string_view tree;
  std::string_view command;
  std::string_view input = "";
};

struct Answer {
  std::string out, err;
  int status = 0;
};

/// What one world says to a case: of each command, and of the tree afterwards.
struct Verdict {
  std::vector<Answer> answers;
  std::string tree;
};

/// The command line as words of several commands.
std::vector<std::vector<std::string>> words_of(std::string_view command);

/// False when this machine lacks the program, or one must be root for it.
bool can_run_for_real(const Case& one);

Verdict run_for_real(const Case& one);
Verdict run_simulated(const Case& one);

/// Runs a table of cases in both worlds and CHECKs that they agree.
void check_cases(const std::vector<Case>& cases);

}  // namespace drydock::test
