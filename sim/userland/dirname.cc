// dirname.cc — strip the last component from a path.

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION] NAME...", .gnu = "z zero", .busybox = ""};

std::string directory_of(const std::string& path) {
  const std::string bare = strip_slashes(path);
  const std::size_t slash = bare.rfind('/');
  if (slash == bare.npos) return ".";
  return strip_slashes(slash == 0 ? "/" : bare.substr(0, slash));
}

}  // namespace

Task<int> dirname_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    const int status = refuse(out, kAbout, "missing operand");
    co_return co_await out.finish(status);
  }
  for (const std::string& name : line.operands) {
    out.say(directory_of(name));
    out.say(std::string_view(line.has("z") ? "\0" : "\n", 1));
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
