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

/// What a component names, if it is there, and what stat(2) tells of it.
struct Entry {
  Location place;  // Without an inode: it is not there.
  Attributes file;

  bool exists() const { return place.inode != nullptr; }
};

/// A walk under way: where it is, and the text that is still to be followed.
class Walk {
 public:
  Walk(const View& view, std::string_view path) : view_(view), todo_(path) {}

  /// Up to the last component, and through a symlink there if asked to.
  SysResult<Parent> run(bool follow_last, bool follow_before_slash);

 private:
  void begin();
  bool take_component();  // False at the end of the path.
  SysOutcome find(std::string_view name);
  Location above(Location place) const;
  SysOutcome follow(const Location& symlink);
  Parent finish();

  const View& view_;
  std::string todo_;      // The path, or what a symlink made of it.
  std::size_t next_ = 0;  // Where in it the next component begins.
  Location at_;
  Attributes here_;  // Of at_.
  Entry entry_;      // In at_, of the component at hand.
  int symlinks_ = 0;

  std::string_view component_;  // Of todo_.
  bool last_ = false;
  bool slash_after_ = false;
};

/// Where the text begins: of a path that is not absolute, where the walk is.
void Walk::begin() {
  if (todo_.starts_with('/')) {
    at_ = view_.root;
  } else if (!at_.inode) {
    at_ = view_.cwd;
  }
  here_ = at_.inode->attributes();
}

bool Walk::take_component() {
  if (next_ == 0) begin();
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

/// Looks the component up in the directory at hand.
SysOutcome Walk::find(std::string_view name) {
  if (here_.type != FileType::directory) return Errno::enotdir;
  const unsigned search = static_cast<unsigned>(Access::execute);
  if (!permits(here_, view_.who, search)) return Errno::eacces;
  entry_.place = {};
  if (name == ".") {
    entry_.place = at_;
  } else if (name == "..") {
    entry_.place = above(at_);
  } else {
    if (name.size() > kNameMax) return Errno::enametoolong;
    view_.mounts->look(at_, name);
    SysResult<InodeRef> found = at_.inode->lookup(name);
    if (!found) {
      return found.error() == Errno::enoent ? ok() : found.error();
    }
    entry_.place = view_.mounts->top({at_.mount, *std::move(found)});
  }
  entry_.file = entry_.place.inode->attributes();
  return ok();
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

Parent Walk::finish() {
  Parent parent;
  parent.directory = std::move(at_);
  parent.wants_directory = slash_after_;
  if (component_ == "." || component_ == "..") {
    parent.kind = component_ == "." ? LastKind::dot : LastKind::dot_dot;
    parent.directory = entry_.place;
    parent.wants_directory = true;
  } else {
    parent.name = component_;
  }
  if (entry_.exists()) parent.entry = std::move(entry_.place);
  return parent;
}

SysResult<Parent> Walk::run(bool follow_last, bool follow_before_slash) {
  if (todo_.empty()) return Errno::enoent;
  if (todo_.size() >= kPathMax) return Errno::enametoolong;
  while (take_component()) {
    const SysOutcome looked = find(component_);
    if (!looked) return looked.error();
    const bool follows =
        !last_ || follow_last || (slash_after_ && follow_before_slash);
    const bool symlink =
        entry_.exists() && entry_.file.type == FileType::symlink;
    if (symlink && follows) {
      const SysOutcome followed = follow(entry_.place);
      if (!followed) return followed.error();
      continue;
    }
    if (last_) return finish();
    if (!entry_.exists()) return Errno::enoent;
    std::swap(at_, entry_.place);
    here_ = entry_.file;
    if (here_.type != FileType::directory) return Errno::enotdir;
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
