// gosu.cc — run a program as another user, in place: no shell, no child.

#include <fmt/format.h>

#include "sim/userland/identity.h"
#include "sim/userland/launch.h"
#include "sim/userland/system.h"

namespace drydock::userland {

Task<int> gosu_main(kernel::Process& self) {
  Output out(self);
  List command(self.argv().begin() + 1, self.argv().end());
  if (command.size() < 2) {
    out.complain_plain(fmt::format("Usage: {} user-spec command [args]\n",
                                   vfs::base_name(out.name())));
    co_return co_await out.finish(1);
  }
  const std::string spec = command.front();
  command.erase(command.begin());
  const Accounts accounts = co_await read_accounts(self);
  const Result<Identity> who = find_identity(accounts, spec);
  std::string complaint;
  if (!who) {
    complaint = who.error().text;
  } else if (const SysOutcome changed = become_identity(self, *who); !changed) {
    complaint = lower(text_of(changed.error()));
  }
  if (!complaint.empty()) {
    out.complain_plain(fmt::format("error: failed switching to \"{}\": {}\n",
                                   spec, complaint));
    co_return co_await out.finish(1);
  }
  List environ = self.environ();
  set_variable(environ, "HOME", who->home);
  const Errno error = co_await exec_by_name(self, command, environ);
  const bool missing = error == Errno::enoent;
  out.complain_plain(
      missing ? fmt::format("error: exec: \"{}\": executable file not found in "
                            "$PATH\n",
                            command[0])
              : fmt::format("error: exec failed: {}\n", lower(text_of(error))));
  co_return co_await out.finish(1);
}

}  // namespace drydock::userland
