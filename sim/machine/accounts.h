// accounts.h — who USER names: a look into a container's passwd and group.

#pragma once

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
/// group is given, and `groups` from --group-add.
Result<Account> look_up_account(const vfs::View& container,
                                const std::string& user, const List& groups);

}  // namespace drydock::machine
