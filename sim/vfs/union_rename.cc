// union_rename.cc — rename(2) in a union mount, as overlayfs without
// redirect_dir has it: directories of lower layers cannot be moved, and mv(1)
// copies them when it is told EXDEV.

#include <utility>

#include "sim/vfs/union_inode.h"

namespace drydock::vfs {

bool UnionInode::is_below(const UnionInode& directory,
                          std::string_view name) const {
  for (const UnionInode* at = this; at->parent_; at = at->parent_.get()) {
    if (at->parent_.get() == &directory && at->name_ == name) return true;
  }
  return false;
}

SysOutcome UnionInode::may_rename(const Found& moved, std::string_view name,
                                  const UnionInode& into,
                                  std::string_view new_name,
                                  bool no_replace) const {
  if (!moved.exists() || into.removed()) return Errno::enoent;
  const SysOutcome sound = check_name(new_name);
  if (!sound) return sound;
  const Found victim = into.find(new_name);
  if (victim.exists() && no_replace) return Errno::eexist;
  if (into.is_below(*this, name)) return Errno::einval;
  if (victim.exists() && is_below(into, new_name)) return Errno::enotempty;
  const bool same = (victim.upper && victim.upper == moved.upper) ||
                    (this == &into && name == new_name);
  if (same) return ok();
  if (victim.exists() && moved.is_directory() != victim.is_directory()) {
    return moved.is_directory() ? Errno::enotdir : Errno::eisdir;
  }
  if (moved.is_directory() && !moved.is_pure_upper()) return Errno::exdev;
  if (victim.exists() && victim.is_directory() && !victim.is_empty()) {
    return Errno::enotempty;
  }
  return ok();
}

void UnionInode::moved_to(const UnionInodeRef& parent, std::string_view name) {
  parent_ = parent;
  name_ = name;
}

SysOutcome UnionInode::rename(std::string_view name, Inode& into,
                              std::string_view new_name, bool no_replace) {
  auto* const to = dynamic_cast<UnionInode*>(&into);
  if (to == nullptr || to->state_ != state_) return Errno::exdev;
  if (!is_directory() || !to->is_directory()) return Errno::enotdir;
  Found moved = find(name);
  const SysOutcome allowed = may_rename(moved, name, *to, new_name, no_replace);
  if (!allowed) return allowed;
  const Found victim = to->find(new_name);
  const bool same = (victim.upper && victim.upper == moved.upper) ||
                    (this == to && name == new_name);
  if (same) return ok();  // Two names of one file.

  const auto file = std::static_pointer_cast<UnionInode>(face(name, moved));
  const SysOutcome file_up = file->copy_up();
  if (!file_up) return file_up;
  const SysOutcome to_up = to->copy_up();
  if (!to_up) return to_up;
  to->drop(new_name, victim);
  const SysOutcome done = upper_->rename(name, *to->upper_, new_name, false);
  if (!done) return done;
  if (moved.lower) hide(name);
  if (victim.lower && moved.is_directory()) file->upper_->set_opaque();
  file->moved_to(std::static_pointer_cast<UnionInode>(to->shared_from_this()),
                 new_name);
  return ok();
}

}  // namespace drydock::vfs
