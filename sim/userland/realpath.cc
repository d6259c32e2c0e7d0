// realpath.cc — print paths without symlinks, "." and "..".

#include "sim/userland/canonical.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... FILE...",
    .gnu =
        "e canonicalize-existing, m canonicalize-missing, L logical, "
        "P physical, q quiet, s strip, no-symlinks, z zero, "
        "relative-to=, relative-base=",
    .busybox = ""};

std::string relative(const std::string& path, const std::string& to) {
  const List a = split(path == "/" ? "" : path, '/');
  const List b = split(to == "/" ? "" : to, '/');
  std::size_t common = 0;
  while (common < a.size() && common < b.size() && a[common] == b[common]) {
    ++common;
  }
  List words(b.size() - common, "..");
  words.insert(words.end(), a.begin() + common, a.end());
  return words.empty() ? "." : join(words, "/");
}

bool below(const std::string& path, const std::string& base) {
  return base == "/" || path == base || path.starts_with(base + "/");
}

SysResult<std::string> answer(kernel::Process& self, const Options& options,
                              const std::string& path) {
  if (options.has("s") || options.has("no-symlinks")) {
    if (path.empty()) return Errno::enoent;
    return vfs::join_path(self.getcwd(), path);
  }
  const std::string mode = options.last_of(split("e m", ' '));
  const MustExist trust = mode == "e"   ? MustExist::all
                          : mode == "m" ? MustExist::nothing
                                        : MustExist::all_but_last;
  return canonical_path(self, path, trust);
}

}  // namespace

Task<int> realpath_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    const int status = refuse(out, kAbout, "missing operand");
    co_return co_await out.finish(status);
  }
  const auto to = line.value("relative-to");
  const auto base = line.value("relative-base");
  const auto from = answer(self, line, to ? *to : base.value_or("/"));
  const auto within = answer(self, line, base.value_or("/"));
  int status = 0;
  for (const std::string& path : line.operands) {
    const auto text = answer(self, line, path);
    if (!text) {
      status = 1;
      if (!line.has("q")) {
        out.complain(quoted_if_needed(path), text.error());
      }
      continue;
    }
    const bool relatively = (to || base) && from && within &&
                            below(*text, *within) && below(*from, *within);
    out.say(relatively ? relative(*text, *from) : *text);
    out.say(std::string_view(line.has("z") ? "\0" : "\n", 1));
  }
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
