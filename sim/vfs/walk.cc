// walk.cc — path_resolution(7), one component after the other.

#include "sim/vfs/walk.h"

#include <algorithm>
#include <utility>

#include "sim/vfs/node.h"

namespace drydock::vfs {
namespace {

constexpr std::size_t kNameMax = 255;

FileType type_of(const Location& place) {
  return place.inode->attributes().type;
}

/// A file on the way of a walk.
struct Stop {
  Dentry seen;
  Attributes told;  // What it said itself, where it cannot be peeked at.

  bool exists() const { return seen.file != nullptr; }
};

/// A walk under way: where it is, and the text that is still to be followed.
///
/// It takes hold of as little as it can: to hold a file of a layer makes inodes
/// for it and for all directories above.  Nothing is mounted on a file that has
/// no inode.
class Walk {
 public:
  Walk(const View& view, std::string_view path) : view_(view), todo_(path) {}

  /// Up to the last component, and through a symlink there if asked to.
  SysOutcome run(bool follow_last, bool follow_before_slash);

  /// What it ended at, after a run that found no fault.
  SysResult<Location> file();
  SysResult<Attributes> status();
  SysResult<Glance> glance(std::size_t max);
  Parent parent();

 private:
  void begin();
  bool take_component();  // False at the end of the path.
  SysOutcome find(std::string_view name);
  SysOutcome look_up(std::string_view name);
  void arrive(Location place);
  void enter();
  const Location& hold_directory();
  Location hold_entry();
  Location above(Location place) const;
  SysOutcome follow();
  SysOutcome check_end() const;

  const View& view_;
  std::string_view todo_;  // The path, or what a symlink made of it.
  std::string expanded_;   // Which is kept here.
  std::size_t next_ = 0;   // Where in it the next component begins.

  Stop stops_[2];
  Stop* here_ = &stops_[0];   // The directory at hand.
  Stop* entry_ = &stops_[1];  // What the component names in it.
  Location place_;            // Of the entry, if it had to be held.
  Location held_;             // The directory's mount, and what is held on it;
  Inode* above_ = nullptr;    // the last inode on the way to the directory,
  std::string passed_;        // and what was passed since, each with a '/'.

  int symlinks_ = 0;
  std::string_view component_;  // Of todo_.
  bool last_ = false;
  bool slash_after_ = false;
  bool root_ = false;  // The path had no components: it ended where it began.
};

/// Where the text begins: of a path that is not absolute, where the walk is.
void Walk::begin() {
  if (todo_.starts_with('/')) {
    arrive(view_.root);
  } else if (!held_.mount) {
    arrive(view_.cwd);
  } else {
    return;
  }
  enter();
}

bool Walk::take_component() {
  if (next_ == 0) begin();
  const std::size_t size = todo_.size();
  std::size_t at = next_;
  while (at < size && todo_[at] == '/') ++at;
  const std::size_t begin = at;
  while (at < size && todo_[at] != '/') ++at;
  component_ = todo_.substr(begin, at - begin);
  slash_after_ = at < size;
  while (at < size && todo_[at] == '/') ++at;
  last_ = at == size;
  next_ = at;
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

/// The entry is there, and held.
void Walk::arrive(Location place) {
  place_ = std::move(place);
  const std::optional<Dentry> itself = place_.inode->peek(".");
  if (itself) {
    entry_->seen = *itself;
    return;
  }
  entry_->told = place_.inode->attributes();
  entry_->seen = {&entry_->told, place_.inode.get()};
}

/// The entry is the directory at hand from now on.
void Walk::enter() {
  if (place_.inode) held_ = std::move(place_);
  if (entry_->seen.inode != nullptr) {
    above_ = entry_->seen.inode;
    passed_.clear();
  } else {
    passed_.append(component_).push_back('/');
  }
  std::swap(here_, entry_);
}

/// The directory at hand, with the inodes that its way has not had so far.
const Location& Walk::hold_directory() {
  if (held_.inode.get() != above_) held_.inode = above_->shared_from_this();
  for (std::string_view rest = passed_; !rest.empty();) {
    const std::size_t end = rest.find('/');
    held_.inode = *held_.inode->lookup(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  passed_.clear();
  above_ = held_.inode.get();
  here_->seen = {here_->seen.file, above_};
  return held_;
}

Location Walk::hold_entry() {
  if (place_.inode) return std::move(place_);
  Inode* const inode = entry_->seen.inode;
  if (inode != nullptr) return {held_.mount, inode->shared_from_this()};
  const Location& directory = hold_directory();
  return {directory.mount, *directory.inode->lookup(component_)};
}

/// Looks the component up in the directory at hand.
SysOutcome Walk::find(std::string_view name) {
  const Attributes& directory = *here_->seen.file;
  if (directory.type != FileType::directory) return Errno::enotdir;
  const unsigned search = static_cast<unsigned>(Access::execute);
  if (!permits(directory, view_.who, search)) return Errno::eacces;
  place_.inode = nullptr;
  if (name == ".") {
    arrive(hold_directory());
  } else if (name == "..") {
    arrive(above(hold_directory()));
  } else if (name.size() > kNameMax) {
    return Errno::enametoolong;
  } else if (here_->seen.node != nullptr) {
    const NodeRef* const node = here_->seen.node->find(name);
    entry_->seen = {};
    if (node != nullptr)
      entry_->seen = {&(*node)->attributes, nullptr, node->get()};
  } else {
    return look_up(name);
  }
  return ok();
}

/// As find(), in a directory that has an inode.
SysOutcome Walk::look_up(std::string_view name) {
  Inode& directory = *here_->seen.inode;
  view_.mounts->look(*held_.mount, directory, name);
  const std::optional<Dentry> peeked = directory.peek(name);
  if (peeked) {
    entry_->seen = *peeked;
    const bool covered = peeked->inode != nullptr &&
                         view_.mounts->covers(*held_.mount, *peeked->inode);
    if (!covered) return ok();
  }
  SysResult<InodeRef> found = directory.lookup(name);
  if (found) {
    arrive(view_.mounts->top({held_.mount, *std::move(found)}));
    return ok();
  }
  entry_->seen = {};
  return found.error() == Errno::enoent ? ok() : found.error();
}

/// Puts a symlink's target in place of the component that named it.
SysOutcome Walk::follow() {
  if (++symlinks_ > kSymlinksMax) return Errno::eloop;
  const Dentry& symlink = entry_->seen;
  const SysResult<std::string> target = symlink.node != nullptr
                                            ? symlink.node->target
                                            : symlink.inode->readlink();
  if (!target) return target.error();
  if (target->empty()) return Errno::enoent;
  std::string text = *target;
  if (slash_after_) text += '/';
  if (!last_) text += todo_.substr(next_);
  expanded_ = std::move(text);
  todo_ = expanded_;
  next_ = 0;
  return ok();
}

SysOutcome Walk::run(bool follow_last, bool follow_before_slash) {
  if (todo_.empty()) return Errno::enoent;
  if (todo_.size() >= kPathMax) return Errno::enametoolong;
  while (take_component()) {
    const SysOutcome looked = find(component_);
    if (!looked) return looked.error();
    const bool follows =
        !last_ || follow_last || (slash_after_ && follow_before_slash);
    const bool symlink =
        entry_->exists() && entry_->seen.file->type == FileType::symlink;
    if (symlink && follows) {
      const SysOutcome followed = follow();
      if (!followed) return followed.error();
      continue;
    }
    if (last_) return ok();
    if (!entry_->exists()) return Errno::enoent;
    if (entry_->seen.file->type != FileType::directory) return Errno::enotdir;
    enter();
  }
  root_ = true;
  arrive(hold_directory());
  return ok();
}

/// A path that ends in a slash names a directory.
SysOutcome Walk::check_end() const {
  if (!entry_->exists()) return Errno::enoent;
  const bool directory = entry_->seen.file->type == FileType::directory;
  const bool dots = component_ == "." || component_ == "..";
  const bool wanted = slash_after_ || root_ || dots;
  return wanted && !directory ? SysOutcome(Errno::enotdir) : ok();
}

SysResult<Location> Walk::file() {
  const SysOutcome there = check_end();
  if (!there) return there.error();
  return hold_entry();
}

SysResult<Attributes> Walk::status() {
  const SysOutcome there = check_end();
  if (!there) return there.error();
  const Dentry& file = entry_->seen;
  return file.inode != nullptr ? file.inode->attributes() : *file.file;
}

SysResult<Glance> Walk::glance(std::size_t max) {
  SysResult<Attributes> told = status();
  if (!told) return told.error();
  const MountRef& mount = place_.inode ? place_.mount : held_.mount;
  Glance seen{mount, *told, {}};
  if (told->type != FileType::regular) return seen;
  const Dentry& file = entry_->seen;
  if (file.inode != nullptr) {
    SysResult<Bytes> read = file.inode->read(0, max);
    if (!read) return read.error();
    seen.head = *std::move(read);
  } else if (file.node->content) {
    seen.head = file.node->content->read(0, max);
  }
  return seen;
}

Parent Walk::parent() {
  Parent parent;
  if (root_ || component_ == "." || component_ == "..") {
    parent.kind = root_               ? LastKind::root
                  : component_ == "." ? LastKind::dot
                                      : LastKind::dot_dot;
    parent.directory = hold_entry();
    parent.entry = parent.directory;
    parent.wants_directory = true;
    return parent;
  }
  parent.directory = hold_directory();
  parent.name = component_;
  parent.wants_directory = slash_after_;
  if (entry_->exists()) parent.entry = hold_entry();
  return parent;
}

}  // namespace

SysResult<Location> resolve(const View& view, std::string_view path,
                            Last last) {
  Walk walk(view, path);
  const SysOutcome walked = walk.run(last == Last::follow, true);
  if (!walked) return walked.error();
  return walk.file();
}

SysResult<Attributes> status(const View& view, std::string_view path,
                             Last last) {
  Walk walk(view, path);
  const SysOutcome walked = walk.run(last == Last::follow, true);
  if (!walked) return walked.error();
  return walk.status();
}

SysResult<Glance> glance(const View& view, std::string_view path,
                         std::size_t max) {
  Walk walk(view, path);
  const SysOutcome walked = walk.run(true, true);
  if (!walked) return walked.error();
  return walk.glance(max);
}

SysResult<Parent> resolve_parent(const View& view, std::string_view path,
                                 Last last) {
  Walk walk(view, path);
  const SysOutcome walked = walk.run(last == Last::follow, false);
  if (!walked) return walked.error();
  return walk.parent();
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
