// accounts.cc — reads and prints the lines of the account databases.

#include "sim/userland/accounts.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace drydock::userland {

namespace {

std::optional<User> parse_user(const std::string& text) {
  const List fields = split(text, ':');
  if (fields.size() != 7 || fields[0].empty()) return std::nullopt;
  const auto uid = parse_id(fields[2]);
  const auto gid = parse_id(fields[3]);
  if (!uid || !gid) return std::nullopt;
  return User{fields[0], fields[1], *uid,     *gid,
              fields[4], fields[5], fields[6]};
}

std::optional<Group> parse_group(const std::string& text) {
  const List fields = split(text, ':');
  if (fields.size() != 4 || fields[0].empty()) return std::nullopt;
  const auto gid = parse_id(fields[2]);
  if (!gid) return std::nullopt;
  Group group{fields[0], fields[1], *gid, {}};
  for (const std::string& member : split(fields[3], ',')) {
    if (!member.empty()) group.members.push_back(member);
  }
  return group;
}

template <typename Rows, typename Key, typename Field>
auto* find_row(const Rows& rows, const Key& key, Field field) {
  const auto row = std::ranges::find(rows, key, field);
  return row == rows.end() ? nullptr : &*row;
}

}  // namespace

std::optional<std::uint32_t> parse_id(std::string_view text) {
  std::uint32_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return id;
}

std::string User::line() const {
  return fmt::format("{}:{}:{}:{}:{}:{}:{}", name, password, uid, gid, gecos,
                     home, shell);
}

std::string Group::line() const {
  return fmt::format("{}:{}:{}:{}", name, password, gid, join(members, ","));
}

const User* Accounts::user(std::string_view name) const {
  return find_row(users, name, &User::name);
}
const User* Accounts::user(vfs::UserId uid) const {
  return find_row(users, uid, &User::uid);
}
const Group* Accounts::group(std::string_view name) const {
  return find_row(groups, name, &Group::name);
}
const Group* Accounts::group(vfs::GroupId gid) const {
  return find_row(groups, gid, &Group::gid);
}

std::string Accounts::user_name(vfs::UserId uid) const {
  const User* const row = user(uid);
  return row ? row->name : std::to_string(uid);
}

std::string Accounts::group_name(vfs::GroupId gid) const {
  const Group* const row = group(gid);
  return row ? row->name : std::to_string(gid);
}

std::optional<vfs::UserId> Accounts::find_uid(std::string_view text) const {
  if (const User* const row = user(text)) return row->uid;
  return parse_id(text);
}

std::optional<vfs::GroupId> Accounts::find_gid(std::string_view text) const {
  if (const Group* const row = group(text)) return row->gid;
  return parse_id(text);
}

std::vector<vfs::GroupId> Accounts::groups_of(std::string_view user,
                                              vfs::GroupId primary) const {
  std::vector<vfs::GroupId> all{primary};
  for (const Group& row : groups) {
    const bool listed =
        std::ranges::find(row.members, user) != row.members.end();
    if (listed && row.gid != primary) all.push_back(row.gid);
  }
  return all;
}

Accounts parse_accounts(std::string_view passwd, std::string_view group) {
  Accounts accounts;
  for (const std::string& text : split(passwd, '\n')) {
    if (auto user = parse_user(text)) accounts.users.push_back(*user);
  }
  for (const std::string& text : split(group, '\n')) {
    if (auto row = parse_group(text)) accounts.groups.push_back(*row);
  }
  return accounts;
}

Task<Accounts> read_accounts(kernel::Process& self) {
  const SysResult<Bytes> passwd = co_await read_file(self, "/etc/passwd");
  const SysResult<Bytes> group = co_await read_file(self, "/etc/group");
  co_return parse_accounts(passwd ? *passwd : "", group ? *group : "");
}

}  // namespace drydock::userland
