// real_terminal.cc — keys in, screen out.

#include "sim/front/real_terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace drydock::front {

namespace {

using scenario::Settled;
using namespace std::chrono_literals;

using Instant = std::chrono::steady_clock::time_point;
/// How long news is waited for before somebody looks again who reads.
constexpr auto kLook = 4ms;
/// How long containers that have been started may keep a person waiting.
constexpr auto kStartPatience = 10s;
/// Nothing on a page takes longer, when it is done for real.
constexpr auto kPatience = 90s;

Instant now() { return std::chrono::steady_clock::now(); }

std::string slave_of(int master) {
  std::array<char, 64> name = {};
  return ::ptsname_r(master, name.data(), name.size()) == 0 ? name.data() : "";
}

}  // namespace

RealTerminal::RealTerminal(int master, pid_t shell, std::string state,
                           Stillness::FindProcess find_process)
    : master_(master),
      shell_(shell),
      stillness_(slave_of(master), shell, std::move(state),
                 std::move(find_process)) {
  (void)::fcntl(master_, F_SETFD, FD_CLOEXEC);
}

RealTerminal::~RealTerminal() {
  ::close(master_);
  (void)::kill(shell_, SIGHUP);
  (void)::waitpid(shell_, nullptr, 0);
}

void RealTerminal::type(std::string bytes) {
  stillness_.remember_containers();
  // What the Enter key sends; a terminal makes a newline of it, unless a
  // program with a line editor of its own wants the key itself.
  std::ranges::replace(bytes, '\n', '\r');
  while (!bytes.empty()) {
    const ssize_t count = ::write(master_, bytes.data(), bytes.size());
    if (count <= 0) return;
    bytes.erase(0, static_cast<std::size_t>(count));
  }
}

Settled RealTerminal::settle(Nanoseconds limit) {
  const Instant due = now() + std::min<std::chrono::nanoseconds>(
                                  kPatience, std::chrono::nanoseconds(limit));
  std::optional<Instant> asked;  // Since when it is somebody's turn.
  for (;;) {
    (void)drain(kLook);
    const bool gone = is_shell_gone();
    bool waits = !gone && stillness_.is_reader_waiting(output_);
    if (waits && !asked) asked = now();
    // In the model, too, all get as far as they can before a line is typed.
    waits = waits && (stillness_.are_containers_at_rest() ||
                      now() >= std::min(due, *asked + kStartPatience));
    // Of what was printed before that, nothing is missed.
    while ((gone || waits) && drain(0ms)) continue;
    if (gone) return Settled::gone;
    if (waits) return Settled::waits;
    if (now() >= due) return Settled::busy;
  }
}

void RealTerminal::resize(int rows, int columns) {
  winsize size = {};
  size.ws_row = static_cast<unsigned short>(rows);
  size.ws_col = static_cast<unsigned short>(columns);
  (void)::ioctl(master_, TIOCSWINSZ, &size);
}

std::string RealTerminal::take_output() {
  while (drain(0ms)) continue;
  return std::exchange(output_, {});
}

bool RealTerminal::drain(std::chrono::milliseconds patience) {
  pollfd news = {master_, POLLIN, 0};
  if (::poll(&news, 1, static_cast<int>(patience.count())) <= 0) return false;
  std::array<char, 65536> piece;
  const ssize_t count = ::read(master_, piece.data(), piece.size());
  if (count <= 0) return false;
  output_.append(piece.data(), static_cast<std::size_t>(count));
  return true;
}

bool RealTerminal::is_shell_gone() const {
  siginfo_t how = {};
  return ::waitid(P_PID, static_cast<id_t>(shell_), &how,
                  WEXITED | WNOHANG | WNOWAIT) == 0 &&
         how.si_pid == shell_;
}

}  // namespace drydock::front
