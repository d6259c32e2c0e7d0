// walk.cc — path_resolution(7), one component after the other.

#include "sim/vfs/walk.h"

#include <algorithm>
#include <utility>

namespace drydock::vfs {
namespace {

constexpr std::size_t kNameMax = 255;

FileType type_of(const Location& place) {
  return place.inode->attributes().type;
}

/// A walk under way: where it is, and the text that is still to be followed.
class Walk {
 public:
  Walk(const View& view, std::string_view path)
      : view_(view), todo_(path), at_(view.cwd) {}

  /// Up to the last component, and through a symlink there if asked to.
  SysResult<Parent> run(bool follow_last, bool follow_before_slash);

 private:
  bool take_component();  // False at the end of the path.
  SysResult<std::optional<Location>> find(std::string_view name) const;
  Location above(Location place) const;
  SysOutcome follow(const Location& symlink);
  SysResult<Parent> finish(std::optional<Location> entry) const;

  const View& view_;
  std::string todo_;      // The path, or what a symlink made of it.
  std::size_t next_ = 0;  // Where in it the next component begins.
  Location at_;
  int symlinks_ = 0;

  std::string_view component_;  // Of todo_.
  bool last_ = false;
  bool slash_after_ = false;
};

bool Walk::take_component() {
  if (next_ == 0 && todo_.starts_with('/')) at_ = view_.root;
  const std::size_t begin =
      std::min(todo_.find_first_not_of('/', next_), todo_.size());
  const std::size_t end = std::min(todo_.find('/', begin), todo_.size());
  const std::size_t rest = todo_.find_first_not_of('/', end);
  component_ = std::string_view(todo_).substr(begin, end - begin);
  slash_after_ = end < todo_.size();
  last_ = rest == std::string::npos;
  next_ = last_ ? todo_.size() : rest;
  return !component_.empty();
}

Location Walk::above(Location place) const {
  while (place.inode == place.mount->root) {
    if (place == view_.root || !place.mount->on) return place;
    place = *place.mount->on;
  }
  if (place == view_.root) return place;
  place.inode = place.inode->parent();
  return view_.mounts->top(place);
}

/// What a component names in the directory at hand; nothing if it is absent.
SysResult<std::optional<Location>> Walk::find(std::string_view name) const {
  const Attributes directory = at_.inode->attributes();
  if (directory.type != FileType::directory) return Errno::enotdir;
  const unsigned search = static_cast<unsigned>(Access::execute);
  if (!permits(directory, view_.who, search)) return Errno::eacces;
  if (name == ".") return std::optional(at_);
  if (name == "..") return std::optional(above(at_));
  if (name.size() > kNameMax) return Errno::enametoolong;
  view_.mounts->look(at_, name);
  const SysResult<InodeRef> found = at_.inode->lookup(name);
  if (found) return std::optional(view_.mounts->top({at_.mount, *found}));
  if (found.error() != Errno::enoent) return found.error();
  return std::optional<Location>();
}

/// Puts a symlink's target in place of the component that named it.
SysOutcome Walk::follow(const Location& symlink) {
  if (++symlinks_ > kSymlinksMax) return Errno::eloop;
  const SysResult<std::string> target = symlink.inode->readlink();
  if (!target) return target.error();
  if (target->empty()) return Errno::enoent;
  std::string rest = last_ ? "" : todo_.substr(next_);
  todo_ = *target;
  if (slash_after_) todo_ += '/';
  todo_ += rest;
  next_ = 0;
  return ok();
}

SysResult<Parent> Walk::finish(std::optional<Location> entry) const {
  Parent parent;
  parent.directory = at_;
  parent.wants_directory = slash_after_;
  if (component_ == "." || component_ == "..") {
    parent.kind = component_ == "." ? LastKind::dot : LastKind::dot_dot;
    parent.directory = *entry;
    parent.wants_directory = true;
  } else {
    parent.name = component_;
  }
  parent.entry = std::move(entry);
  return parent;
}

SysResult<Parent> Walk::run(bool follow_last, bool follow_before_slash) {
  if (todo_.empty()) return Errno::enoent;
  if (todo_.size() >= kPathMax) return Errno::enametoolong;
  while (take_component()) {
    SysResult<std::optional<Location>> entry = find(component_);
    if (!entry) return entry.error();
    const bool follows =
        !last_ || follow_last || (slash_after_ && follow_before_slash);
    if (*entry && follows && type_of(**entry) == FileType::symlink) {
      const SysOutcome followed = follow(**entry);
      if (!followed) return followed.error();
      continue;
    }
    if (last_) return finish(*std::move(entry));
    if (!*entry) return Errno::enoent;
    at_ = **std::move(entry);
    if (type_of(at_) != FileType::directory) return Errno::enotdir;
  }
  Parent root;
  root.directory = at_;
  root.entry = at_;
  root.kind = LastKind::root;
  root.wants_directory = true;
  return root;
}

}  // namespace

SysResult<Location> resolve(const View& view, std::string_view path,
                            Last last) {
  SysResult<Parent> end = Walk(view, path).run(last == Last::follow, true);
  if (!end) return end.error();
  if (!end->entry) return Errno::enoent;
  const bool directory = type_of(*end->entry) == FileType::directory;
  if (end->wants_directory && !directory) return Errno::enotdir;
  return *std::move(end->entry);
}

SysResult<Parent> resolve_parent(const View& view, std::string_view path,
                                 Last last) {
  return Walk(view, path).run(last == Last::follow, false);
}

std::string path_of(const View& view, const Location& place) {
  std::string path;
  for (Location at = place; at != view.root;) {
    if (at.inode == at.mount->root) {
      if (!at.mount->on) return "(unreachable)" + (path.empty() ? "/" : path);
      const bool file = type_of(at) != FileType::directory;
      if (file) {
        // A file knows no name; its mount remembers where it is.
        const View all{view.mounts, view.mounts->root(), {}, {}};
        const std::string above = path_of(all, view.root);
        const std::string& own = at.mount->path;
        const bool inside = above == "/" || own.starts_with(above + "/");
        if (!inside) return "(unreachable)" + own;
        return (above == "/" ? own : own.substr(above.size())) + path;
      }
      at = *at.mount->on;
      continue;
    }
    const InodeRef parent = at.inode->parent();
    if (parent == at.inode) return "(unreachable)" + path;
    path.insert(0, "/" + at.inode->name());
    at.inode = parent;
  }
  return path.empty() ? "/" : path;
}

}  // namespace drydock::vfs
