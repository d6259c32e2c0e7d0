// account_files.cc — changing the account databases.

#include "sim/userland/account_files.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/files.h"

namespace drydock::userland {

namespace {

bool is_row_of(const std::string& line, const std::string& name) {
  return line.starts_with(name + ":");
}

void erase_row(List& lines, const std::string& name) {
  std::erase_if(lines,
                [&](const std::string& line) { return is_row_of(line, name); });
}

// Changes the list of members in a group's or gshadow's last field.
void change_members(List& lines, const std::string& group, auto change) {
  for (std::string& line : lines) {
    if (!is_row_of(line, group)) continue;
    List fields = split(line, ':');
    List members;
    for (const std::string& member : split(fields.back(), ',')) {
      if (!member.empty()) members.push_back(member);
    }
    change(members);
    fields.back() = join(members, ",");
    line = join(fields, ":");
  }
}

}  // namespace

Task<AccountFiles::File> AccountFiles::read_one(kernel::Process& self,
                                                std::string path,
                                                vfs::Mode mode) {
  File file;
  file.path = path;
  file.mode = mode;
  const SysResult<Bytes> content = co_await read_file(self, path);
  if (!content) co_return file;
  file.there = true;
  file.before = *content;
  file.lines = split(*content, '\n');
  if (!file.lines.empty() && file.lines.back().empty()) file.lines.pop_back();
  if (const auto found = self.stat(path)) file.mode = found->mode;
  co_return file;
}

Task<AccountFiles> AccountFiles::read(kernel::Process& self) {
  AccountFiles files;
  files.passwd_ = co_await read_one(self, "/etc/passwd", 0644);
  files.group_ = co_await read_one(self, "/etc/group", 0644);
  files.shadow_ = co_await read_one(self, "/etc/shadow", 0640);
  files.gshadow_ = co_await read_one(self, "/etc/gshadow", 0640);
  files.passwd_.there = files.group_.there = true;
  co_return files;
}

Accounts AccountFiles::accounts() const {
  return parse_accounts(join(passwd_.lines, "\n"), join(group_.lines, "\n"));
}

void AccountFiles::add_user(const User& user, const std::string& shadow_rest) {
  passwd_.lines.push_back(user.line());
  if (shadow_.there) shadow_.lines.push_back(user.name + ":" + shadow_rest);
}

void AccountFiles::add_group(const Group& group) {
  group_.lines.push_back(group.line());
  if (gshadow_.there) {
    gshadow_.lines.push_back(
        fmt::format("{}:!::{}", group.name, join(group.members, ",")));
  }
}

void AccountFiles::remove_user(const std::string& name) {
  erase_row(passwd_.lines, name);
  erase_row(shadow_.lines, name);
  for (const Group& group : accounts().groups) leave_group(name, group.name);
}

void AccountFiles::remove_group(const std::string& name) {
  erase_row(group_.lines, name);
  erase_row(gshadow_.lines, name);
}

void AccountFiles::replace_user(const std::string& name, const User& user) {
  for (std::string& line : passwd_.lines) {
    if (is_row_of(line, name)) line = user.line();
  }
  for (std::string& line : shadow_.lines) {
    if (is_row_of(line, name)) line = user.name + line.substr(name.size());
  }
}

void AccountFiles::replace_group(const std::string& name, const Group& group) {
  for (std::string& line : group_.lines) {
    if (is_row_of(line, name)) line = group.line();
  }
  for (std::string& line : gshadow_.lines) {
    if (is_row_of(line, name)) line = group.name + line.substr(name.size());
  }
}

void AccountFiles::join_group(const std::string& user,
                              const std::string& group) {
  const auto add = [&](List& members) {
    if (std::ranges::find(members, user) == members.end()) {
      members.push_back(user);
    }
  };
  change_members(group_.lines, group, add);
  change_members(gshadow_.lines, group, add);
}

void AccountFiles::leave_group(const std::string& user,
                               const std::string& group) {
  const auto drop = [&](List& members) { std::erase(members, user); };
  change_members(group_.lines, group, drop);
  change_members(gshadow_.lines, group, drop);
}

std::optional<std::string> AccountFiles::password(
    const std::string& name) const {
  for (const std::string& line : shadow_.lines) {
    if (is_row_of(line, name)) return split(line, ':').at(1);
  }
  return std::nullopt;
}

void AccountFiles::set_password(const std::string& name,
                                const std::string& field) {
  for (std::string& line : shadow_.lines) {
    if (!is_row_of(line, name)) continue;
    List fields = split(line, ':');
    fields[1] = field;
    line = join(fields, ":");
  }
}

Task<SysOutcome> AccountFiles::write_one(kernel::Process& self,
                                         const File* file) {
  const std::string content =
      file->lines.empty() ? "" : join(file->lines, "\n") + "\n";
  if (!file->there || content == file->before) co_return ok();
  const std::string backup = file->path + "-";
  const SysOutcome kept =
      co_await write_file(self, backup, file->before, file->mode);
  if (!kept) co_return kept.error();
  co_return co_await write_file(self, file->path, content, file->mode);
}

Task<SysOutcome> AccountFiles::save(kernel::Process& self) {
  const std::string lock = "/etc/.pwd.lock";
  if (!self.lstat(lock)) {
    const SysOutcome locked = co_await write_file(self, lock, "", 0600);
    if (!locked) co_return locked.error();
  }
  for (const File* const file : {&passwd_, &shadow_, &group_, &gshadow_}) {
    const SysOutcome written = co_await write_one(self, file);
    if (!written) co_return written.error();
  }
  co_return ok();
}

std::optional<std::uint32_t> free_id(const std::vector<std::uint32_t>& used,
                                     std::uint32_t first, std::uint32_t last,
                                     bool downwards) {
  const auto is_free = [&](std::uint32_t id) {
    return std::ranges::find(used, id) == used.end();
  };
  if (downwards) {
    for (std::uint32_t id = last; id >= first; --id) {
      if (is_free(id)) return id;
    }
    return std::nullopt;
  }
  // Upwards behind the largest, so that nobody inherits an old account's
  // files; gaps are filled when there is nothing else.
  std::uint32_t next = first;
  for (const std::uint32_t id : used) {
    if (id >= next && id <= last) next = id + 1;
  }
  if (next <= last) return next;
  for (std::uint32_t id = first; id <= last; ++id) {
    if (is_free(id)) return id;
  }
  return std::nullopt;
}

std::vector<std::uint32_t> used_uids(const Accounts& accounts) {
  std::vector<std::uint32_t> ids;
  for (const User& user : accounts.users) ids.push_back(user.uid);
  return ids;
}

std::vector<std::uint32_t> used_gids(const Accounts& accounts) {
  std::vector<std::uint32_t> ids;
  for (const Group& group : accounts.groups) ids.push_back(group.gid);
  return ids;
}

bool is_account_name(std::string_view name) {
  if (name.empty() || name.size() > 32) return false;
  const bool head = name[0] == '_' || ('a' <= name[0] && name[0] <= 'z');
  if (name.ends_with('$')) name.remove_suffix(1);
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyz0123456789_-";
  return head && name.find_first_not_of(kLetters) == name.npos;
}

std::int64_t today(const kernel::Process& self) {
  return self.now().seconds() / 86400;
}

Task<SysOutcome> make_home(kernel::Process& self, User user, bool skeleton) {
  const SysOutcome made = self.mkdir(user.home, 0755);
  if (!made) co_return made.error();
  static_cast<void>(self.chmod(user.home, 0755));
  const auto entries = self.readdir("/etc/skel");
  for (std::size_t i = 0; skeleton && entries && i < entries->size(); ++i) {
    const std::string& name = (*entries)[i].name;
    const SysResult<Bytes> content =
        co_await read_file(self, concat("/etc/skel", name));
    if (!content) continue;
    const std::string copy = concat(user.home, name);
    co_await write_file(self, copy, *content, 0644);
    static_cast<void>(self.chown(copy, user.uid, user.gid));
  }
  co_return self.chown(user.home, user.uid, user.gid);
}

}  // namespace drydock::userland
