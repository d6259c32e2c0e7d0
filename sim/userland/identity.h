// identity.h — becoming somebody else: su, gosu, chroot --userspec.

#pragma once

#include <string>
#include <vector>

#include "sim/userland/accounts.h"

namespace drydock::userland {

/// Who to become.
struct Identity {
  vfs::UserId uid = 0;
  vfs::GroupId gid = 0;
  std::vector<vfs::GroupId> groups;
  std::string name;  // Of the user; the number when it has no row.
  std::string home = "/";
  std::string shell = "/bin/sh";
};

/// "USER[:GROUP]", names or numbers; the error is the part that is unknown.
Result<Identity> find_identity(const Accounts& accounts,
                               const std::string& spec);

/// setgroups, setgid, setuid.
SysOutcome become_identity(kernel::Process& self, const Identity& identity);

}  // namespace drydock::userland
