// user.cc — passwd(5), group(5) and the USER of a container.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "realmode/plan/apply.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

namespace {

constexpr std::int64_t kIdMax = 2147483647;

/// These files are the image's: one that never ends, or a pipe that nobody
/// writes to, must not hold up whoever reads it.
std::optional<std::string> small_file(const std::string& path) {
  constexpr std::size_t kMax = 1 << 20;
  const auto file = sys::open(path, O_RDONLY | O_NONBLOCK);
  if (!file) return std::nullopt;
  std::string text(kMax, '\0');
  std::size_t size = 0;
  while (size < kMax) {
    const ssize_t count = ::read(file->get(), text.data() + size, kMax - size);
    if (count <= 0) break;
    size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  return text;
}

std::vector<List> rows_of(const std::string& path, std::size_t fields) {
  std::vector<List> rows;
  const auto text = small_file(path);
  if (!text) return rows;
  for (const std::string& line : split(*text, '\n')) {
    List row = split(line, ':');
    if (row.size() >= fields) rows.push_back(std::move(row));
  }
  return rows;
}

unsigned id_in(const std::string& field) {
  return static_cast<unsigned>(parse_int(field).value_or(0));
}

/// A number is always an id, whatever an image calls its groups.
Result<gid_t> find_group(const std::vector<List>& rows,
                         const std::string& wanted) {
  const auto gid = parse_int(wanted);
  for (const List& row : rows) {
    if (!gid && row[0] == wanted) return gid_t{id_in(row[2])};
  }
  if (!gid) {
    return Error{fmt::format(
        "unable to find group {}: no matching entries in group file", wanted)};
  }
  if (*gid < 0 || *gid > kIdMax) {
    return Error{"uids and gids must be in range 0-2147483647"};
  }
  return static_cast<gid_t>(*gid);
}

/// Fills uid, gid and home; answers the user's name, empty if it has none.  A
/// number is always an id: an image may call its root "1000" (CVE-2016-3697).
Result<std::string> find_user(Stage& stage, const std::string& name) {
  const std::string wanted = name.empty() ? "0" : name;
  const auto uid = parse_int(wanted);
  for (const List& row : rows_of("/etc/passwd", 6)) {
    if (uid ? parse_int(row[2]) != uid : row[0] != wanted) continue;
    stage.uid = id_in(row[2]);
    stage.gid = id_in(row[3]);
    stage.home = row[5].empty() ? "/" : row[5];
    return row[0];
  }
  if (!uid) {
    return Error{fmt::format(
        "unable to find user {}: no matching entries in passwd file", name)};
  }
  if (*uid < 0 || *uid > kIdMax) {
    return Error{"uids and gids must be in range 0-2147483647"};
  }
  stage.uid = static_cast<uid_t>(*uid);
  return std::string();
}

}  // namespace

Outcome look_up_user(Stage& stage, const std::string& user,
                     const List& groups) {
  const std::size_t colon = user.find(':');
  const auto name = find_user(stage, user.substr(0, colon));
  if (!name) return name.error();
  const bool group_given = colon != std::string::npos;
  if (!group_given && groups.empty() && name->empty()) return done();
  const std::vector<List> rows = rows_of("/etc/group", 4);
  if (group_given) {
    const auto gid = find_group(rows, user.substr(colon + 1));
    if (!gid) return gid.error();
    stage.gid = *gid;
  } else if (!name->empty()) {
    // Who has no name is no member of groups that list nobody.
    for (const List& row : rows) {
      const List members = split(row[3], ',');
      if (std::ranges::find(members, *name) == members.end()) continue;
      stage.groups.push_back(id_in(row[2]));
    }
  }
  for (const std::string& group : groups) {
    const auto gid = find_group(rows, group);
    if (!gid) return gid.error();
    stage.groups.push_back(*gid);
  }
  return done();
}

}  // namespace drydock::realmode
