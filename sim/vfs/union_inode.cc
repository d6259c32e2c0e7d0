// union_inode.cc — attributes and content of files seen through a union mount.

#include "sim/vfs/union_inode.h"

#include <utility>

#include "sim/vfs/undertaker.h"

namespace drydock::vfs {

UnionInode::UnionInode(UnionStateRef state, UnionInodeRef parent,
                       std::string_view name, NodeRef lower,
                       MemoryInode::Ref upper)
    : state_(std::move(state)),
      parent_(std::move(parent)),
      name_(name),
      lower_(std::move(lower)),
      upper_(std::move(upper)) {
  if (upper_) {
    state_->by_upper[upper_.get()] = this;
  } else if (parent_) {
    parent_->lower_only_[name_] = this;
  }
}

UnionInode::~UnionInode() {
  if (upper_) {
    state_->by_upper.erase(upper_.get());
  } else if (parent_ && !removed_) {
    parent_->lower_only_.erase(name_);
  }
  if (parent_) Undertaker::take(std::move(parent_));
}

bool UnionInode::removed() const { return attributes().links == 0; }

Attributes UnionInode::attributes() const {
  if (!upper_) {
    Attributes all = lower_->attributes;
    if (removed_) all.links = 0;
    return all;
  }
  Attributes all = upper_->attributes();
  // overlayfs: a merged directory does not know how many it holds.
  if (merged() && all.links > 0) all.links = 1;
  return all;
}

SysOutcome UnionInode::change(const AttributeChange& change) {
  const bool symlink = attributes().type == FileType::symlink;
  if (change.mode && symlink) return Errno::eopnotsupp;
  const SysOutcome up = copy_up();
  return up ? upper_->change(change) : up;
}

InodeRef UnionInode::parent() { return parent_ ? parent_ : shared_from_this(); }

std::string UnionInode::name() { return removed() ? "" : name_; }

SysResult<Bytes> UnionInode::read(std::int64_t offset, std::size_t count) {
  if (upper_) return upper_->read(offset, count);
  if (lower_->is_directory()) return Errno::eisdir;
  const bool regular = lower_->attributes.type == FileType::regular;
  if (!regular || offset < 0) return Errno::einval;
  return lower_->content ? lower_->content->read(offset, count) : Bytes{};
}

SysResult<std::int64_t> UnionInode::write(std::int64_t offset,
                                          std::string_view bytes) {
  if (is_directory()) return Errno::eisdir;
  if (attributes().type != FileType::regular) return Errno::einval;
  const SysOutcome up = copy_up();
  if (!up) return up.error();
  return upper_->write(offset, bytes);
}

SysOutcome UnionInode::truncate(std::int64_t size) {
  if (is_directory()) return Errno::eisdir;
  if (attributes().type != FileType::regular) return Errno::einval;
  const SysOutcome up = copy_up();
  return up ? upper_->truncate(size) : up;
}

std::vector<Extent> UnionInode::extents() {
  if (upper_) return upper_->extents();
  return lower_->content ? lower_->content->extents() : std::vector<Extent>{};
}

SysResult<std::string> UnionInode::readlink() {
  if (upper_) return upper_->readlink();
  if (lower_->attributes.type != FileType::symlink) return Errno::einval;
  return lower_->target;
}

SysResult<std::string> UnionInode::getxattr(std::string_view name) {
  const Xattrs all = xattrs();
  const auto found = all.find(std::string(name));
  if (found == all.end()) return Errno::enodata;
  return found->second;
}

SysOutcome UnionInode::setxattr(std::string_view name, std::string_view value) {
  if (name.starts_with(kOverlayXattrs)) return Errno::eperm;
  const SysOutcome sound = check_xattr(name, value, attributes().type);
  if (!sound) return sound;
  const SysOutcome up = copy_up();
  return up ? upper_->setxattr(name, value) : up;
}

SysOutcome UnionInode::removexattr(std::string_view name) {
  const auto value = getxattr(name);
  if (!value) return value.error();
  const SysOutcome up = copy_up();
  return up ? upper_->removexattr(name) : up;
}

Xattrs UnionInode::xattrs() {
  if (!upper_) return lower_->xattrs;
  Xattrs all = upper_->xattrs();
  std::erase_if(all, [](const auto& xattr) {
    return xattr.first.starts_with(kOverlayXattrs);
  });
  return all;
}

}  // namespace drydock::vfs
