// readlink.cc — print what a symlink holds, or a path without symlinks.

#include "sim/userland/canonical.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... FILE...",
    .gnu =
        "f canonicalize, e canonicalize-existing, m canonicalize-missing, "
        "n no-newline, q quiet, s silent, v verbose, z zero",
    .busybox = "f, n, v"};

SysResult<std::string> answer(kernel::Process& self, const std::string& mode,
                              const std::string& path) {
  if (mode.empty()) return self.readlink(path);
  const MustExist trust = mode == "e"   ? MustExist::all
                          : mode == "m" ? MustExist::nothing
                                        : MustExist::all_but_last;
  return canonical_path(self, path, trust);
}

}  // namespace

Task<int> readlink_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    const int status = refuse(out, kAbout, "missing operand");
    co_return co_await out.finish(status);
  }
  const std::string mode = line.last_of(split("f e m", ' '));
  const bool one = line.operands.size() == 1 && line.has("n");
  int status = 0;
  for (const std::string& path : line.operands) {
    const auto text = answer(self, mode, path);
    if (text) {
      out.say(*text);
      if (!one) out.say(std::string_view(line.has("z") ? "\0" : "\n", 1));
      continue;
    }
    status = 1;
    if (line.has("v")) out.complain(quoted_if_needed(path), text.error());
  }
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
