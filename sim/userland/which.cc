// which.cc — where a program would be found.

#include "sim/userland/files.h"
#include "sim/userland/launch.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[-a] args", .gnu = "a", .busybox = "a", .refusal = 2};

bool may_run(kernel::Process& self, const std::string& path) {
  const auto file = self.stat(path);
  const auto execute = static_cast<unsigned>(vfs::Access::execute);
  return file && file->type == vfs::FileType::regular &&
         self.access(path, execute);
}

}  // namespace

Task<int> which_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  bool all = !line.operands.empty();
  for (const std::string& name : line.operands) {
    List places{""};
    if (name.find('/') == name.npos) {
      places = split(self.getenv("PATH").value_or("/bin:/usr/bin"), ':');
    }
    bool found = false;
    for (const std::string& place : places) {
      const std::string path = concat(place, name);
      if ((found && !line.has("a")) || !may_run(self, path)) continue;
      found = true;
      out.say(path + "\n");
    }
    all = all && found;
  }
  const int status = all ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
