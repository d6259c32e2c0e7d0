// synthetic_inode.cc — content on demand.

#include "sim/kernel/synthetic_inode.h"

namespace drydock::kernel {

vfs::Attributes synthetic(vfs::FileType type, vfs::Mode mode, std::uint64_t ino,
                          Time born) {
  vfs::Attributes file;
  file.type = type;
  file.mode = mode;
  file.ino = ino;
  file.links = type == vfs::FileType::directory ? 2 : 1;
  file.atime = file.mtime = file.ctime = born;
  return file;
}

SysResult<Bytes> SyntheticFile::read(std::int64_t offset, std::size_t count) {
  const std::string content = content_();
  if (offset >= static_cast<std::int64_t>(content.size())) return Bytes();
  return content.substr(static_cast<std::size_t>(offset), count);
}

SysResult<std::int64_t> SyntheticFile::write(std::int64_t,
                                             std::string_view bytes) {
  if (!accept_) return Errno::eio;
  const SysOutcome taken = accept_(bytes);
  if (!taken) return taken.error();
  return static_cast<std::int64_t>(bytes.size());
}

SysResult<std::string> SyntheticLink::readlink() {
  std::string target = target_();
  if (target.empty()) return Errno::enoent;
  return target;
}

vfs::InodeRef SyntheticDirectory::parent() {
  const vfs::InodeRef parent = parent_.lock();
  return parent ? parent : shared_from_this();
}

void SyntheticTree::fill() {
  if (!filler_) return;
  const std::function<void(SyntheticTree&)> filler =
      std::exchange(filler_, nullptr);
  filler(*this);
}

SysResult<vfs::InodeRef> SyntheticTree::lookup(std::string_view name) {
  fill();
  const auto found = entries_.find(name);
  if (found == entries_.end()) return Errno::enoent;
  return found->second;
}

SysResult<std::vector<vfs::DirectoryEntry>> SyntheticTree::entries() {
  fill();
  std::vector<vfs::DirectoryEntry> rows;
  for (const auto& [name, inode] : entries_) {
    const vfs::Attributes file = inode->attributes();
    rows.push_back({name, file.type, file.ino});
  }
  return rows;
}

void SyntheticTree::add(std::string name, vfs::InodeRef inode) {
  entries_[std::move(name)] = std::move(inode);
}

std::shared_ptr<SyntheticTree> SyntheticTree::directory(
    const std::string& name) {
  vfs::InodeRef& entry = entries_[name];
  if (!entry) {
    entry =
        std::make_shared<SyntheticTree>(attributes(), shared_from_this(), name);
  }
  return std::static_pointer_cast<SyntheticTree>(entry);
}

}  // namespace drydock::kernel
