// accounts.h — /etc/passwd, /etc/group and /etc/shadow of the container.
//
// passwd(5), group(5) and shadow(5).  Lines that are not understood are kept as
// they are when a file is written back.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/text.h"
#include "sim/kernel/process.h"

namespace drydock::userland {

struct User {
  std::string name;
  std::string password = "x";
  vfs::UserId uid = 0;
  vfs::GroupId gid = 0;
  std::string gecos;
  std::string home = "/";
  std::string shell;

  std::string line() const;  // passwd(5), without its newline.
};

struct Group {
  std::string name;
  std::string password = "x";
  vfs::GroupId gid = 0;
  List members;

  std::string line() const;  // group(5), without its newline.
};

/// The databases, in the order of the files.  Missing files are empty.
struct Accounts {
  std::vector<User> users;
  std::vector<Group> groups;

  const User* user(std::string_view name) const;
  const User* user(vfs::UserId uid) const;
  const Group* group(std::string_view name) const;
  const Group* group(vfs::GroupId gid) const;

  std::string user_name(vfs::UserId uid) const;  // Or the number.
  std::string group_name(vfs::GroupId gid) const;

  /// A name, or else a number: as chown and find read them.
  std::optional<vfs::UserId> find_uid(std::string_view text) const;
  std::optional<vfs::GroupId> find_gid(std::string_view text) const;

  /// getgrouplist(3): `primary` first, then the groups that list the user.
  std::vector<vfs::GroupId> groups_of(std::string_view user,
                                      vfs::GroupId primary) const;
};

Accounts parse_accounts(std::string_view passwd, std::string_view group);
Task<Accounts> read_accounts(kernel::Process& self);

/// One word of decimal digits that fits an id.
std::optional<std::uint32_t> parse_id(std::string_view text);

}  // namespace drydock::userland
