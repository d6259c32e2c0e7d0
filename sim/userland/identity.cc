// identity.cc — becoming somebody else: su, gosu, chroot --userspec.

#include "sim/userland/identity.h"

namespace drydock::userland {

Result<Identity> find_identity(const Accounts& accounts,
                               const std::string& spec) {
  const std::size_t colon = spec.find(':');
  const std::string user = spec.substr(0, colon);
  const auto uid = accounts.find_uid(user);
  if (!uid) return Error{"unable to find user " + user};
  Identity identity;
  identity.uid = *uid;
  identity.name = user;
  if (const User* const row = accounts.user(*uid)) {
    identity.name = row->name;
    identity.gid = row->gid;
    identity.home = row->home;
    if (!row->shell.empty()) identity.shell = row->shell;
  }
  identity.groups = accounts.groups_of(identity.name, identity.gid);
  if (colon != spec.npos) {
    const std::string group = spec.substr(colon + 1);
    const auto gid = accounts.find_gid(group);
    if (!gid) return Error{"unable to find group " + group};
    identity.gid = *gid;
    identity.groups = {*gid};
  }
  return identity;
}

SysOutcome become_identity(kernel::Process& self, const Identity& identity) {
  const SysOutcome groups = self.setgroups(identity.groups);
  if (!groups) return groups;
  const SysOutcome gid = self.setgid(identity.gid);
  if (!gid) return gid;
  return self.setuid(identity.uid);
}

}  // namespace drydock::userland
