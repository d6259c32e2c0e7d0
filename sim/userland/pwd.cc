// pwd.cc — print the name of the working directory.

#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{.usage = "[OPTION]...", .gnu = "L logical, P physical"};

// $PWD is good for -L when it is absolute, without dots, and names this place.
bool names_here(kernel::Process& self, const std::string& path) {
  if (!path.starts_with('/') || vfs::clean_path(path) != path) return false;
  const auto there = self.resolve(path, vfs::Last::follow);
  const auto here = self.resolve(".", vfs::Last::follow);
  return there && here && *there == *here;
}

}  // namespace

Task<int> pwd_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (!line.operands.empty() && !out.busybox()) {
    out.complain("ignoring non-option arguments");
  }
  const std::string shell_path = self.getenv("PWD").value_or("");
  const bool logical = line.last_of(List(1, "L")) == "L" ||
                       (line.given.empty() && self.getenv("POSIXLY_CORRECT"));
  const bool use_shell_path = logical && names_here(self, shell_path);
  out.say((use_shell_path ? shell_path : self.getcwd()) + "\n");
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
