// docker.cc — `drydock --world real docker` and `sh`.

#include <unistd.h>

#include <cstdlib>

#include <fmt/format.h>

#include "realmode/client/client.h"
#include "realmode/client/settings.h"
#include "realmode/front/front.h"
#include "realmode/sys/files.h"

// The small client, put into this program by client_image.S.
extern "C" {
extern const char drydock_client_begin[];
extern const char drydock_client_end[];
}

namespace drydock::realmode {

namespace {

constexpr char kRoot[] = "DRYDOCK_ROOT";
constexpr char kProfile[] = "DRYDOCK_PROFILE";
constexpr char kWorld[] = "DRYDOCK_WORLD";

/// Unless it says so already: others may be reading.
Outcome keep_file(const std::string& path, std::string_view content,
                  mode_t mode) {
  const auto before = sys::read_file(path);
  if (before && *before == content) return done();
  return sys::replace_file(path, content, mode);
}

/// ROOT/bin/docker: the small client, see client/main.cc.
Outcome make_command(const Options& options) {
  const auto self = sys::readlinkat(AT_FDCWD, "/proc/self/exe");
  if (!self) return self.error();
  const Outcome made = sys::make_directories(options.root + "/bin");
  if (!made) return made;
  const Outcome told = keep_file(settings_path(options.root),
                                 *self + "\n" + options.profile + "\n", 0644);
  if (!told) return told;
  const std::string_view program(
      drydock_client_begin,
      static_cast<std::size_t>(drydock_client_end - drydock_client_begin));
  return keep_file(options.root + "/bin/docker", program, 0755);
}

}  // namespace

bool is_real_world() {
  const char* const world = std::getenv(kWorld);
  return world && std::string_view(world) == "real";
}

Options options_from_environment() {
  Options options;
  if (const char* const root = std::getenv(kRoot)) options.root = root;
  if (const char* const profile = std::getenv(kProfile)) {
    options.profile = profile;
  }
  heed_telling(options);
  return options;
}

int run_docker(const Options& options, const std::vector<std::string>& words) {
  List argv = {"docker"};
  argv.insert(argv.end(), words.begin(), words.end());
  return run_client(options, argv);
}

int run_sh(const Options& options, const std::vector<std::string>& words) {
  const Outcome made = make_command(options);
  if (!made) {
    fmt::print(stderr, "drydock: sh: {}\n", made.error().text);
    return 2;
  }
  const char* const path = std::getenv("PATH");
  const std::string longer =
      options.root + "/bin:" + (path ? path : "/usr/bin:/bin");
  ::setenv("PATH", longer.c_str(), 1);
  ::setenv(kRoot, options.root.c_str(), 1);
  ::setenv(kProfile, options.profile.c_str(), 1);
  ::setenv(kWorld, "real", 1);
  const std::string tell = fmt::format(
      "{}{}", options.explain ? "explain " : "", options.hints ? "hints" : "");
  ::setenv(kTell, tell.c_str(), 1);
  List argv = {"sh"};
  argv.insert(argv.end(), words.begin(), words.end());
  std::vector<char*> pointers;
  for (std::string& word : argv) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv("/bin/sh", pointers.data());
  fmt::print(stderr, "drydock: sh: {}\n", std::strerror(errno));
  return 2;
}

}  // namespace drydock::realmode
