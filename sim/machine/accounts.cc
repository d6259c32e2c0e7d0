// accounts.cc — passwd(5), group(5) and the USER of a container.

#include "sim/machine/accounts.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::machine {

namespace {

constexpr std::int64_t kIdMax = 2147483647;
constexpr std::size_t kFileMax = 1 << 20;

std::vector<List> rows_of(const vfs::View& view, std::string_view path,
                          std::size_t fields) {
  std::vector<List> rows;
  const auto place = vfs::resolve(view, path);
  if (!place) return rows;
  const SysResult<Bytes> text = place->inode->read(0, kFileMax);
  if (!text) return rows;
  for (const std::string& line : split(*text, '\n')) {
    List row = split(line, ':');
    if (row.size() >= fields) rows.push_back(std::move(row));
  }
  return rows;
}

std::optional<std::int64_t> number(const std::string& text) {
  return parse_int(text);
}

bool lists(const std::string& members, const std::string& name) {
  const List names = split(members, ',');
  return std::ranges::find(names, name) != names.end();
}

struct PasswdRow {
  std::string name, home = "/";
  std::int64_t uid = 0, gid = 0;
};

std::optional<PasswdRow> find_user(const vfs::View& view,
                                   const std::string& wanted) {
  const std::optional<std::int64_t> uid = number(wanted);
  for (const List& row : rows_of(view, "/etc/passwd", 6)) {
    const bool same = row[0] == wanted || (uid && number(row[2]) == uid);
    if (!same) continue;
    return PasswdRow{row[0], row[5].empty() ? "/" : row[5],
                     number(row[2]).value_or(0), number(row[3]).value_or(0)};
  }
  return std::nullopt;
}

Result<vfs::GroupId> find_group(const std::vector<List>& rows,
                                const std::string& wanted) {
  for (const List& row : rows) {
    if (row[0] == wanted) {
      return static_cast<vfs::GroupId>(number(row[2]).value_or(0));
    }
  }
  const std::optional<std::int64_t> gid = number(wanted);
  if (!gid) {
    return Error{fmt::format(
        "unable to find group {}: no matching entries in group file", wanted)};
  }
  if (*gid < 0 || *gid > kIdMax) {
    return Error{"uids and gids must be in range 0-2147483647"};
  }
  return static_cast<vfs::GroupId>(*gid);
}

Outcome set_user(Account& account, const vfs::View& view,
                 const std::string& name, std::string* user_name) {
  const std::string wanted = name.empty() ? "0" : name;
  if (const auto row = find_user(view, wanted)) {
    account.who.uid = static_cast<vfs::UserId>(row->uid);
    account.who.gid = static_cast<vfs::GroupId>(row->gid);
    account.home = row->home;
    *user_name = row->name;
    return done();
  }
  const std::optional<std::int64_t> uid = number(wanted);
  if (!uid) {
    return Error{fmt::format(
        "unable to find user {}: no matching entries in passwd file", name)};
  }
  if (*uid < 0 || *uid > kIdMax) {
    return Error{"uids and gids must be in range 0-2147483647"};
  }
  account.who.uid = static_cast<vfs::UserId>(*uid);
  return done();
}

}  // namespace

Result<Account> look_up_account(const vfs::View& container,
                                const std::string& user, const List& groups) {
  Account account;
  const std::size_t colon = user.find(':');
  std::string user_name;
  const Outcome found =
      set_user(account, container, user.substr(0, colon), &user_name);
  if (!found) return found.error();

  const bool group_given = colon != std::string::npos;
  if (!group_given && groups.empty() && user_name.empty()) return account;
  const std::vector<List> rows = rows_of(container, "/etc/group", 4);
  if (group_given) {
    const Result<vfs::GroupId> gid = find_group(rows, user.substr(colon + 1));
    if (!gid) return gid.error();
    account.who.gid = *gid;
  } else {
    for (const List& row : rows) {
      if (user_name.empty() || !lists(row[3], user_name)) continue;
      account.who.groups.push_back(
          static_cast<vfs::GroupId>(number(row[2]).value_or(0)));
    }
  }
  for (const std::string& group : groups) {
    const Result<vfs::GroupId> gid = find_group(rows, group);
    if (!gid) return gid.error();
    account.who.groups.push_back(*gid);
  }
  return account;
}

}  // namespace drydock::machine
