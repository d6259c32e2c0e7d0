// real_world.cc — terminals, and when the person at one may type again.
//
// The simulator knows when nobody is at work any more; here it has to be seen
// from outside.  A shell waits when it stands in front of its terminal and
// sleeps in read(2).  What a docker client waits for its daemon knows: there
// silence, and a line that has been begun as prompts are, has to do.

#include "sim/front/real_world.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/front/real.h"

namespace drydock::front {

namespace {

namespace fs = std::filesystem;
using scenario::Settled;

using Instant = std::chrono::steady_clock::time_point;
constexpr auto kLook = std::chrono::milliseconds(10);
constexpr auto kShellQuiet = std::chrono::milliseconds(40);
constexpr auto kPromptQuiet = std::chrono::milliseconds(600);
constexpr auto kReaderQuiet = std::chrono::milliseconds(1500);
/// Nothing on a page takes longer, when it is done for real.
constexpr auto kPatience = std::chrono::seconds(90);

Instant now() { return std::chrono::steady_clock::now(); }

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// read(2) from descriptor 0, and asleep in it.
bool waits_for_input(pid_t pid) {
  const std::string call = content_of(fmt::format("/proc/{}/syscall", pid));
  return call.starts_with("0 0x0 ");
}

/// A docker command that hands its input to a container.
bool is_attached(pid_t group) {
  List words = split(content_of(fmt::format("/proc/{}/cmdline", group)), '\0');
  if (words.size() < 2) return false;
  if (std::ranges::count(words, "--no-stdin") != 0) return false;
  const std::string& verb = words[1];
  if (verb == "attach") return true;
  return (verb == "run" || verb == "exec" || verb == "start") &&
         std::ranges::any_of(words, [](const std::string& word) {
           return word.starts_with("-") && !word.starts_with("--") &&
                  word.find('i') != std::string::npos;
         });
}

class RealTerminal final : public scenario::Terminal {
 public:
  RealTerminal(int master, pid_t shell) : master_(master), shell_(shell) {}
  ~RealTerminal() override {
    ::close(master_);
    (void)::kill(shell_, SIGHUP);
    (void)::waitpid(shell_, nullptr, 0);
  }

  void type(std::string bytes) override {
    // What the Enter key sends; a terminal makes a newline of it, unless a
    // program with a line editor of its own wants the key itself.
    std::ranges::replace(bytes, '\n', '\r');
    while (!bytes.empty()) {
      const ssize_t count = ::write(master_, bytes.data(), bytes.size());
      if (count <= 0) return;
      bytes.erase(0, static_cast<std::size_t>(count));
    }
    heard_ = now();
  }

  Settled settle(Nanoseconds limit) override {
    const Instant due = now() + std::min<std::chrono::nanoseconds>(
                                    kPatience, std::chrono::nanoseconds(limit));
    for (;;) {
      drain();
      if (gone_) return Settled::gone;
      if (is_waiting()) return Settled::waits;
      if (now() >= due) return Settled::busy;
    }
  }

  void resize(int rows, int columns) override {
    winsize size = {};
    size.ws_row = static_cast<unsigned short>(rows);
    size.ws_col = static_cast<unsigned short>(columns);
    (void)::ioctl(master_, TIOCSWINSZ, &size);
  }

  std::string take_output() override { return std::exchange(output_, {}); }

  /// Takes what has been printed; waits a moment for it.
  void drain() {
    pollfd news = {master_, POLLIN, 0};
    if (::poll(&news, 1, static_cast<int>(kLook.count())) <= 0) return;
    std::array<char, 65536> piece;
    const ssize_t count = ::read(master_, piece.data(), piece.size());
    if (count <= 0) {
      gone_ = true;
      return;
    }
    output_.append(piece.data(), static_cast<std::size_t>(count));
    heard_ = now();
  }

 private:
  bool is_waiting() const {
    const auto quiet = now() - heard_;
    if (quiet < kShellQuiet) return false;
    const pid_t front = ::tcgetpgrp(master_);
    if (waits_for_input(front)) return true;
    if (front == shell_ || !is_attached(front)) return false;
    const bool prompt = output_.ends_with("# ") || output_.ends_with("$ ") ||
                        output_.ends_with("> ");
    return quiet >= (prompt ? kPromptQuiet : kReaderQuiet);
  }

  int master_;
  pid_t shell_;
  bool gone_ = false;
  std::string output_;
  Instant heard_ = now();
};

/// Does the page speak of what the archive "redis.tar" holds?
bool names_image(const scenario::Page& page, const std::string& name) {
  return std::ranges::any_of(page.lines, [&](const std::string& line) {
    return line.find(name) != std::string::npos;
  });
}

constexpr char kHome[] = "/root";
constexpr char kState[] = "/var/lib/docker";

/// A host like the simulator's, on this machine: home is /root, and docker's
/// state is where Docker's would be.
class RealWorld final : public scenario::World {
 public:
  explicit RealWorld(std::string profile) : profile_(std::move(profile)) {}
  ~RealWorld() override { (void)clean_up(); }

  /// Archives of a folder that the page names; answers what docker said
  /// against one.
  Outcome load_images(const std::string& images, const scenario::Page& page) {
    for (const auto& entry : fs::directory_iterator(images)) {
      const fs::path& path = entry.path();
      if (path.extension() != ".tar") continue;
      if (!names_image(page, path.stem().string())) continue;
      const std::string said =
          run({"sh", "-c", "docker load < \"$1\" >/dev/null && echo loaded",
               "sh", fs::absolute(path).string()},
              "");
      if (!said.ends_with("loaded\n"))
        return Error{path.string() + ": " + said};
    }
    return done();
  }

  /// Containers and the daemon go; what is still there after that.
  std::string clean_up() {
    terminals_.clear();
    if (!fs::exists(std::string(kState) + "/daemon.pid")) return "";
    return run({"sh", "-c",
                "docker ps -aq | xargs -r docker rm -fv >/dev/null; "
                "pid=$(cat $DRYDOCK_ROOT/daemon.pid) && "
                "kill $pid && while kill -0 $pid; do sleep 0.05; done "
                "2>/dev/null; /proc/$PPID/exe --root $DRYDOCK_ROOT gc --check"},
               "");
  }

  scenario::Terminal& terminal(int number) override {
    auto& terminal = terminals_[number];
    if (!terminal) terminal = open_terminal();
    return *terminal;
  }

  void pass(Nanoseconds span) override {
    const Instant due = now() + std::chrono::nanoseconds(span);
    while (now() < due) {
      for (auto& [number, terminal] : terminals_) terminal->drain();
      if (terminals_.empty()) ::usleep(10'000);
    }
  }

  std::string run(List words, std::string input) override {
    const std::string in = "/run/input", out = "/run/output";
    std::ofstream(in, std::ios::binary) << input;
    const pid_t pid = ::fork();
    if (pid == 0) {
      (void)::dup2(::open(in.c_str(), O_RDONLY), 0);
      (void)::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
      (void)::dup2(1, 2);
      become("exec \"$@\"", words);
    }
    (void)::waitpid(pid, nullptr, 0);
    return content_of(out);
  }

  Outcome write_file(std::string path, std::string content,
                     std::uint32_t mode) override {
    const fs::path place = fs::path(kHome) / path;
    std::error_code error;
    fs::create_directories(place.parent_path(), error);
    std::ofstream(place, std::ios::binary) << content;
    if (::chmod(place.c_str(), mode) == 0) return done();
    return Error{place.string() + ": " + std::strerror(errno)};
  }

  std::string state_hash() override { return "of the real world"; }

 private:
  /// In a child: `drydock sh` with this script, the words as its arguments.
  [[noreturn]] void become(const std::string& script, const List& words) {
    (void)::chdir(kHome);
    ::setenv("PS1", "$ ", 1);
    ::setenv("PS2", "> ", 1);
    ::setenv("HOME", kHome, 1);
    ::setenv("TERM", "xterm", 1);
    List argv = {"drydock", "--world", "real", "--root", kState, "--profile",
                 profile_,  "sh",      "-c",   script,   "sh"};
    argv.insert(argv.end(), words.begin(), words.end());
    std::vector<char*> pointers;
    for (std::string& word : argv) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    ::execv("/proc/self/exe", pointers.data());
    ::_exit(127);
  }

  std::unique_ptr<RealTerminal> open_terminal() {
    int master = -1;
    winsize size = {};
    size.ws_row = 24;
    size.ws_col = 80;
    const pid_t pid = ::forkpty(&master, nullptr, nullptr, &size);
    if (pid == 0) {
      become("exec bash --norc --noprofile --noediting -i", {});
    }
    return std::make_unique<RealTerminal>(master, pid);
  }

  std::string profile_;
  std::map<int, std::unique_ptr<RealTerminal>> terminals_;
};

/// Once for each page; the process is the page's own.
Outcome leave_this_host(const std::string& images) {
  std::error_code error;
  List kept = {
      fs::current_path(error).string(),
      fs::read_symlink("/proc/self/exe", error).parent_path().string()};
  if (!images.empty()) kept.push_back(fs::absolute(images).string());
  const Outcome apart = move_apart("drydock", kept);
  if (!apart) return apart;
  fs::current_path(kept.front(), error);
  return done();
}

}  // namespace

Result<scenario::Replay> replay_for_real(const scenario::Page& page,
                                         scenario::ReplayOptions options,
                                         const std::string& images) {
  const Outcome apart = leave_this_host(images);
  if (!apart) return apart.error();
  RealWorld world(options.conditions.profile);
  if (!images.empty()) {
    const Outcome loaded = world.load_images(images, page);
    if (!loaded) return loaded.error();
  }
  options.per_line = 0;  // It takes as long as it takes.
  auto replay = scenario::replay(page, world, options);
  if (!replay) return replay;
  const std::string left = world.clean_up();
  if (left.empty()) return replay;
  return Error{page.path + ": something was left behind: " + left};
}

}  // namespace drydock::front
