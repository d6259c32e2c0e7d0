// first_look.cc — questions that were answered before.

#include "sim/machine/first_look.h"

namespace drydock::machine {

using engine::ProcessSpec;

bool FirstLook::is_all(const vfs::UnionMount& root,
                       const vfs::MountTable& mounts) {
  return mounts.has_root_alone() && root.is_untouched();
}

const Account* FirstLook::account(const ProcessSpec& process) const {
  const bool same = account_ && process.user == user_ &&
                    process.groups == groups_ &&
                    process.lists_own_group == lists_own_group_;
  return same ? &*account_ : nullptr;
}

void FirstLook::keep(const ProcessSpec& process, const Account& account) {
  user_ = process.user;
  groups_ = process.groups;
  lists_own_group_ = process.lists_own_group;
  account_ = account;
}

const std::string* FirstLook::program(const ProcessSpec& process,
                                      std::string_view search,
                                      const vfs::Credentials& who) const {
  const bool same = program_ && process.argv.front() == name_ &&
                    search == search_ && process.cwd == cwd_ && who == who_;
  return same ? &*program_ : nullptr;
}

void FirstLook::keep(const ProcessSpec& process, std::string_view search,
                     const vfs::Credentials& who, const std::string& program) {
  name_ = process.argv.front();
  search_ = search;
  cwd_ = process.cwd;
  who_ = who;
  program_ = program;
}

}  // namespace drydock::machine
