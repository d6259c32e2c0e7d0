// mount_table.cc — which file system covers which place.

#include <algorithm>
#include <ranges>
#include <utility>

#include "sim/vfs/walk.h"

namespace drydock::vfs {

namespace {

/// The mount that lies on this place; end() where there is none.
auto cover_of(const std::vector<MountRef>& mounts, const Mount& mount,
              const Inode& inode) {
  return std::ranges::find_if(mounts, [&](const MountRef& other) {
    return other->on && other->on->inode.get() == &inode &&
           other->on->mount.get() == &mount;
  });
}

}  // namespace

MountTable::MountTable(Mount root_mount) {
  if (root_mount.path.empty()) root_mount.path = "/";
  mounts_.push_back(std::make_shared<Mount>(std::move(root_mount)));
}

Location MountTable::root() const {
  return {mounts_.front(), mounts_.front()->root};
}

Location MountTable::top(Location place) const {
  for (;;) {
    const auto cover = cover_of(mounts_, *place.mount, *place.inode);
    if (cover == mounts_.end()) return place;
    place = {*cover, (*cover)->root};
  }
}

bool MountTable::covers(const Mount& mount, const Inode& inode) const {
  return cover_of(mounts_, mount, inode) != mounts_.end();
}

const std::vector<MountRef>& MountTable::mounts() const {
  mount_waiting();
  return mounts_;
}

MountTable MountTable::mounted() const {
  MountTable so_far;
  so_far.mounts_ = mounts_;
  return so_far;
}

void MountTable::automount(Automount waiting) {
  waiting_ = std::make_shared<const Automount>(std::move(waiting));
}

void MountTable::look_into_root(const Mount& mount, const Inode& directory,
                                std::string_view entry) const {
  const Mount& root = *mounts_.front();
  if (&mount != &root || &directory != root.root.get()) return;
  const auto& entries = waiting_->entries;
  if (std::ranges::find(entries, entry) != entries.end()) mount_waiting();
}

void MountTable::mount_waiting() const {
  // What is mounted now looks for its places in this very table.
  const std::shared_ptr<const Automount> due = std::move(waiting_);
  waiting_ = nullptr;
  if (!due) return;
  std::vector<MountRef> there(mounts_.begin() + 1, mounts_.end());
  mounts_.resize(1);
  MountTable& self = const_cast<MountTable&>(*this);
  due->before(self);
  mounts_.insert(mounts_.end(), there.begin(), there.end());
  due->after(self);
}

Location MountTable::add(Mount mount) {
  mount_waiting();
  const Location on = top(*mount.on);
  if (mount.path.empty()) {
    const View all{this, root(), {}, {}};
    mount.path = path_of(all, on);
  }
  mount.on = on;
  mounts_.push_back(std::make_shared<Mount>(std::move(mount)));
  return {mounts_.back(), mounts_.back()->root};
}

SysOutcome MountTable::remove(const Location& at) {
  mount_waiting();
  const auto found = std::ranges::find(mounts_, at.mount);
  const bool is_mount_point =
      found != mounts_.end() && at.inode == at.mount->root;
  if (!is_mount_point) return Errno::einval;
  if (found == mounts_.begin()) return Errno::ebusy;
  const bool covered = std::ranges::any_of(mounts_, [&](const MountRef& other) {
    return other->on && other->on->mount == at.mount;
  });
  if (covered) return Errno::ebusy;
  mounts_.erase(found);
  return ok();
}

MountTable MountTable::copy() const {
  mount_waiting();
  MountTable twin;
  for (const MountRef& mount : mounts_) {
    auto other = std::make_shared<Mount>(*mount);
    if (other->on) other->on = twin.same_place(*this, *other->on);
    twin.mounts_.push_back(std::move(other));
  }
  return twin;
}

Location MountTable::same_place(const MountTable& original,
                                Location place) const {
  const auto found = std::ranges::find(original.mounts_, place.mount);
  const auto index = static_cast<std::size_t>(found - original.mounts_.begin());
  if (index < mounts_.size()) place.mount = mounts_[index];
  return place;
}

}  // namespace drydock::vfs
