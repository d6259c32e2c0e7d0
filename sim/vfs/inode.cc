// inode.cc — what an inode answers to calls that its kind does not know.

#include "sim/vfs/inode.h"

namespace drydock::vfs {
namespace {

/// Calls on entries: of a directory that cannot change, or of no directory.
Errno refuse_entry(const Inode& inode) {
  const bool directory = inode.attributes().type == FileType::directory;
  return directory ? Errno::erofs : Errno::enotdir;
}

/// Calls on content: of a directory, or of a file that has none.
Errno refuse_content(const Inode& inode) {
  const bool directory = inode.attributes().type == FileType::directory;
  return directory ? Errno::eisdir : Errno::einval;
}

}  // namespace

char letter_of(FileType type) {
  switch (type) {
    case FileType::regular:
      return '-';
    case FileType::directory:
      return 'd';
    case FileType::symlink:
      return 'l';
    case FileType::char_device:
      return 'c';
    case FileType::block_device:
      return 'b';
    case FileType::fifo:
      return 'p';
    case FileType::socket:
      return 's';
  }
  return '?';
}

SysOutcome Inode::change(const AttributeChange&) { return Errno::erofs; }

SysResult<InodeRef> Inode::lookup(std::string_view) {
  const bool directory = attributes().type == FileType::directory;
  return directory ? Errno::enoent : Errno::enotdir;
}

std::optional<Dentry> Inode::peek(std::string_view) const {
  return std::nullopt;
}

SysResult<std::vector<DirectoryEntry>> Inode::entries() {
  if (attributes().type != FileType::directory) return Errno::enotdir;
  return std::vector<DirectoryEntry>{};
}

SysResult<InodeRef> Inode::create(std::string_view, const NewFile&) {
  return refuse_entry(*this);
}

SysOutcome Inode::link(std::string_view, InodeRef) {
  return refuse_entry(*this);
}

SysOutcome Inode::unlink(std::string_view) { return refuse_entry(*this); }

SysOutcome Inode::rmdir(std::string_view) { return refuse_entry(*this); }

SysOutcome Inode::rename(std::string_view, Inode&, std::string_view, bool) {
  return refuse_entry(*this);
}

InodeRef Inode::parent() { return shared_from_this(); }

std::string Inode::name() {
  const InodeRef above = parent();
  if (above.get() == this) return "";
  const auto siblings = above->entries();
  if (!siblings) return "";
  const std::uint64_t own = attributes().ino;
  for (const DirectoryEntry& entry : *siblings) {
    if (entry.ino == own) return entry.name;
  }
  return "";
}

SysResult<Bytes> Inode::read(std::int64_t, std::size_t) {
  return refuse_content(*this);
}

SysResult<std::int64_t> Inode::write(std::int64_t, std::string_view) {
  return refuse_content(*this);
}

SysOutcome Inode::truncate(std::int64_t) { return refuse_content(*this); }

std::vector<Extent> Inode::extents() {
  const std::int64_t size = attributes().size;
  if (size == 0) return {};
  return {{0, size}};
}

SysResult<std::string> Inode::readlink() { return Errno::einval; }

SysResult<std::string> Inode::getxattr(std::string_view) {
  return Errno::enodata;
}

SysOutcome Inode::setxattr(std::string_view, std::string_view) {
  return Errno::eopnotsupp;
}

SysOutcome Inode::removexattr(std::string_view) { return Errno::eopnotsupp; }

std::map<std::string, std::string> Inode::xattrs() { return {}; }

}  // namespace drydock::vfs
