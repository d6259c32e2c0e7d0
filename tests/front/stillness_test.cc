// stillness_test.cc — who waits at a terminal is known, not guessed: however
// long a program is silent, and however busy the machine is.

#include <pty.h>
#include <stdlib.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "sim/front/real_terminal.h"

using namespace drydock;
using namespace drydock::front;
using scenario::Settled;

namespace {

/// bash on a terminal of its own, its first prompt taken.
class Desk {
 public:
  Desk() {
    int master = -1;
    const pid_t shell = ::forkpty(&master, nullptr, nullptr, nullptr);
    if (shell == 0) {
      ::setenv("PS1", "$ ", 1);
      ::execlp("bash", "bash", "--norc", "--noprofile", "--noediting", "-i",
               nullptr);
      ::_exit(127);
    }
    terminal_ = std::make_unique<RealTerminal>(
        master, shell, "/nonexistent", [](const std::string&) { return 0; });
    REQUIRE(terminal_->settle(60 * kSecond) == Settled::waits);
    REQUIRE(terminal_->take_output().ends_with("$ "));
  }

  /// What comes of a line until it is somebody's turn again.
  std::string enter(const std::string& line) { return press(line + "\n"); }
  std::string press(const std::string& keys) {
    terminal_->type(keys);
    settled = terminal_->settle(60 * kSecond);
    return terminal_->take_output();
  }

  Settled settled = Settled::busy;

 private:
  std::unique_ptr<RealTerminal> terminal_;
};

}  // namespace

TEST_CASE("a silent command is not taken for a prompt", "[stillness]") {
  Desk desk;
  CHECK(desk.enter("sleep 0.4; echo a; sleep 0.4; echo b") ==
        "sleep 0.4; echo a; sleep 0.4; echo b\r\na\r\nb\r\n$ ");
  CHECK(desk.settled == Settled::waits);
}

TEST_CASE("a program that reads the terminal has its turn", "[stillness]") {
  Desk desk;
  CHECK(desk.enter("sleep 0.3; cat") == "sleep 0.3; cat\r\n");
  CHECK(desk.settled == Settled::waits);
  CHECK(desk.enter("abc") == "abc\r\nabc\r\n");
  CHECK(desk.press("\x03").ends_with("$ "));
  // With a time limit bash waits in pselect(2).
  const std::string line = "read -t 100 word; echo \"<$word>\"";
  CHECK(desk.enter(line) == line + "\r\n");
  CHECK(desk.settled == Settled::waits);
  CHECK(desk.enter("x") == "x\r\n<x>\r\n$ ");
}

TEST_CASE("who reads a pipe is not waiting for a person", "[stillness]") {
  Desk desk;
  CHECK(desk.enter("(sleep 0.5; echo late) | cat") ==
        "(sleep 0.5; echo late) | cat\r\nlate\r\n$ ");
}

TEST_CASE("what runs in the background does not have the turn", "[stillness]") {
  Desk desk;
  const std::string shown = desk.enter("sleep 100 & sleep 0.2; echo on");
  CHECK(shown.ends_with("\r\non\r\n$ "));
  CHECK(desk.enter("kill %1; wait; echo off").find("off\r\n") !=
        std::string::npos);
}

TEST_CASE("a terminal whose shell has ended is gone", "[stillness]") {
  Desk desk;
  CHECK(desk.enter("sleep 0.2; exit").find("exit") != std::string::npos);
  CHECK(desk.settled == Settled::gone);
}
