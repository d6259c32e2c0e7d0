// accounts.h — who USER names: a look into a container's passwd and group.

#pragma once

#include <map>
#include <string>

#include "sim/base/result.h"
#include "sim/engine/backend.h"
#include "sim/vfs/walk.h"

namespace drydock::machine {

struct Account {
  vfs::Credentials who;
  std::string home = "/";
};

/// Reads "", "name", "uid", "name:group" and ":group" as `docker run -u` does
/// (behaviour.md §2 run), with supplementary groups from /etc/group when no
/// group is given, and `groups` from --group-add.  `recent`: as runtimes since
/// runc 0.1 do it, where a number is always an id, whoever is called so
/// (CVE-2016-3697), and the gid is one of the supplementary groups as well.
Result<Account> look_up_account(const vfs::View& container,
                                const std::string& user, const List& groups,
                                bool recent);

/// Names by number, of passwd(5) and of group(5).
std::map<vfs::UserId, std::string> user_names(const vfs::View& view);
std::map<vfs::GroupId, std::string> group_names(const vfs::View& view);

}  // namespace drydock::machine
