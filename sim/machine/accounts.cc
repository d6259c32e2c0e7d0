// accounts.cc — passwd(5), group(5) and the USER of a container.

#include "sim/machine/accounts.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::machine {

namespace {

constexpr std::int64_t kIdMax = 2147483647;
constexpr std::size_t kFileMax = 1 << 20;

/// A line's first fields, where they stand in the file.
struct Row {
  std::array<std::string_view, 7> fields;
  std::size_t count = 0;
  std::string_view operator[](std::size_t at) const { return fields[at]; }
};

Row row_of(std::string_view line) {
  Row row;
  while (row.count < row.fields.size()) {
    const std::size_t colon = line.find(':');
    row.fields[row.count++] = line.substr(0, colon);
    if (colon == line.npos) break;
    line.remove_prefix(colon + 1);
  }
  return row;
}

/// A file of rows.  It is read once for each container that starts, so
/// nothing of it is copied.
class Rows {
 public:
  Rows(const vfs::View& view, std::string_view path, std::size_t fields)
      : fields_(fields) {
    SysResult<vfs::Glance> file = vfs::glance(view, path, kFileMax);
    if (file) text_ = std::move(file->head);
  }

  /// Shows each row that has all its fields, until `use` answers true; only
  /// those that this word is somewhere in, if one is given.
  template <typename Use>
  bool any(Use use, std::string_view word = "") const {
    const std::string_view text = text_;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t found = text.find(word, at);
      if (found == text.npos) return false;
      const std::size_t before = text.substr(at, found - at).rfind('\n');
      if (before != text.npos) at += before + 1;
      const std::size_t end = std::min(text.find('\n', found), text.size());
      const Row row = row_of(text.substr(at, end - at));
      at = end + 1;
      if (row.count >= fields_ && use(row)) return true;
    }
    return false;
  }

 private:
  std::size_t fields_;
  Bytes text_;
};

std::optional<std::int64_t> number(std::string_view text) {
  return parse_int(text);
}

bool lists(std::string_view members, std::string_view name) {
  for (;;) {
    const std::size_t comma = members.find(',');
    if (members.substr(0, comma) == name) return true;
    if (comma == members.npos) return false;
    members.remove_prefix(comma + 1);
  }
}

struct PasswdRow {
  std::string name, home = "/";
  std::int64_t uid = 0, gid = 0;
};

std::optional<PasswdRow> find_user(const vfs::View& view,
                                   std::string_view wanted, bool recent) {
  const std::optional<std::int64_t> uid = number(wanted);
  const bool by_name = !uid || !recent;
  std::optional<PasswdRow> found;
  Rows(view, "/etc/passwd", 6).any([&](const Row& row) {
    const bool same =
        (by_name && row[0] == wanted) || (uid && number(row[2]) == uid);
    if (!same) return false;
    found = PasswdRow{std::string(row[0]),
                      row[5].empty() ? "/" : std::string(row[5]),
                      number(row[2]).value_or(0), number(row[3]).value_or(0)};
    return true;
  });
  return found;
}

vfs::GroupId gid_of(const Row& row) {
  return static_cast<vfs::GroupId>(number(row[2]).value_or(0));
}

Result<vfs::GroupId> find_group(const Rows& rows, const std::string& wanted,
                                bool recent) {
  const std::optional<std::int64_t> gid = number(wanted);
  vfs::GroupId found = 0;
  const bool named = (!gid || !recent) && rows.any([&](const Row& row) {
    found = gid_of(row);
    return row[0] == wanted;
  });
  if (named) return found;
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
                 const std::string& name, bool recent, std::string* user_name) {
  const std::string wanted = name.empty() ? "0" : name;
  if (const auto row = find_user(view, wanted, recent)) {
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
                                const std::string& user, const List& groups,
                                bool recent) {
  Account account;
  const std::size_t colon = user.find(':');
  std::string user_name;
  const Outcome found =
      set_user(account, container, user.substr(0, colon), recent, &user_name);
  if (!found) return found.error();

  const bool group_given = colon != std::string::npos;
  const bool any = group_given || !groups.empty() || !user_name.empty();
  if (!any) {
    if (recent) account.who.groups.push_back(account.who.gid);
    return account;
  }
  const Rows rows(container, "/etc/group", 4);
  if (group_given) {
    const Result<vfs::GroupId> gid =
        find_group(rows, user.substr(colon + 1), recent);
    if (!gid) return gid.error();
    account.who.gid = *gid;
  } else {
    rows.any(
        [&](const Row& row) {
          const bool in = !user_name.empty() && lists(row[3], user_name);
          if (in) account.who.groups.push_back(gid_of(row));
          return false;
        },
        user_name);
  }
  for (const std::string& group : groups) {
    const Result<vfs::GroupId> gid = find_group(rows, group, false);
    if (!gid) return gid.error();
    account.who.groups.push_back(*gid);
  }
  if (recent) account.who.groups.push_back(account.who.gid);
  // The kernel keeps them sorted; the runtime sends none twice.
  std::vector<vfs::GroupId>& all = account.who.groups;
  std::ranges::stable_sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return account;
}

namespace {

std::map<std::uint32_t, std::string> names_in(const vfs::View& view,
                                              std::string_view path) {
  std::map<std::uint32_t, std::string> names;
  Rows(view, path, 3).any([&names](const Row& row) {
    const std::optional<std::int64_t> id = number(row[2]);
    if (id) names.emplace(static_cast<std::uint32_t>(*id), std::string(row[0]));
    return false;
  });
  return names;
}

}  // namespace

std::map<vfs::UserId, std::string> user_names(const vfs::View& view) {
  return names_in(view, "/etc/passwd");
}

std::map<vfs::GroupId, std::string> group_names(const vfs::View& view) {
  return names_in(view, "/etc/group");
}

}  // namespace drydock::machine
