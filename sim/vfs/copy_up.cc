// copy_up.cc — brings a file of a lower layer into the writable one.
//
// The first change to a file copies it up, whole and with all its attributes;
// before it come the directories on the way to it, without their entries.  The
// content is shared until it is written.

#include <utility>
#include <vector>

#include "sim/vfs/union_inode.h"

namespace drydock::vfs {

SysOutcome UnionInode::copy_up() {
  if (state_->read_only) return Errno::erofs;
  if (upper_) return ok();
  if (removed_) return copy_up_here();
  std::vector<UnionInode*> way;  // From here up to a directory that is there.
  for (UnionInode* at = this; !at->upper_; at = at->parent_.get()) {
    way.push_back(at);
  }
  while (!way.empty()) {
    const SysOutcome up = way.back()->copy_up_here();
    if (!up) return up;
    way.pop_back();
  }
  return ok();
}

SysOutcome UnionInode::copy_up_here() {
  const MemorySuperRef& super = state_->super;
  const Attributes& lower = lower_->attributes;
  const std::int64_t cost = lower_->content ? lower_->content->stored() : 0;
  if (cost > super->bytes_left() || super->full_of_files()) {
    return Errno::enospc;
  }

  NewFile born;
  born.type = lower.type;
  born.target = lower_->target;
  const auto copy = std::make_shared<MemoryInode>(super, born);
  Attributes attributes = lower;
  // One of several hard links becomes a file of its own, with its own number.
  if (!lower_->is_directory() && lower.links > 1) {
    attributes.ino = copy->attributes().ino;
  }
  attributes.links = lower_->is_directory() ? 2 : 1;
  attributes.ctime = super->clock->now();
  copy->set_attributes(attributes);
  copy->set_content(lower_->content);
  copy->set_xattrs(lower_->xattrs);

  if (!removed_) {
    parent_->lower_only_.erase(name_);
    parent_->upper_->attach(name_, copy);
  }
  upper_ = copy;
  state_->by_upper[copy.get()] = this;
  if (!lower_->is_directory()) lower_ = nullptr;
  return ok();
}

}  // namespace drydock::vfs
