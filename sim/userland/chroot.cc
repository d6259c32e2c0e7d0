// chroot.cc — run a program with another root directory.

#include "sim/userland/identity.h"
#include "sim/userland/launch.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {
constexpr About kAbout{.usage = "[OPTION] NEWROOT [COMMAND [ARG]...]",
                       .gnu = "userspec=, groups=, skip-chdir",
                       .busybox = "",
                       .order = Order::stop_at_operand,
                       .refusal = 125};
}

Task<int> chroot_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status, 125);
  if (line.operands.empty()) {
    const int status = refuse(out, kAbout, "missing operand");
    co_return co_await out.finish(status, 125);
  }
  const int failure = out.busybox() ? 1 : 125;
  const std::string& root = line.operands[0];
  const SysOutcome changed = self.chroot(root);
  if (!changed) {
    out.complain(cannot(out, "change root directory to", root),
                 changed.error());
    co_return co_await out.finish(failure, failure);
  }
  static_cast<void>(self.chdir("/"));
  if (const auto spec = line.value("userspec")) {
    const Accounts accounts = co_await read_accounts(self);
    const Result<Identity> who = find_identity(accounts, *spec);
    if (!who) {
      out.complain("invalid user");
      co_return co_await out.finish(failure, failure);
    }
    const SysOutcome became = become_identity(self, *who);
    if (!became) {
      out.complain("failed to set user-ID", became.error());
      co_return co_await out.finish(failure, failure);
    }
  }
  List command(line.operands.begin() + 1, line.operands.end());
  if (command.empty()) {
    command = {self.getenv("SHELL").value_or("/bin/sh")};
    command.push_back("-i");
  }
  co_return co_await become(out, command, self.environ(),
                            "failed to run command ");
}

}  // namespace drydock::userland
