// keyboard.cc — termios(3) and poll(2) around standard input.

#include "sim/front/keyboard.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace drydock::front {

namespace {

/// Its coming ends a poll, so that the size is looked at.
void on_window_change(int) {}

}  // namespace

struct Keyboard::Saved {
  termios before{};
  bool terminal = false;
};

Keyboard::Keyboard() : saved_(std::make_unique<Saved>()) {
  saved_->terminal = ::isatty(STDIN_FILENO) != 0 &&
                     ::tcgetattr(STDIN_FILENO, &saved_->before) == 0;
  if (!saved_->terminal) return;
  make_raw();
  struct sigaction action {};
  action.sa_handler = on_window_change;
  ::sigaction(SIGWINCH, &action, nullptr);
}

void Keyboard::make_raw() {
  termios raw = saved_->before;
  ::cfmakeraw(&raw);
  raw.c_oflag |= OPOST | ONLCR;
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

Keyboard::~Keyboard() {
  if (saved_->terminal) {
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_->before);
  }
}

bool Keyboard::is_terminal() const { return saved_->terminal; }

Keyboard::Size Keyboard::size() const {
  winsize window{};
  const bool known = saved_->terminal &&
                     ::ioctl(STDIN_FILENO, TIOCGWINSZ, &window) == 0 &&
                     window.ws_row > 0 && window.ws_col > 0;
  if (!known) return {};
  return {window.ws_row, window.ws_col};
}

std::string Keyboard::wait(int milliseconds) {
  if (!held_.empty()) return std::exchange(held_, {});
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (::poll(&input, 1, milliseconds) <= 0) return {};
  std::array<char, 4096> buffer;
  const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) {
    ended_ = true;
  }
  if (count <= 0) return {};
  return {buffer.data(), static_cast<std::size_t>(count)};
}

bool Keyboard::next(char& byte) {
  while (held_.empty()) {
    held_ = wait(-1);
    if (held_.empty() && ended_) return false;
  }
  byte = held_.front();
  held_.erase(0, 1);
  return true;
}

void Keyboard::push_back(std::string_view bytes) { held_.insert(0, bytes); }

bool Keyboard::read_line(std::string& line) {
  line.clear();
  char byte = 0;
  while (next(byte)) {
    if (byte == '\n' || byte == '\r') return true;
    line += byte;
  }
  return !line.empty();
}

void show(std::string_view bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  std::fflush(stdout);
}

}  // namespace drydock::front
