// terminal.cc — forkpty(3), and patience.

#include "tests/realmode/terminal.h"

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>

namespace drydock::realmode {

namespace {

constexpr int kPatienceMs = 10'000;

winsize size_of(int rows, int columns) {
  winsize size = {};
  size.ws_row = static_cast<unsigned short>(rows);
  size.ws_col = static_cast<unsigned short>(columns);
  return size;
}

}  // namespace

Person::Person(World& world, const std::string& script, int rows, int columns) {
  winsize size = size_of(rows, columns);
  int master = -1;
  pid_ = ::forkpty(&master, nullptr, nullptr, &size);
  if (pid_ == 0) {
    ::execl(DRYDOCK_BINARY_DIR "/drydock", "drydock", "--world", "real",
            "--profile", "docker-20.10", "--root", world.root().c_str(), "sh",
            "-c", script.c_str(), nullptr);
    ::_exit(127);
  }
  master_ = sys::Fd(master);
}

Person::~Person() {
  if (pid_ == 0) return;
  (void)::kill(pid_, SIGKILL);
  (void)::waitpid(pid_, nullptr, 0);
}

void Person::type(const std::string& keys) {
  (void)!::write(master_.get(), keys.data(), keys.size());
}

std::string Person::read_to(const std::string& text) {
  for (;;) {
    const std::size_t at = unread_.find(text);
    if (at != std::string::npos) {
      const std::string read = unread_.substr(0, at + text.size());
      unread_.erase(0, at + text.size());
      return read;
    }
    pollfd news = {master_.get(), POLLIN, 0};
    std::array<char, 4096> piece;
    const bool came = ::poll(&news, 1, kPatienceMs) == 1;
    const ssize_t count =
        came ? ::read(master_.get(), piece.data(), piece.size()) : 0;
    if (count <= 0) return unread_ + " (not seen)";
    unread_.append(piece.data(), static_cast<std::size_t>(count));
    std::erase(unread_, '\r');
  }
}

void Person::resize(int rows, int columns) {
  const winsize size = size_of(rows, columns);
  (void)::ioctl(master_.get(), TIOCSWINSZ, &size);
}

int Person::end() {
  // Its last words must be read, or it waits for us.
  for (;;) {
    std::array<char, 4096> piece;
    pollfd news = {master_.get(), POLLIN, 0};
    if (::poll(&news, 1, kPatienceMs) != 1) break;
    if (::read(master_.get(), piece.data(), piece.size()) <= 0) break;
  }
  int status = 0;
  int waited = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    // Whoever does not end is ended: that is not the status one waits for.
    if (waited == kPatienceMs) (void)::kill(pid_, SIGKILL);
    waited += 10;
    ::usleep(10'000);
  }
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace drydock::realmode
