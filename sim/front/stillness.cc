// stillness.cc — from the keyboard to the program that reads, and back.
//
//     terminal -> program
//     terminal -> daemon -> shim -> terminal or pipe -> container's program
//
// A docker command hands its terminal to the daemon, which passes on what is
// typed (realmode/daemon/client_console.h, realmode/shim/protocol.h).  Sockets
// and pipes wake who sleeps before them at once; a terminal does so from a
// queue of the kernel's, which poll(2) empties.

#include "sim/front/stillness.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>

namespace drydock::front {

namespace {

namespace fs = std::filesystem;

/// No program on a page needs this much of a processor to get going.
constexpr std::int64_t kStartTicks = 200;

/// The first word that is no flag, and the last word.
struct Command {
  std::string verb, last;
  bool has_input = false;  // -i, or attach without --no-stdin.
};

Command parse_command(const List& words) {
  Command command;
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word.starts_with("-")) {
      const bool short_flags = !word.starts_with("--");
      command.has_input = command.has_input || word == "--interactive" ||
                          (short_flags && word.find('i') != std::string::npos);
    } else if (command.verb.empty() && word != "container") {
      command.verb = word;
    }
    command.last = word;
  }
  if (command.verb == "attach") {
    command.has_input = std::ranges::count(words, "--no-stdin") == 0;
  }
  return command;
}

bool is_docker(const List& words) {
  return !words.empty() && fs::path(words.front()).filename() == "docker";
}

/// A question that is not followed by a newline: "Password: ", "[y/N] ".
bool is_question(std::string_view fresh) {
  return fresh.ends_with(": ") || fresh.ends_with("] ");
}

bool has_news(int fd) {
  pollfd look = {fd, POLLIN, 0};
  return ::poll(&look, 1, 0) > 0 && (look.revents & POLLIN) != 0;
}

/// A shim's side of its container's terminal, as a descriptor of ours; -1 if
/// there is none.
int master_of(pid_t shim) {
  std::error_code error;
  const fs::directory_iterator fds(fmt::format("/proc/{}/fd", shim), error);
  for (const auto& entry : fds) {
    const std::string link = fs::read_symlink(entry.path(), error).string();
    if (!link.ends_with("ptmx")) continue;
    const auto number = parse_int(entry.path().filename().string());
    const int process = static_cast<int>(::syscall(SYS_pidfd_open, shim, 0));
    const int master = static_cast<int>(
        ::syscall(SYS_pidfd_getfd, process, number.value_or(-1), 0));
    ::close(process);
    return master;
  }
  return -1;
}

}  // namespace

/// All that has to sleep, and what may not be on its way between them.
class Stillness::Scene {
 public:
  Scene() = default;
  ~Scene() {
    for (const int fd : between_) ::close(fd);
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  void add(pid_t pid) { cast_.push_back(pid); }
  /// Takes the descriptor over.
  void add_way(int fd) {
    if (fd >= 0) between_.push_back(fd);
  }

  /// Nobody moves and nothing is on its way, all at one instant: the one
  /// between two looks that show the same.
  bool is_still() const {
    const auto before = look();
    if (!before || std::ranges::any_of(between_, has_news)) return false;
    return look() == before;
  }

 private:
  std::optional<std::vector<Asleep>> look() const {
    std::vector<Asleep> all;
    for (const pid_t pid : cast_) {
      const auto sleep = asleep(pid);
      if (!sleep) return std::nullopt;
      all.push_back(*sleep);
    }
    return all;
  }

  std::vector<pid_t> cast_;
  std::vector<int> between_;
};

Stillness::Stillness(const std::string& terminal, pid_t shell,
                     std::string state, FindProcess find_process)
    : slave_(::open(terminal.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)),
      keyboard_(thing_behind(::getpid(), slave_)),
      shell_(shell),
      state_(std::move(state)),
      find_process_(std::move(find_process)) {}

Stillness::~Stillness() { ::close(slave_); }

void Stillness::remember_containers() { known_ = shims(); }

bool Stillness::is_reader_waiting(const std::string& fresh) {
  const auto shell = stat_of(shell_);
  if (!shell || !keyboard_) return false;
  Scene scene;
  scene.add_way(::fcntl(slave_, F_DUPFD_CLOEXEC, 0));
  bool read = false;
  for (const pid_t pid : family_of(shell_)) {
    const auto stat = stat_of(pid);
    if (!stat || stat->group != shell->in_front || stat->state == 'Z') continue;
    scene.add(pid);
    const bool its_turn = reads(pid, fresh, scene);
    read = read || its_turn;
  }
  return read && scene.is_still();
}

bool Stillness::are_containers_at_rest() const {
  const auto look = [this]() -> std::optional<std::vector<std::int64_t>> {
    std::vector<std::int64_t> moves;
    const pid_t root = daemon();
    if (root == 0) return moves;
    for (const pid_t pid : family_of(root)) {
      const auto stat = stat_of(pid);
      if (!stat) return std::nullopt;
      const bool works = stat->state == 'R' || stat->state == 'D';
      if (pid != root && stat->worked > kStartTicks) continue;
      if (works) return std::nullopt;
      moves.push_back(pid);
      moves.push_back(switches_of(pid));
    }
    return moves;
  };
  const auto before = look();
  return before && look() == before;
}

/// A program of the host's own, or a docker command in whose container there
/// is one.
bool Stillness::reads(pid_t pid, const std::string& fresh, Scene& scene) {
  const auto sleep = asleep(pid);
  if (!sleep) return false;
  if (sleeps_for(pid, *sleep, *keyboard_)) return true;
  const List words = words_of(pid);
  if (!is_docker(words) || thing_behind(pid, 0) != keyboard_) return false;
  scene.add(daemon());
  const Command command = parse_command(words);
  const bool attaches = command.verb == "run" || command.verb == "exec" ||
                        command.verb == "start" || command.verb == "attach";
  if (!attaches) return is_question(fresh);
  const pid_t shim = command.has_input ? shim_of(pid, words) : 0;
  return shim != 0 && container_reads(shim, scene);
}

bool Stillness::container_reads(pid_t shim, Scene& scene) const {
  const std::vector<pid_t> family = family_of(shim);
  if (family.size() < 2) return false;
  const pid_t first = family[1];
  const auto input = thing_behind(first, 0);
  if (!input) return false;
  scene.add(shim);
  const int master = master_of(shim);
  const bool on_terminal = master >= 0;
  scene.add_way(master);
  if (on_terminal) {
    const std::string path = fmt::format("/proc/{}/fd/0", first);
    scene.add_way(
        ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  }
  bool read = false;
  for (std::size_t at = 1; at < family.size(); ++at) {
    const auto stat = stat_of(family[at]);
    const auto sleep = asleep(family[at]);
    if (!stat || stat->state == 'Z') continue;
    if (on_terminal && stat->group != stat->in_front) continue;
    if (on_terminal) scene.add(family[at]);
    if (!sleep || !sleeps_for(family[at], *sleep, *input)) continue;
    if (!on_terminal) scene.add(family[at]);
    read = true;
  }
  return read;
}

/// The shim of the container that a command has started or is attached to; 0
/// as long as there is none.
pid_t Stillness::shim_of(pid_t client, const List& words) {
  if (client == client_) return shim_;
  const Command command = parse_command(words);
  pid_t found = 0;
  if (command.verb == "attach") {
    const auto first = stat_of(find_process_(command.last));
    if (first) found = first->parent;
  } else {
    const auto began = stat_of(client);
    std::int64_t newest = began ? began->started_at : 0;
    for (const pid_t shim : shims()) {
      const auto stat = stat_of(shim);
      if (std::ranges::count(known_, shim) != 0 || !stat) continue;
      if (stat->started_at < newest) continue;
      newest = stat->started_at;
      found = shim;
    }
  }
  if (found != 0) client_ = client;
  return shim_ = found;
}

std::vector<pid_t> Stillness::shims() const {
  std::vector<pid_t> found = children_of(daemon());
  std::erase_if(found, [](pid_t pid) {
    const List words = words_of(pid);
    return words.empty() || words.front() != "drydock-shim";
  });
  return found;
}

/// 0: there is none.
pid_t Stillness::daemon() const {
  const std::string text = file_content(state_ + "/daemon.pid");
  return static_cast<pid_t>(parse_int(trim(text)).value_or(0));
}

}  // namespace drydock::front
