// first_look.h — what the first process finds in a container that nobody has
// changed.
//
// That is what is in its image, which never changes: who USER names and where
// in PATH the program is.  So both are looked up once for all containers of an
// image, like the dentries that a kernel keeps.

#pragma once

#include <optional>
#include <string>

#include "sim/engine/backend.h"
#include "sim/machine/accounts.h"
#include "sim/vfs/layer.h"

namespace drydock::machine {

/// The last answers for the containers of one image.
class FirstLook {
 public:
  /// Is this still the image alone: nothing written, and nothing mounted but
  /// the root?
  static bool is_all(const vfs::UnionMount& root,
                     const vfs::MountTable& mounts);

  /// Null when another one was asked for last.
  const Account* account(const engine::ProcessSpec& process) const;
  void keep(const engine::ProcessSpec& process, const Account& account);

  /// The path of argv[0]; null as above.
  const std::string* program(const engine::ProcessSpec& process,
                             std::string_view search,
                             const vfs::Credentials& who) const;
  void keep(const engine::ProcessSpec& process, std::string_view search,
            const vfs::Credentials& who, const std::string& program);

 private:
  std::string user_;
  List groups_;
  bool lists_own_group_ = false;
  std::optional<Account> account_;

  std::string name_, search_, cwd_;
  vfs::Credentials who_;
  std::optional<std::string> program_;
};

}  // namespace drydock::machine
