// account_files.h — changing /etc/passwd, /etc/group, /etc/shadow, /etc/gshadow
// as the shadow programs do: line by line, the former file kept with a '-'.

#pragma once

#include <optional>
#include <string>

#include "sim/userland/accounts.h"

namespace drydock::userland {

/// The four files as lines.  Change the lines, then save().
class AccountFiles {
 public:
  /// Reads the files; those that are missing are empty and stay missing,
  /// except passwd and group.
  static Task<AccountFiles> read(kernel::Process& self);

  /// Rows as they are now.
  Accounts accounts() const;

  bool has_shadow() const { return shadow_.there; }

  void add_user(const User& user, const std::string& shadow_rest);
  void add_group(const Group& group);
  void remove_user(const std::string& name);  // From groups as well.
  void remove_group(const std::string& name);
  void replace_user(const std::string& name, const User& user);
  void replace_group(const std::string& name, const Group& group);
  void join_group(const std::string& user, const std::string& group);
  void leave_group(const std::string& user, const std::string& group);

  /// The password field of /etc/shadow.
  std::optional<std::string> password(const std::string& name) const;
  void set_password(const std::string& name, const std::string& field);

  /// Writes what has changed.  EACCES for all but root.
  Task<SysOutcome> save(kernel::Process& self);

 private:
  struct File {
    std::string path, before;
    List lines;
    bool there = false;
    vfs::Mode mode = 0644;
  };

  static Task<File> read_one(kernel::Process& self, std::string path,
                             vfs::Mode mode);
  static Task<SysOutcome> write_one(kernel::Process& self, const File* file);

  File passwd_, group_, shadow_, gshadow_;
};

/// The lowest free id from `first` to `last`, above all used ones there; the
/// highest free one when `downwards`, as for the accounts of a system.
std::optional<std::uint32_t> free_id(const std::vector<std::uint32_t>& used,
                                     std::uint32_t first, std::uint32_t last,
                                     bool downwards);

std::vector<std::uint32_t> used_uids(const Accounts& accounts);
std::vector<std::uint32_t> used_gids(const Accounts& accounts);

/// Lower-case letters, digits, '_' and '-', not starting with a digit.
bool is_account_name(std::string_view name);

/// Days since the epoch, for shadow(5).
std::int64_t today(const kernel::Process& self);

/// mkdir of a home and its owner, and what /etc/skel has copied into it.
Task<SysOutcome> make_home(kernel::Process& self, User user, bool skeleton);

}  // namespace drydock::userland
