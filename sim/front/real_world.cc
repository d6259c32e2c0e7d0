// real_world.cc — a host on this machine: its terminals, its home, what is
// left of it.

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
#include "sim/front/real_terminal.h"

namespace drydock::front {

namespace {

namespace fs = std::filesystem;
using Instant = std::chrono::steady_clock::time_point;
constexpr auto kLook = std::chrono::milliseconds(10);
constexpr Nanoseconds kTellPatience = 60 * kSecond;

/// Is the image among the words of what the page types, or builds from?
bool names_image(const scenario::Page& page, const std::string& name) {
  constexpr std::string_view kInNames =
      "abcdefghijklmnopqrstuvwxyz0123456789._-/:";
  const auto is_named_in = [&](const std::string& line) {
    const bool is_typed = line.starts_with("$ ") || line.starts_with("# ");
    if (!is_typed && !line.starts_with("FROM ")) return false;
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t from = line.find_first_of(kInNames, at);
      if (from == line.npos) break;
      at = std::min(line.find_first_not_of(kInNames, from), line.size());
      const std::string word = line.substr(from, at - from);
      if (word.substr(0, word.find(':')) == name) return true;
    }
    return false;
  };
  return std::ranges::any_of(page.blocks, [&](const scenario::Block& block) {
    return std::ranges::any_of(block.lines, is_named_in);
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
    const auto now = std::chrono::steady_clock::now;
    const Instant due = now() + std::chrono::nanoseconds(span);
    while (now() < due) {
      for (auto& [number, terminal] : terminals_) (void)terminal->drain(kLook);
      if (terminals_.empty()) ::usleep(10'000);
    }
  }

  /// In each shell, between two lines of the page.
  void set_telling(bool explain, bool hints) override {
    tell_ =
        fmt::format("{}{}", explain ? "explain " : "", hints ? "hints" : "");
    for (auto& [number, terminal] : terminals_) {
      terminal->type("export DRYDOCK_TELL='" + tell_ + "'\n");
      (void)terminal->settle(kTellPatience);
      (void)terminal->take_output();
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
    return file_content(out);
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
      ::setenv("DRYDOCK_TELL", tell_.c_str(), 1);
      become("exec bash --norc --noprofile --noediting -i", {});
    }
    return std::make_unique<RealTerminal>(
        master, pid, kState, [this](const std::string& container) {
          const std::string id =
              run({"docker", "inspect", "-f", "{{.State.Pid}}", container}, "");
          return static_cast<pid_t>(parse_int(trim(id)).value_or(0));
        });
  }

  std::string profile_;
  std::string tell_;  // See realmode/client/settings.h.
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
