// rmdir.cc — remove empty directories.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{.usage = "[OPTION]... DIRECTORY...",
                       .gnu = "p parents, v verbose, ignore-fail-on-non-empty",
                       .busybox = "p parents, ignore-fail-on-non-empty"};

bool remove_one(Output& out, const Options& options, const std::string& path,
                bool parent) {
  if (options.has("v")) {
    out.say(fmt::format("{}: removing directory, {}\n", out.name(),
                        quoted(out, path)));
  }
  const SysOutcome removed = out.self().rmdir(path);
  if (removed) return true;
  const bool full = removed.error() == Errno::enotempty;
  if (full && options.has("ignore-fail-on-non-empty")) return false;
  const std::string_view what =
      parent ? "failed to remove directory " : "failed to remove ";
  const std::string text =
      out.busybox() ? quoted(out, path) : std::string(what) + quoted(path);
  out.complain(text, removed.error());
  return false;
}

void remove_with_parents(Output& out, const Options& options,
                         std::string path) {
  if (!remove_one(out, options, path, false) || !options.has("p")) return;
  for (;;) {
    path = strip_slashes(path);
    const std::size_t slash = path.rfind('/');
    if (slash == path.npos || slash == 0) return;
    path = strip_slashes(path.substr(0, slash));
    if (!remove_one(out, options, path, true)) return;
  }
}

}  // namespace

Task<int> rmdir_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    const int status = refuse(out, kAbout, "missing operand");
    co_return co_await out.finish(status);
  }
  for (const std::string& path : line.operands) {
    remove_with_parents(out, line, path);
  }
  const int status = out.complained() ? 1 : 0;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
