// union_directory.cc — entries of directories seen through a union mount.

#include <utility>

#include "sim/vfs/union_inode.h"

namespace drydock::vfs {

bool is_whiteout(const MemoryInode& upper) {
  const Attributes& file = upper.raw_attributes();
  return file.type == FileType::char_device && file.rdev == Device{};
}

bool UnionInode::Found::is_pure_upper() const {
  return upper && (!lower || !lower->is_directory() || upper->is_opaque());
}

bool UnionInode::Found::is_empty() const {
  if (upper) {
    for (const auto& [name, child] : upper->children()) {
      if (!is_whiteout(*child)) return false;
    }
  }
  if (is_pure_upper() || !lower) return true;
  PersistentMap<NodeRef>::Cursor entry(lower->children);
  for (; !entry.at_end(); entry.next()) {
    const bool hidden = upper && upper->find(entry.key()) != nullptr;
    if (!hidden) return false;
  }
  return true;
}

UnionInode::Found UnionInode::find(std::string_view name) const {
  Found found;
  if (upper_) {
    const auto child = upper_->children().find(name);
    if (child != upper_->children().end()) {
      found.whiteout = is_whiteout(*child->second);
      if (!found.whiteout) found.upper = child->second;
    }
  }
  if (lower_) {
    const NodeRef* const below = lower_->find(name);
    if (below != nullptr) found.lower = *below;
  }
  return found;
}

/// The inode of an entry that exists: the one somebody holds, or a new one.
InodeRef UnionInode::face(std::string_view name, const Found& found) {
  if (found.upper) {
    const auto held = state_->by_upper.find(found.upper.get());
    if (held != state_->by_upper.end()) return held->second->shared_from_this();
  } else {
    const auto held = lower_only_.find(name);
    if (held != lower_only_.end()) return held->second->shared_from_this();
  }
  const bool seen =
      !found.upper || (found.is_directory() && !found.is_pure_upper());
  return std::make_shared<UnionInode>(
      state_, std::static_pointer_cast<UnionInode>(shared_from_this()), name,
      seen ? found.lower : nullptr, found.upper);
}

SysResult<InodeRef> UnionInode::lookup(std::string_view name) {
  if (!is_directory()) return Errno::enotdir;
  const Found found = find(name);
  if (found.exists()) return face(name, found);
  const SysOutcome sound = check_name(name);
  return sound ? Errno::enoent : sound.error();
}

std::optional<Dentry> UnionInode::peek(std::string_view name) const {
  if (name == ".") {
    const Attributes& own =
        upper_ ? upper_->raw_attributes() : lower_->attributes;
    return Dentry{&own, const_cast<UnionInode*>(this)};
  }
  const MemoryInode* const above = upper_ ? upper_->find(name) : nullptr;
  if (above != nullptr) {
    if (is_whiteout(*above)) return Dentry{};
    const auto held = state_->by_upper.find(above);
    if (held == state_->by_upper.end()) return std::nullopt;
    return Dentry{&above->raw_attributes(), held->second};
  }
  const NodeRef* const below = lower_ ? lower_->find(name) : nullptr;
  if (below == nullptr) return Dentry{};
  const Node& node = **below;
  const auto held = lower_only_.find(name);
  if (held != lower_only_.end()) return Dentry{&node.attributes, held->second};
  return Dentry{&node.attributes, nullptr, &node};
}

SysResult<std::vector<DirectoryEntry>> UnionInode::entries() {
  if (!is_directory()) return Errno::enotdir;
  static const MemoryInode::Children kNone;
  const MemoryInode::Children& above = upper_ ? upper_->children() : kNone;
  static const PersistentMap<NodeRef> kNothing;
  PersistentMap<NodeRef>::Cursor below(lower_ ? lower_->children : kNothing);

  std::vector<DirectoryEntry> all;
  const auto take_below = [&all, &below] {
    const Attributes& file = below.value()->attributes;
    all.push_back({below.key(), file.type, file.ino});
    below.next();
  };
  for (const auto& [name, child] : above) {
    while (!below.at_end() && below.key() < name) take_below();
    if (!below.at_end() && below.key() == name) below.next();
    if (is_whiteout(*child)) continue;
    const Attributes file = child->attributes();
    all.push_back({name, file.type, file.ino});
  }
  while (!below.at_end()) take_below();
  return all;
}

SysOutcome UnionInode::may_create(std::string_view name) const {
  if (!is_directory()) return Errno::enotdir;
  const SysOutcome sound = check_name(name);
  if (!sound) return sound;
  if (find(name).exists()) return Errno::eexist;
  if (removed()) return Errno::enoent;
  return ok();
}

/// Writes down that what is below is not seen.
void UnionInode::hide(std::string_view name) {
  NewFile whiteout;
  whiteout.type = FileType::char_device;
  whiteout.mode = 0;
  upper_->attach(name, std::make_shared<MemoryInode>(state_->super, whiteout));
}

/// Whoever holds the file that a name stood for goes on with it alone.
void UnionInode::forget(std::string_view name, const Found& found) {
  if (found.upper) {
    const auto held = state_->by_upper.find(found.upper.get());
    if (held != state_->by_upper.end() && found.is_directory()) {
      held->second->lower_ = nullptr;
    }
    return;
  }
  const auto held = lower_only_.find(name);
  if (held == lower_only_.end()) return;
  held->second->removed_ = true;
  lower_only_.erase(held);
}

/// Takes a name out of the upper directory; what is below it shows again.
void UnionInode::drop(std::string_view name, const Found& found) {
  if (found.exists()) forget(name, found);
  if (found.whiteout) {
    upper_->detach(name);
  } else if (found.upper && found.is_directory()) {
    found.upper->clear();
    (void)upper_->rmdir(name);
  } else if (found.upper) {
    (void)upper_->unlink(name);
  }
}

SysResult<InodeRef> UnionInode::create(std::string_view name,
                                       const NewFile& file) {
  const SysOutcome allowed = may_create(name);
  if (!allowed) return allowed.error();
  const bool whiteout =
      file.type == FileType::char_device && file.rdev == Device{};
  if (whiteout) return Errno::eperm;
  if (file.type == FileType::symlink && file.target.empty()) {
    return Errno::enoent;
  }
  const SysOutcome up = copy_up();
  if (!up) return up.error();
  const Found hidden = find(name);
  drop(name, hidden);
  const SysResult<InodeRef> born = upper_->create(name, file);
  if (!born) return born;
  Found found = find(name);
  if (hidden.lower && found.is_directory()) found.upper->set_opaque();
  return face(name, found);
}

SysOutcome UnionInode::link(std::string_view name, InodeRef file) {
  const auto linked = std::dynamic_pointer_cast<UnionInode>(file);
  if (!linked || linked->state_ != state_) return Errno::exdev;
  const SysOutcome allowed = may_create(name);
  if (!allowed) return allowed;
  if (linked->is_directory()) return Errno::eperm;
  if (linked->removed()) return Errno::enoent;
  const SysOutcome file_up = linked->copy_up();
  if (!file_up) return file_up;
  const SysOutcome up = copy_up();
  if (!up) return up;
  drop(name, find(name));
  return upper_->link(name, linked->upper_);
}

SysOutcome UnionInode::unlink(std::string_view name) {
  if (!is_directory()) return Errno::enotdir;
  const Found found = find(name);
  if (!found.exists()) return Errno::enoent;
  if (found.is_directory()) return Errno::eisdir;
  const SysOutcome up = copy_up();
  if (!up) return up;
  drop(name, found);
  if (found.lower) hide(name);
  upper_->stamp(state_->super->clock->now());
  return ok();
}

SysOutcome UnionInode::rmdir(std::string_view name) {
  if (!is_directory()) return Errno::enotdir;
  const Found found = find(name);
  if (!found.exists()) return Errno::enoent;
  if (!found.is_directory()) return Errno::enotdir;
  if (!found.is_empty()) return Errno::enotempty;
  const SysOutcome up = copy_up();
  if (!up) return up;
  drop(name, found);
  if (found.lower) hide(name);
  upper_->stamp(state_->super->clock->now());
  return ok();
}

}  // namespace drydock::vfs
