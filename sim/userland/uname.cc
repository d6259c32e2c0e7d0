// uname.cc — uname and arch: what system this is.

#include <fmt/format.h>

#include "sim/kernel/kernel.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kUname{
    .usage = "[OPTION]...",
    .gnu =
        "a all, s kernel-name, n nodename, r kernel-release, "
        "v kernel-version, m machine, p processor, i hardware-platform, "
        "o operating-system",
    .busybox = "a, m, n, r, s, p, v, i, o"};
constexpr About kPlain{.usage = "", .gnu = ""};

}  // namespace

Task<int> uname_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kUname);
  if (line.status) co_return co_await out.finish(*line.status);
  if (!line.operands.empty()) {
    const int status =
        refuse(out, kUname, "extra operand " + quoted(out, line.operands[0]));
    co_return co_await out.finish(status);
  }
  const kernel::KernelIdentity& identity = self.kernel().identity;
  const std::pair<const char*, std::string> parts[] = {
      {"s", "Linux"},          {"n", self.gethostname()},
      {"r", identity.release}, {"v", identity.version},
      {"m", identity.machine}, {"p", "unknown"},
      {"i", "unknown"},        {"o", "GNU/Linux"}};
  const bool all = line.has("a");
  List words;
  for (const auto& [key, text] : parts) {
    const bool unknown_part = text == "unknown";
    const bool named = line.has(key);
    const bool usual = line.given.empty() && std::string_view(key) == "s";
    if (named || usual || (all && !unknown_part)) words.push_back(text);
  }
  out.say(join(words, " ") + "\n");
  co_return co_await out.finish(0);
}

Task<int> arch_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kPlain);
  if (line.status) co_return co_await out.finish(*line.status);
  out.say(self.kernel().identity.machine + "\n");
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
