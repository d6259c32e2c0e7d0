// docker.cc — `drydock --world real docker` and `sh`.

#include <unistd.h>

#include <cstdlib>

#include <fmt/format.h>

#include "realmode/client/client.h"
#include "realmode/front/front.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

namespace {

constexpr char kRoot[] = "DRYDOCK_ROOT";
constexpr char kProfile[] = "DRYDOCK_PROFILE";
constexpr char kWorld[] = "DRYDOCK_WORLD";

/// ROOT/bin/docker, a link to this program.
Outcome make_command(const std::string& root) {
  const auto self = sys::readlinkat(AT_FDCWD, "/proc/self/exe");
  if (!self) return self.error();
  const Outcome made = sys::make_directories(root + "/bin");
  if (!made) return made;
  const std::string link = root + "/bin/docker";
  const auto before = sys::readlinkat(AT_FDCWD, link);
  if (before && *before == *self) return done();
  (void)::unlink(link.c_str());
  if (::symlink(self->c_str(), link.c_str()) == 0) return done();
  return sys::refused("symlink(\"{}\", \"{}\")", *self, link);
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
  return options;
}

int run_docker(const Options& options, const std::vector<std::string>& words) {
  List argv = {"docker"};
  argv.insert(argv.end(), words.begin(), words.end());
  return run_client(options, argv);
}

int run_sh(const Options& options, const std::vector<std::string>& words) {
  const Outcome made = make_command(options.root);
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
