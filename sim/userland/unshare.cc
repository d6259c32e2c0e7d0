// unshare.cc — run a program with namespaces of its own.

#include <fmt/format.h>

#include <string>
#include <utility>

#include "sim/userland/launch.h"
#include "sim/userland/options.h"
#include "sim/userland/unshare.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [PROGRAM [ARG]...]",
    .gnu =
        "m mount, u uts, i ipc, n net, p pid, U user, C cgroup, f fork, "
        "r map-root-user",
    .busybox = "m, u, i, n, p, U, f, r",
    .order = Order::stop_at_operand};

struct Letter {
  std::string_view key;
  unsigned flag;
};
constexpr Letter kLetters[] = {
    {"m", kernel::kNewMount}, {"u", kernel::kNewUts}, {"i", kernel::kNewIpc},
    {"n", kernel::kNewNet},   {"p", kernel::kNewPid}, {"U", kernel::kNewUser},
    {"C", kernel::kNewCgroup}};

}  // namespace

Task<int> unshare_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  unsigned flags = 0;
  for (const Letter& letter : kLetters) {
    if (line.has(letter.key)) flags |= letter.flag;
  }
  const SysOutcome done = self.unshare(flags);
  if (!done) {
    const std::string call = out.busybox()
                                 ? fmt::format("unshare(0x{:x})", flags)
                                 : std::string("unshare failed");
    out.complain(call, done.error());
    co_return co_await out.finish(1);
  }
  List words = line.operands;
  if (words.empty()) words.push_back("/bin/sh");
  co_return co_await become(out, words, self.environ(), "failed to execute ");
}

}  // namespace drydock::userland
