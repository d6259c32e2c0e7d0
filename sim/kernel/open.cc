// open.cc — open(2): from a path to an open file description.

#include "sim/kernel/device.h"
#include "sim/kernel/kernel_process.h"
#include "sim/kernel/magic_link.h"
#include "sim/kernel/open_file.h"
#include "sim/kernel/pipe.h"

namespace drydock::kernel {

using vfs::Access;
using vfs::FileType;
using vfs::Last;
using vfs::Location;

namespace {

constexpr int kLinksMax = 40;

bool writes(unsigned flags) {
  return (flags & kAccessMask) != kReadOnly || (flags & kTruncate);
}

unsigned access_of(unsigned flags) {
  unsigned access = 0;
  const unsigned mode = flags & kAccessMask;
  if (mode != kWriteOnly) access |= static_cast<unsigned>(Access::read);
  if (writes(flags)) access |= static_cast<unsigned>(Access::write);
  return access;
}

}  // namespace

SysResult<OpenFileRef> KernelProcess::open_path(const vfs::View& from,
                                                std::string_view path,
                                                OpenCall call) {
  const SysResult<vfs::Parent> at = vfs::resolve_parent(from, path, Last::keep);
  if (!at) return at.error();
  if (!at->entry) return create_file(*at, call);
  if (at->entry->inode->attributes().type == FileType::symlink) {
    return open_link(*at, call);
  }
  return open_entry(*at, call);
}

/// A symlink at the end: what it stands for, be it a path or, in /proc, an
/// open file that has none.
SysResult<OpenFileRef> KernelProcess::open_link(const vfs::Parent& at,
                                                OpenCall call) {
  const bool exclusive = (call.flags & kCreate) && (call.flags & kExclusive);
  if (exclusive) return Errno::eexist;
  if (call.flags & kNoFollow) return Errno::eloop;
  if (++call.links > kLinksMax) return Errno::eloop;
  const auto* const magic =
      dynamic_cast<const MagicLink*>(at.entry->inode.get());
  if (magic) {
    const SysResult<MagicTarget> target = magic->target();
    if (!target) return target.error();
    if (target->file) {
      SysResult<OpenFileRef> again = target->file->reopen(call.flags);
      if (!again || *again) return again;
      if (!target->file->location()) return target->file;
      return open_inode(*target->file->location(), call.flags);
    }
    vfs::Parent found = at;
    found.entry = target->place;
    return open_entry(found, call);
  }
  const SysResult<std::string> target = at.entry->inode->readlink();
  if (!target) return target.error();
  vfs::View view = view_;
  view.cwd = at.directory;
  return open_path(view, at.wants_directory ? *target + "/" : *target, call);
}

SysResult<OpenFileRef> KernelProcess::create_file(const vfs::Parent& at,
                                                  OpenCall call) {
  if (!(call.flags & kCreate)) return Errno::enoent;
  if (at.wants_directory) return Errno::eisdir;
  const SysOutcome allowed = may_write(at.directory);
  if (!allowed) return allowed.error();
  vfs::NewFile file;
  file.mode = call.mode & 07777 & ~umask_;
  const vfs::NewFile born = owned(std::move(file), at.directory);
  const SysResult<vfs::InodeRef> made =
      at.directory.inode->create(at.name, born);
  if (!made) return made.error();
  // Whoever makes a file may use it, whatever its mode says.
  auto opened = std::make_shared<InodeFile>(Location{at.directory.mount, *made},
                                            call.flags);
  opened->set_name(at.directory, at.name);
  return OpenFileRef(opened);
}

SysResult<OpenFileRef> KernelProcess::open_entry(const vfs::Parent& at,
                                                 OpenCall call) {
  const bool exclusive = (call.flags & kCreate) && (call.flags & kExclusive);
  if (exclusive) return Errno::eexist;
  const Location& place = *at.entry;
  const vfs::Attributes file = place.inode->attributes();
  const bool directory = file.type == FileType::directory;
  const bool wants = at.wants_directory || (call.flags & kDirectoryOnly);
  if (wants && !directory) return Errno::enotdir;
  if (directory && (writes(call.flags) || (call.flags & kCreate))) {
    return Errno::eisdir;
  }
  const bool changes = writes(call.flags) && file.type == FileType::regular;
  if (changes && place.mount->read_only) return Errno::erofs;
  if (!vfs::permits(file, view_.who, access_of(call.flags))) {
    return Errno::eacces;
  }
  SysResult<OpenFileRef> opened = open_inode(place, call.flags);
  if (!opened) return opened;
  if ((call.flags & kTruncate) && file.type == FileType::regular) {
    const SysOutcome cut = place.inode->truncate(0);
    if (!cut) return cut.error();
  }
  if (!(*opened)->directory().inode) (*opened)->set_name(at.directory, at.name);
  return opened;
}

SysResult<OpenFileRef> KernelProcess::open_inode(const Location& place,
                                                 unsigned flags) {
  const vfs::Attributes file = place.inode->attributes();
  switch (file.type) {
    case FileType::regular:
    case FileType::directory:
      return OpenFileRef(std::make_shared<InodeFile>(place, flags));
    case FileType::fifo: {
      const std::shared_ptr<Pipe> pipe = kernel_.fifo(place.inode);
      const bool write_only = (flags & kAccessMask) == kWriteOnly;
      const bool at_once = (flags & kNonBlock) != 0;
      if (write_only && at_once && pipe->readers == 0) return Errno::enxio;
      return OpenFileRef(std::make_shared<PipeFile>(pipe, flags, place));
    }
    case FileType::char_device:
    case FileType::block_device: {
      std::string access;
      if (access_of(flags) & static_cast<unsigned>(vfs::Access::read)) {
        access += 'r';
      }
      if (writes(flags)) access += 'w';
      if (!cgroup_->permits_device(file.type, file.rdev, access)) {
        return Errno::eperm;
      }
      if (file.type == FileType::block_device) return Errno::enxio;
      return kernel_.devices().open(*this, place, flags);
    }
    case FileType::socket:
      return Errno::enxio;
    case FileType::symlink:
      return Errno::eloop;
  }
  return Errno::enxio;
}

/// open(2) of a FIFO for one direction waits for somebody at the other end.
Task<SysOutcome> KernelProcess::await_peer(std::shared_ptr<PipeFile> end) {
  Pipe& pipe = end->pipe();
  const bool both = end->readable() && end->writable();
  if (both || end->non_blocking()) co_return ok();
  const std::uint64_t readers = pipe.reader_generation;
  const std::uint64_t writers = pipe.writer_generation;
  for (;;) {
    const bool met =
        end->readable() ? pipe.writers > 0 || pipe.writer_generation != writers
                        : pipe.readers > 0 || pipe.reader_generation != readers;
    if (met) co_return ok();
    if (interrupted()) co_return Errno::eintr;
    co_await EitherWait(&pipe.opened, signals_);
  }
}

/// Among the machine's open files; ENFILE.
SysOutcome KernelProcess::count_open(OpenFile& file) {
  if (*kernel_.open_files() >= kernel_.limits().open_files) {
    return Errno::enfile;
  }
  file.count_in(kernel_.open_files());
  return ok();
}

SysResult<Fd> KernelProcess::install(OpenFileRef file, unsigned flags) {
  const SysOutcome counted = count_open(*file);
  if (!counted) return counted.error();
  const bool close_on_exec = (flags & kCloseOnExec) != 0;
  return fds_.add(std::move(file), close_on_exec, 0, fd_limit());
}

Task<SysResult<Fd>> KernelProcess::open(std::string path, unsigned flags,
                                        vfs::Mode mode) {
  co_await enter();
  kernel_.set_caller(this);
  const SysOutcome passed = filtered("openat");
  if (!passed) co_return passed.error();
  const OpenCall call{flags, mode};
  SysResult<OpenFileRef> file = open_path(view_, path, call);
  if (!file) co_return file.error();
  auto end = std::dynamic_pointer_cast<PipeFile>(*file);
  if (end && end->location()) {
    const SysOutcome met = co_await await_peer(end);
    if (!met) co_return met.error();
  }
  co_return install(std::move(*file), flags);
}

}  // namespace drydock::kernel
