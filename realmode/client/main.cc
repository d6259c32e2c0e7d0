// main.cc — ROOT/bin/docker: the client alone, small and static.
//
// drydock is that client too, but with all the rest: a simulator, an engine and
// their libraries, which take longer to be loaded than most commands take.
// This one is carried by drydock as bytes and put where `drydock sh` looks for
// docker.  Where it lies tells which root it serves.

#include <fcntl.h>

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "realmode/client/client.h"
#include "realmode/client/settings.h"
#include "realmode/sys/files.h"

namespace {

using namespace drydock;
using namespace drydock::realmode;

/// ROOT of ROOT/bin/docker.
std::string root_above(const std::string& program) {
  const std::size_t bin = program.rfind('/', program.rfind('/') - 1);
  return program.substr(0, bin);
}

Result<Options> options_here() {
  const auto self = sys::readlinkat(AT_FDCWD, "/proc/self/exe");
  if (!self) return self.error();
  Options options;
  options.root = root_above(*self);
  const auto settings = sys::read_file(settings_path(options.root));
  const List lines = settings ? split(*settings, '\n') : List{};
  if (lines.size() < 2) {
    return Error{fmt::format("{} does not say where drydock is",
                             settings_path(options.root))};
  }
  options.program = lines[0];
  options.profile = lines[1];
  if (const char* const profile = std::getenv("DRYDOCK_PROFILE")) {
    options.profile = profile;
  }
  heed_telling(options);
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = options_here();
  if (!options) {
    fmt::print(stderr, "docker: {}\n", options.error().text);
    return 125;
  }
  List words = {"docker"};
  words.insert(words.end(), argv + (argc > 0 ? 1 : 0), argv + argc);
  return run_client(*options, words);
}
