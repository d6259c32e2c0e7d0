// files.cc — the system calls that take a path and answer at once.

#include <algorithm>

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/open_file.h"

namespace drydock::kernel {

using vfs::Access;
using vfs::FileType;
using vfs::Last;
using vfs::Location;

namespace {

constexpr unsigned kWrite = static_cast<unsigned>(Access::write);
constexpr unsigned kRead = static_cast<unsigned>(Access::read);
constexpr unsigned kSearch = static_cast<unsigned>(Access::execute);

SysResult<vfs::Attributes> attributes_at(const SysResult<Location>& place) {
  if (!place) return place.error();
  return place->inode->attributes();
}

/// A name that rmdir, unlink and rename cannot take: dots and the root.
SysOutcome refuse_dots(const vfs::Parent& at, Errno dot, Errno dot_dot) {
  if (at.kind == vfs::LastKind::root) return Errno::ebusy;
  if (at.kind == vfs::LastKind::dot) return dot;
  if (at.kind == vfs::LastKind::dot_dot) return dot_dot;
  return ok();
}

}  // namespace

SysResult<Location> KernelProcess::resolve(std::string_view path, Last last) {
  kernel_.set_caller(this);
  return vfs::resolve(view_, path, last);
}

SysResult<vfs::Attributes> KernelProcess::stat(std::string_view path) {
  return attributes_at(resolve(path, Last::follow));
}

SysResult<vfs::Attributes> KernelProcess::lstat(std::string_view path) {
  return attributes_at(resolve(path, Last::keep));
}

SysOutcome KernelProcess::access(std::string_view path, unsigned access) {
  const SysResult<Location> place = resolve(path, Last::follow);
  if (!place) return place.error();
  vfs::Credentials real = view_.who;
  real.uid = real_uid_;
  real.gid = real_gid_;
  const vfs::Attributes file = place->inode->attributes();
  if (!vfs::permits(file, real, access)) return Errno::eacces;
  const bool device =
      file.type == FileType::char_device || file.type == FileType::block_device;
  const bool writes = (access & kWrite) != 0 && !device;
  if (writes && place->mount->read_only) return Errno::erofs;
  return ok();
}

SysResult<std::vector<vfs::DirectoryEntry>> KernelProcess::readdir(
    std::string_view path) {
  const SysResult<Location> place = resolve(path, Last::follow);
  if (!place) return place.error();
  const vfs::Attributes file = place->inode->attributes();
  if (file.type != FileType::directory) return Errno::enotdir;
  if (!vfs::permits(file, view_.who, kRead)) return Errno::eacces;
  return place->inode->entries();
}

SysResult<std::string> KernelProcess::readlink(std::string_view path) {
  const SysResult<Location> place = resolve(path, Last::keep);
  if (!place) return place.error();
  return place->inode->readlink();
}

SysResult<std::string> KernelProcess::realpath(std::string_view path) {
  const SysResult<Location> place = resolve(path, Last::follow);
  if (!place) return place.error();
  const bool directory = place->inode->attributes().type == FileType::directory;
  if (directory) return vfs::path_of(view_, *place);
  // A file knows no name of its own: its directory and last component do.
  vfs::View view = view_;
  std::string rest(path);
  for (int depth = 0; depth <= 40; ++depth) {
    const SysResult<vfs::Parent> at = vfs::resolve_parent(view, rest);
    if (!at) return at.error();
    if (!at->entry) return Errno::enoent;
    if (at->entry->inode->attributes().type != FileType::symlink) {
      return vfs::join_path(vfs::path_of(view_, at->directory), at->name);
    }
    const SysResult<std::string> target = at->entry->inode->readlink();
    if (!target) return target.error();
    view.cwd = at->directory;
    rest = *target;
  }
  return Errno::eloop;
}

// --- Changes ---------------------------------------------------------------

SysOutcome KernelProcess::may_write(const Location& place) const {
  if (place.mount->read_only) return Errno::erofs;
  if (!vfs::permits(place.inode->attributes(), view_.who, kWrite)) {
    return Errno::eacces;
  }
  return ok();
}

/// chmod and utimensat ask for the owner, whatever the mode bits say.
SysOutcome KernelProcess::may_own(const Location& place) const {
  if (place.mount->read_only) return Errno::erofs;
  const bool owner = may(vfs::Capability::fowner) ||
                     view_.who.uid == place.inode->attributes().uid;
  return owner ? ok() : Errno::eperm;
}

/// Where a new entry goes: EEXIST when it is there already.
SysResult<vfs::Parent> KernelProcess::place_for_new(std::string_view path) {
  kernel_.set_caller(this);
  SysResult<vfs::Parent> at = vfs::resolve_parent(view_, path, Last::keep);
  if (!at) return at.error();
  if (at->entry) return Errno::eexist;
  if (at->directory.mount->read_only) return Errno::erofs;
  const vfs::Attributes directory = at->directory.inode->attributes();
  if (!vfs::permits(directory, view_.who, kWrite | kSearch)) {
    return Errno::eacces;
  }
  return at;
}

/// Whose a new file is: a set-group-id directory hands on its group.
vfs::NewFile KernelProcess::owned(vfs::NewFile file,
                                  const Location& directory) const {
  const vfs::Attributes parent = directory.inode->attributes();
  file.uid = view_.who.uid;
  file.gid = view_.who.gid;
  if (parent.mode & 02000) {
    file.gid = parent.gid;
    if (file.type == FileType::directory) file.mode |= 02000;
  }
  return file;
}

SysOutcome KernelProcess::make(std::string_view path, vfs::NewFile file) {
  const SysResult<vfs::Parent> at = place_for_new(path);
  if (!at) return at.error();
  if (at->wants_directory && file.type != FileType::directory) {
    return Errno::enoent;
  }
  const vfs::NewFile born = owned(std::move(file), at->directory);
  const SysResult<vfs::InodeRef> made =
      at->directory.inode->create(at->name, born);
  if (!made) return made.error();
  return ok();
}

SysOutcome KernelProcess::mkdir(std::string_view path, vfs::Mode mode) {
  const SysOutcome passed = filtered("mkdir");
  if (!passed) return passed;
  vfs::NewFile file;
  file.type = FileType::directory;
  file.mode = mode & 01777 & ~umask_;
  return make(path, std::move(file));
}

SysOutcome KernelProcess::mknod(std::string_view path,
                                const vfs::NewFile& file) {
  const bool device =
      file.type == FileType::char_device || file.type == FileType::block_device;
  const SysOutcome passed = filtered("mknod");
  if (!passed) return passed;
  if (device && !may(vfs::Capability::mknod)) return Errno::eperm;
  if (file.type == FileType::directory) return Errno::eperm;
  vfs::NewFile born = file;
  born.mode &= ~umask_;
  return make(path, std::move(born));
}

SysOutcome KernelProcess::symlink(std::string_view target,
                                  std::string_view path) {
  const SysOutcome passed = filtered("symlink");
  if (!passed) return passed;
  if (target.empty()) return Errno::enoent;
  if (target.size() >= 4096) return Errno::enametoolong;
  vfs::NewFile file;
  file.type = FileType::symlink;
  file.mode = 0777;
  file.target = target;
  return make(path, std::move(file));
}

SysOutcome KernelProcess::link(std::string_view from, std::string_view to) {
  const SysOutcome passed = filtered("link");
  if (!passed) return passed;
  const SysResult<Location> file = resolve(from, Last::keep);
  if (!file) return file.error();
  const SysResult<vfs::Parent> at = place_for_new(to);
  if (!at) return at.error();
  if (file->mount != at->directory.mount) return Errno::exdev;
  if (file->inode->attributes().type == FileType::directory) {
    return Errno::eperm;
  }
  return at->directory.inode->link(at->name, file->inode);
}

/// Something in this mount namespace is mounted there.
bool KernelProcess::is_busy(const Location& place) const {
  return place.inode == place.mount->root;
}

SysOutcome KernelProcess::may_remove(const Location& directory,
                                     const Location& entry) const {
  if (directory.mount->read_only) return Errno::erofs;
  const SysOutcome allowed = vfs::may_remove(
      directory.inode->attributes(), entry.inode->attributes(), view_.who);
  if (!allowed) return allowed;
  return is_busy(entry) ? SysOutcome(Errno::ebusy) : ok();
}

SysResult<vfs::Parent> KernelProcess::entry_to_remove(std::string_view path) {
  kernel_.set_caller(this);
  SysResult<vfs::Parent> at = vfs::resolve_parent(view_, path, Last::keep);
  if (!at) return at.error();
  if (at->kind != vfs::LastKind::name) return at;
  if (!at->entry) return Errno::enoent;
  const SysOutcome allowed = may_remove(at->directory, *at->entry);
  if (!allowed) return allowed.error();
  return at;
}

SysOutcome KernelProcess::unlink(std::string_view path) {
  const SysOutcome passed = filtered("unlink");
  if (!passed) return passed;
  const SysResult<vfs::Parent> at = entry_to_remove(path);
  if (!at) return at.error();
  if (at->kind != vfs::LastKind::name) return Errno::eisdir;
  const bool directory =
      at->entry->inode->attributes().type == FileType::directory;
  if (directory) return Errno::eisdir;
  if (at->wants_directory) return Errno::enotdir;
  return at->directory.inode->unlink(at->name);
}

SysOutcome KernelProcess::rmdir(std::string_view path) {
  const SysOutcome passed = filtered("rmdir");
  if (!passed) return passed;
  const SysResult<vfs::Parent> at = entry_to_remove(path);
  if (!at) return at.error();
  const SysOutcome plain = refuse_dots(*at, Errno::einval, Errno::enotempty);
  if (!plain) return plain;
  return at->directory.inode->rmdir(at->name);
}

SysOutcome KernelProcess::rename(std::string_view from, std::string_view to) {
  const SysOutcome passed = filtered("rename");
  if (!passed) return passed;
  kernel_.set_caller(this);
  const SysResult<vfs::Parent> old =
      vfs::resolve_parent(view_, from, Last::keep);
  if (!old) return old.error();
  const SysResult<vfs::Parent> target =
      vfs::resolve_parent(view_, to, Last::keep);
  if (!target) return target.error();
  for (const vfs::Parent* const end : {&*old, &*target}) {
    const SysOutcome plain = refuse_dots(*end, Errno::ebusy, Errno::ebusy);
    if (!plain) return plain;
  }
  if (old->directory.mount != target->directory.mount) return Errno::exdev;
  if (!old->entry) return Errno::enoent;
  const bool directory =
      old->entry->inode->attributes().type == FileType::directory;
  const bool wants = old->wants_directory || target->wants_directory;
  if (wants && !directory) return Errno::enotdir;
  const SysOutcome allowed = may_remove(old->directory, *old->entry);
  if (!allowed) return allowed;
  if (target->entry) {
    const SysOutcome over = may_remove(target->directory, *target->entry);
    if (!over) return over;
  } else {
    const SysOutcome into = may_write(target->directory);
    if (!into) return into;
  }
  return old->directory.inode->rename(old->name, *target->directory.inode,
                                      target->name);
}

SysOutcome KernelProcess::chmod(std::string_view path, vfs::Mode mode) {
  const SysOutcome passed = filtered("chmod");
  if (!passed) return passed;
  const SysResult<Location> place = resolve(path, Last::follow);
  if (!place) return place.error();
  const SysOutcome allowed = may_own(*place);
  if (!allowed) return allowed;
  vfs::AttributeChange change;
  change.mode = mode & 07777;
  const vfs::GroupId group = place->inode->attributes().gid;
  const bool member = may(vfs::Capability::fsetid) || view_.who.gid == group ||
                      std::ranges::count(view_.who.groups, group) > 0;
  if (!member) *change.mode &= ~02000u;
  return place->inode->change(change);
}

SysOutcome KernelProcess::chown(std::string_view path,
                                std::optional<vfs::UserId> uid,
                                std::optional<vfs::GroupId> gid, Last last) {
  const SysOutcome passed = filtered(last == Last::follow ? "chown" : "lchown");
  if (!passed) return passed;
  const SysResult<Location> place = resolve(path, last);
  if (!place) return place.error();
  if (place->mount->read_only) return Errno::erofs;
  const vfs::Attributes file = place->inode->attributes();
  if (!may(vfs::Capability::chown)) {
    const bool mine = file.uid == view_.who.uid;
    const bool keeps = !uid || *uid == file.uid;
    const bool member = !gid || *gid == view_.who.gid ||
                        std::ranges::count(view_.who.groups, *gid) > 0;
    if (!mine || !keeps || !member) return Errno::eperm;
  }
  vfs::AttributeChange change;
  change.uid = uid;
  change.gid = gid;
  // Set-id bits do not survive a new owner: chown(2).
  const bool executable = (file.mode & 0111) != 0;
  if (file.type == FileType::regular && executable) {
    const vfs::Mode dropped = (file.mode & 010) ? 06000u : 04000u;
    if (file.mode & dropped) change.mode = file.mode & ~dropped;
  }
  return place->inode->change(change);
}

SysOutcome KernelProcess::utimens(std::string_view path,
                                  std::optional<Time> atime,
                                  std::optional<Time> mtime, Last last) {
  const SysResult<Location> place = resolve(path, last);
  if (!place) return place.error();
  if (place->mount->read_only) return Errno::erofs;
  const SysOutcome owner = may_own(*place);
  // Setting the present time takes no more than the right to write.
  const bool touches =
      atime.value_or(now()) == now() && mtime.value_or(now()) == now();
  const SysOutcome writer = may_write(*place);
  if (!owner && !touches) return owner;
  if (!owner && !writer) return writer;
  vfs::AttributeChange change;
  change.atime = atime;
  change.mtime = mtime;
  return place->inode->change(change);
}

SysOutcome KernelProcess::truncate(std::string_view path, std::int64_t size) {
  if (size < 0) return Errno::einval;
  const SysResult<Location> place = resolve(path, Last::follow);
  if (!place) return place.error();
  const SysOutcome allowed = may_write(*place);
  if (!allowed) return allowed;
  if (size > kFileSizeMax) return Errno::efbig;
  return place->inode->truncate(size);
}

SysOutcome KernelProcess::chdir(std::string_view path) {
  const SysResult<Location> place = resolve(path, Last::follow);
  if (!place) return place.error();
  const vfs::Attributes directory = place->inode->attributes();
  if (directory.type != FileType::directory) return Errno::enotdir;
  if (!vfs::permits(directory, view_.who, kSearch)) return Errno::eacces;
  view_.cwd = *place;
  return ok();
}

SysOutcome KernelProcess::chroot(std::string_view path) {
  const SysResult<Location> place = resolve(path, Last::follow);
  if (!place) return place.error();
  const vfs::Attributes directory = place->inode->attributes();
  if (directory.type != FileType::directory) return Errno::enotdir;
  if (!vfs::permits(directory, view_.who, kSearch)) return Errno::eacces;
  const SysOutcome passed = filtered("chroot");
  if (!passed) return passed;
  if (!may(vfs::Capability::sys_chroot)) return Errno::eperm;
  view_.root = *place;
  return ok();
}

}  // namespace drydock::kernel
