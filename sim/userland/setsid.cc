// setsid.cc — run a program in a session of its own; mountpoint: is something
// mounted there?

#include <fmt/format.h>

#include "sim/userland/launch.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kSetsid{.usage = "[options] <program> [arguments ...]",
                        .gnu = "c ctty, f fork, w wait",
                        .busybox = "c",
                        .order = Order::stop_at_operand};
constexpr About kMountpoint{.usage = "[-qd] /path/to/directory",
                            .gnu = "q quiet, d fs-devno, x devno",
                            .busybox = "q, d, n, x"};

/// A leader of a group may not make a session: its child does.
Task<int> wait_for(Process& self, Pid child) {
  const SysResult<WaitStatus> ended = co_await self.wait4(child);
  co_return ended ? ended->shell_status() : 1;
}

// mount_namespaces(7): a directory on another device than its parent, or the
// same file as its parent, is where something is mounted.  Bind mounts of the
// same file system are found in /proc/mounts alone.
bool is_listed(std::string_view mounts, const std::string& path) {
  for (const std::string& row : split(mounts, '\n')) {
    const List fields = split(row, ' ');
    if (fields.size() > 1 && fields[1] == path) return true;
  }
  return false;
}

}  // namespace

Task<int> setsid_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kSetsid);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    const int status = refuse(out, kSetsid, "no command specified");
    co_return co_await out.finish(status);
  }
  if (self.getpgrp() == self.getpid() || line.has("f")) {
    const SysResult<Pid> child = self.fork([](Process& me) -> Task<int> {
      Output mine(me);
      static_cast<void>(me.setsid());
      const CommandLine again = read_command_line(mine, kSetsid);
      co_return co_await become(mine, again.operands, me.environ(),
                                "failed to execute ");
    });
    if (!child) {
      out.complain("fork", child.error());
      co_return co_await out.finish(1);
    }
    if (!line.has("w")) co_return 0;
    co_return co_await wait_for(self, *child);
  }
  const SysResult<Pid> session = self.setsid();
  if (!session) {
    out.complain("setsid failed", session.error());
    co_return co_await out.finish(1);
  }
  co_return co_await become(out, line.operands, self.environ(),
                            "failed to execute ");
}

Task<int> mountpoint_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kMountpoint);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() != 1) {
    const int status = refuse(out, kMountpoint, "bad usage");
    co_return co_await out.finish(status);
  }
  const std::string& name = line.operands[0];
  const bool quiet = line.has("q");
  const SysResult<vfs::Attributes> file = self.stat(name);
  if (!file) {
    if (!quiet) out.complain(name, file.error());
    co_return co_await out.finish(1);
  }
  const SysResult<Bytes> mounts = co_await read_file(self, "/proc/mounts");
  const SysResult<std::string> real = self.realpath(name);
  const bool there = mounts && real && is_listed(*mounts, *real);
  if (!quiet) {
    out.say(fmt::format("{} is {}a mountpoint\n", name, there ? "" : "not "));
  }
  const int status = there ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
