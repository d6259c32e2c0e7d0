// memory_directory.cc — entries of directories in memory.

#include <utility>

#include "sim/vfs/memory_inode.h"

namespace drydock::vfs {

MemoryInode* MemoryInode::find(std::string_view name) const {
  const auto found = children().find(name);
  return found == children().end() ? nullptr : found->second.get();
}

void MemoryInode::attach(std::string_view name, const Ref& child) {
  folder_->children.insert_or_assign(std::string(name), child);
  if (!child->folder_) return;
  ++meta_.links;
  child->folder_->name = name;
  child->folder_->parent =
      std::static_pointer_cast<MemoryInode>(shared_from_this());
  child->folder_->parent_of_removed.reset();
}

void MemoryInode::detach(std::string_view name) {
  detach(folder_->children.find(name));
}

void MemoryInode::detach(Children::iterator entry) {
  const Ref child = std::move(entry->second);
  folder_->children.erase(entry);
  if (!child->folder_) return;
  --meta_.links;
  child->folder_->name.clear();
  child->folder_->parent_of_removed = child->folder_->parent.lock();
}

SysOutcome MemoryInode::may_create(std::string_view name) const {
  if (meta_.type != FileType::directory) return Errno::enotdir;
  const SysOutcome sound = check_name(name);
  if (!sound) return sound;
  if (find(name) != nullptr) return Errno::eexist;
  if (meta_.links == 0) return Errno::enoent;  // It was removed.
  return ok();
}

SysResult<InodeRef> MemoryInode::lookup(std::string_view name) {
  if (meta_.type != FileType::directory) return Errno::enotdir;
  const auto found = children().find(name);
  if (found != children().end()) return InodeRef(found->second);
  const SysOutcome sound = check_name(name);
  return sound ? Errno::enoent : sound.error();
}

std::optional<Dentry> MemoryInode::peek(std::string_view name) const {
  if (name == ".") return Dentry{&meta_, const_cast<MemoryInode*>(this)};
  MemoryInode* const child = find(name);
  return child == nullptr ? Dentry{} : Dentry{&child->meta_, child};
}

SysResult<std::vector<DirectoryEntry>> MemoryInode::entries() {
  if (meta_.type != FileType::directory) return Errno::enotdir;
  std::vector<DirectoryEntry> all;
  all.reserve(children().size());
  for (const auto& [name, child] : children()) {
    all.push_back({name, child->meta_.type, child->meta_.ino});
  }
  return all;
}

SysResult<InodeRef> MemoryInode::create(std::string_view name,
                                        const NewFile& file) {
  const SysOutcome allowed = may_create(name);
  if (!allowed) return allowed.error();
  if (file.type == FileType::symlink && file.target.empty()) {
    return Errno::enoent;
  }
  if (super_->full_of_files()) return Errno::enospc;
  const auto child = std::make_shared<MemoryInode>(super_, file);
  if ((meta_.mode & 02000) != 0) {  // inode(7), "set-group-ID bit".
    child->meta_.gid = meta_.gid;
    if (file.type == FileType::directory) child->meta_.mode |= 02000;
  }
  attach(name, child);
  stamp(now());
  return InodeRef(child);
}

SysOutcome MemoryInode::link(std::string_view name, InodeRef file) {
  const auto linked = std::dynamic_pointer_cast<MemoryInode>(file);
  if (!linked || linked->super_ != super_) return Errno::exdev;
  const SysOutcome allowed = may_create(name);
  if (!allowed) return allowed;
  if (linked->meta_.type == FileType::directory) return Errno::eperm;
  if (linked->meta_.links == 0) return Errno::enoent;
  attach(name, linked);
  ++linked->meta_.links;
  linked->meta_.ctime = now();
  stamp(now());
  return ok();
}

SysOutcome MemoryInode::unlink(std::string_view name) {
  if (meta_.type != FileType::directory) return Errno::enotdir;
  const auto entry = folder_->children.find(name);
  if (entry == folder_->children.end()) return Errno::enoent;
  MemoryInode& child = *entry->second;
  if (child.meta_.type == FileType::directory) return Errno::eisdir;
  --child.meta_.links;
  child.meta_.ctime = now();
  stamp(child.meta_.ctime);
  detach(entry);
  return ok();
}

SysOutcome MemoryInode::rmdir(std::string_view name) {
  if (meta_.type != FileType::directory) return Errno::enotdir;
  const auto entry = folder_->children.find(name);
  if (entry == folder_->children.end()) return Errno::enoent;
  MemoryInode& child = *entry->second;
  if (child.meta_.type != FileType::directory) return Errno::enotdir;
  if (!child.children().empty()) return Errno::enotempty;
  child.meta_.links = 0;
  child.meta_.ctime = now();
  stamp(child.meta_.ctime);
  detach(entry);
  return ok();
}

InodeRef MemoryInode::parent() {
  if (!folder_) return shared_from_this();
  if (folder_->parent_of_removed) return folder_->parent_of_removed;
  if (const Ref above = folder_->parent.lock()) return above;
  return shared_from_this();
}

bool MemoryInode::is_below(const MemoryInode& ancestor) const {
  if (this == &ancestor) return true;
  for (Ref at = folder_->parent.lock(); at; at = at->folder_->parent.lock()) {
    if (at.get() == &ancestor) return true;
  }
  return false;
}

/// rename(2): whether `moved` may take the place of `victim`.
SysOutcome MemoryInode::may_replace(const MemoryInode& moved,
                                    const MemoryInode& victim) const {
  const bool directory = moved.meta_.type == FileType::directory;
  const bool onto_directory = victim.meta_.type == FileType::directory;
  if (directory && !onto_directory) return Errno::enotdir;
  if (!directory && onto_directory) return Errno::eisdir;
  if (!victim.children().empty()) return Errno::enotempty;
  return ok();
}

SysOutcome MemoryInode::rename(std::string_view name, Inode& into,
                               std::string_view new_name, bool no_replace) {
  auto* const to = dynamic_cast<MemoryInode*>(&into);
  if (to == nullptr || to->super_ != super_) return Errno::exdev;
  if (meta_.type != FileType::directory) return Errno::enotdir;
  if (to->meta_.type != FileType::directory) return Errno::enotdir;
  const auto found = children().find(name);
  if (found == children().end() || to->meta_.links == 0) return Errno::enoent;
  const Ref moved = found->second;
  const SysOutcome sound = check_name(new_name);
  if (!sound) return sound;
  MemoryInode* const victim = to->find(new_name);
  if (victim != nullptr && no_replace) return Errno::eexist;
  if (to->is_below(*moved)) return Errno::einval;
  if (victim != nullptr && this != to && is_below(*victim)) {
    return Errno::enotempty;
  }
  if (victim == moved.get()) return ok();  // Two names of one file.
  if (victim != nullptr) {
    const SysOutcome allowed = may_replace(*moved, *victim);
    if (!allowed) return allowed;
    const bool directory = victim->meta_.type == FileType::directory;
    const SysOutcome gone =
        directory ? to->rmdir(new_name) : to->unlink(new_name);
    if (!gone) return gone;
  }
  detach(name);
  to->attach(new_name, moved);
  moved->meta_.ctime = now();
  stamp(now());
  to->stamp(now());
  return ok();
}

}  // namespace drydock::vfs
