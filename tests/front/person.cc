// person.cc — forkpty(3), patience, and a screen without colours.

#include "tests/front/person.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace drydock::front {

namespace {

constexpr int kPatienceMilliseconds = 60'000;

const std::string& program() {
  static const std::string path = std::string(DRYDOCK_BINARY_DIR) + "/drydock";
  return path;
}

/// Without escape sequences and carriage returns.
std::string plain(const std::string& raw) {
  std::string text;
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] == '\r' || raw[at] == '\a') continue;
    if (raw[at] != '\x1b') {
      text += raw[at];
      continue;
    }
    if (at + 1 < raw.size() && raw[at + 1] == '[') {
      at += 2;
      while (at < raw.size() && !(raw[at] >= '@' && raw[at] <= '~')) ++at;
    } else {
      ++at;
    }
  }
  return text;
}

}  // namespace

std::string fresh_directory() {
  std::string form = "/tmp/drydock-test-XXXXXX";
  REQUIRE(::mkdtemp(form.data()) != nullptr);
  return form;
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_content(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

Person::Person(std::vector<std::string> words, int rows, int columns,
               std::string home)
    : home_(home.empty() ? fresh_directory() : home), own_home_(home.empty()) {
  winsize window{};
  window.ws_row = static_cast<unsigned short>(rows);
  window.ws_col = static_cast<unsigned short>(columns);
  child_ = ::forkpty(&terminal_, nullptr, nullptr, &window);
  REQUIRE(child_ >= 0);
  if (child_ == 0) {
    ::setenv("HOME", home_.c_str(), 1);
    ::setenv("XDG_STATE_HOME", home_.c_str(), 1);
    ::setenv("TERM", "xterm", 1);
    std::vector<char*> argv = {const_cast<char*>(program().c_str())};
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execv(program().c_str(), argv.data());
    ::_exit(127);
  }
}

Person::~Person() {
  if (child_ > 0) {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  if (terminal_ >= 0) ::close(terminal_);
  std::error_code ignored;
  if (own_home_) std::filesystem::remove_all(home_, ignored);
}

void Person::type(const std::string& keys) {
  REQUIRE(::write(terminal_, keys.data(), keys.size()) ==
          static_cast<ssize_t>(keys.size()));
}

void Person::resize(int rows, int columns) {
  winsize window{};
  window.ws_row = static_cast<unsigned short>(rows);
  window.ws_col = static_cast<unsigned short>(columns);
  REQUIRE(::ioctl(terminal_, TIOCSWINSZ, &window) == 0);
}

bool Person::read_more(int milliseconds) {
  pollfd end{terminal_, POLLIN, 0};
  if (::poll(&end, 1, milliseconds) <= 0) return false;
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(terminal_, buffer.data(), buffer.size());
  if (count <= 0) return false;
  screen_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

std::string Person::until(const std::string& text) {
  for (;;) {
    const std::string shown = plain(screen_);
    const std::size_t at = shown.find(text);
    if (at != std::string::npos) {
      screen_ = shown.substr(at + text.size());
      return shown.substr(0, at + text.size());
    }
    if (!read_more(kPatienceMilliseconds)) {
      FAIL("\"" << text << "\" does not come; the screen has:\n" << shown);
    }
  }
}

int Person::leave() {
  while (read_more(kPatienceMilliseconds)) {
  }
  int status = 0;
  ::waitpid(child_, &status, 0);
  child_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Ran run_drydock(const std::string& arguments, const std::string& input) {
  const std::string folder = fresh_directory();
  write_content(folder + "/in", input);
  const std::string line = "XDG_STATE_HOME=" + folder + " " + program() + " " +
                           arguments + " < " + folder + "/in > " + folder +
                           "/out 2> " + folder + "/err";
  const int status = std::system(line.c_str());
  Ran ran;
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  ran.out = content_of(folder + "/out");
  ran.err = content_of(folder + "/err");
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return ran;
}

}  // namespace drydock::front
