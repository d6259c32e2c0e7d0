// extract.cc — members become files, and none of them outside.

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/vfs/layer.h"
#include "sim/vfs/tar.h"
#include "sim/vfs/tar_format.h"
#include "sim/vfs/walk.h"
#include "sim/vfs/whole_tree.h"

namespace drydock::vfs {
namespace {

/// The path below the root that a member's name means: "/etc/passwd".  Nothing
/// for one that would leave it.
std::optional<std::string> inside(std::string_view name) {
  const std::size_t from = std::min(name.find_first_not_of('/'), name.size());
  const std::string clean = clean_path(name.substr(from));
  if (clean == ".") return "/";
  if (clean == ".." || clean.starts_with("../")) return std::nullopt;
  return "/" + clean;
}

class Extractor {
 public:
  Extractor(InodeRef root, const ExtractOptions& options) : options_(options) {
    Mount mount;
    mount.root = std::move(root);
    mounts_ = MountTable(mount);
    view_.mounts = &mounts_;
    view_.root = view_.cwd = mounts_.root();
  }
  Extractor(const Extractor&) = delete;

  Outcome add(const TarEntry& entry);

  /// Directories got new times while they were filled; these are their own.
  Outcome finish();

 private:
  Outcome whiteout(const std::string& path);
  SysOutcome make_opaque(const std::string& path);
  SysOutcome remove_foreign(const std::string& path);
  SysOutcome remove(const std::string& path);
  bool holds_own(const std::string& path) const;

  SysOutcome place(const TarEntry& entry, const std::string& path);
  SysOutcome make_way(const std::string& path);
  SysResult<InodeRef> born(const TarEntry& entry, const Parent& at);
  SysOutcome fill(Inode& file, const TarEntry& entry);
  SysOutcome dress(Inode& file, const TarEntry& entry);

  ExtractOptions options_;
  MountTable mounts_;
  View view_;
  std::map<std::string, Time> directory_times_;
  std::set<std::string, std::less<>> own_;  // Paths of this archive.
};

/// The directories that lead to a path, where they are missing.
SysOutcome Extractor::make_way(const std::string& path) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string above = path.substr(0, slash);
    const auto there = resolve(view_, above);
    if (there) continue;
    if (there.error() != Errno::enoent) return there.error();
    const auto parent = resolve_parent(view_, above);
    if (!parent) return parent.error();
    NewFile directory;
    directory.type = FileType::directory;
    directory.mode = 0755;
    const auto made = parent->directory.inode->create(parent->name, directory);
    if (!made) return made.error();
  }
  return ok();
}

/// The file of an entry, new but for directories that are there already.
SysResult<InodeRef> Extractor::born(const TarEntry& entry, const Parent& at) {
  Inode& directory = *at.directory.inode;
  if (at.entry) {
    const FileType there = at.entry->inode->attributes().type;
    const bool kept = there == FileType::directory &&
                      entry.type == FileType::directory && !entry.hard_link;
    if (kept) return at.entry->inode;
  }
  InodeRef target;
  if (entry.hard_link) {
    const auto path = inside(entry.link);
    if (!path) return Errno::eperm;
    const auto found = resolve(view_, *path, Last::keep);
    if (!found) return found.error();
    target = found->inode;
    if (at.entry && at.entry->inode == target) return target;
  }
  if (at.entry) {
    const SysOutcome gone = remove_tree(directory, at.name);
    if (!gone) return gone.error();
  }
  if (target) {
    const SysOutcome linked = directory.link(at.name, target);
    if (!linked) return linked.error();
    return target;
  }
  NewFile file;
  file.type = entry.type;
  file.mode = entry.mode;
  file.rdev = entry.rdev;
  file.target = entry.link;
  return directory.create(at.name, file);
}

SysOutcome Extractor::fill(Inode& file, const TarEntry& entry) {
  if (entry.size > static_cast<std::int64_t>(entry.content.size())) {
    const SysOutcome sized = file.truncate(entry.size);
    if (!sized) return sized;
  }
  const auto put = [&file](std::int64_t offset,
                           std::string_view bytes) -> SysOutcome {
    const auto written = file.write(offset, bytes);
    if (!written) return written.error();
    const bool all = *written == static_cast<std::int64_t>(bytes.size());
    return all ? ok() : Errno::enospc;
  };
  const SysOutcome front = put(0, entry.content);
  if (!front) return front;
  for (const auto& [offset, run] : entry.more) {
    const SysOutcome written = put(offset, run);
    if (!written) return written;
  }
  return ok();
}

SysOutcome Extractor::dress(Inode& file, const TarEntry& entry) {
  // A layer tells all of a directory; what lies below it no longer counts.
  if (options_.whiteouts) {
    for (const auto& [name, value] : file.xattrs()) {
      if (!entry.xattrs.contains(name)) (void)file.removexattr(name);
    }
  }
  for (const auto& [name, value] : entry.xattrs) {
    const SysOutcome set = file.setxattr(name, value);
    // Attributes that make no sense here do not make the file worthless.
    if (!set && set.error() != Errno::eopnotsupp &&
        set.error() != Errno::eperm) {
      return set;
    }
  }
  AttributeChange change;
  change.uid = options_.keep_owner ? entry.uid : options_.uid;
  change.gid = options_.keep_owner ? entry.gid : options_.gid;
  if (entry.type != FileType::symlink) change.mode = entry.mode;
  change.mtime = entry.mtime;
  return file.change(change);
}

SysOutcome Extractor::place(const TarEntry& entry, const std::string& path) {
  const SysOutcome way = make_way(path);
  if (!way) return way;
  const auto at = resolve_parent(view_, path);
  if (!at) return at.error();
  const bool root = at->kind == LastKind::root;
  if (root && entry.type != FileType::directory) return Errno::eisdir;
  const auto file =
      root ? SysResult<InodeRef>(view_.root.inode) : born(entry, *at);
  if (!file) return file.error();
  if (options_.whiteouts) own_.insert(path);
  if (entry.hard_link) return ok();
  if (entry.type == FileType::directory) directory_times_[path] = entry.mtime;
  if (entry.type == FileType::regular) {
    const SysOutcome filled = fill(**file, entry);
    if (!filled) {
      (void)at->directory.inode->unlink(at->name);  // All of it or nothing.
      return filled;
    }
  }
  return dress(**file, entry);
}

bool Extractor::holds_own(const std::string& path) const {
  const std::string below = path == "/" ? path : path + "/";
  const auto next = own_.upper_bound(below);
  return next != own_.end() && next->starts_with(below);
}

SysOutcome Extractor::remove(const std::string& path) {
  const auto at = resolve_parent(view_, path);
  if (!at || !at->entry || at->name.empty()) return ok();
  return remove_tree(*at->directory.inode, at->name);
}

/// Hides what lower layers have in a directory.
SysOutcome Extractor::make_opaque(const std::string& path) {
  const auto at = resolve_parent(view_, path);
  if (!at || !at->entry) return ok();
  const InodeRef old = at->entry->inode;
  if (old->attributes().type != FileType::directory) return ok();
  if (path == "/" || holds_own(path)) return remove_foreign(path);
  // Nothing in it is of this archive, so another one can take its place.
  const Attributes all = old->attributes();
  const auto xattrs = old->xattrs();
  Inode& above = *at->directory.inode;
  const SysOutcome gone = remove_tree(above, at->name);
  if (!gone) return gone;
  NewFile directory;
  directory.type = FileType::directory;
  const auto made = above.create(at->name, directory);
  if (!made) return made.error();
  for (const auto& [name, value] : xattrs) {
    const SysOutcome set = (*made)->setxattr(name, value);
    if (!set) return set;
  }
  AttributeChange change;
  change.mode = all.mode;
  change.uid = all.uid;
  change.gid = all.gid;
  change.mtime = all.mtime;
  return (*made)->change(change);
}

SysOutcome Extractor::remove_foreign(const std::string& path) {
  std::vector<std::string> todo = {path};
  while (!todo.empty()) {
    const std::string at = std::move(todo.back());
    todo.pop_back();
    const auto directory = resolve(view_, at, Last::keep);
    if (!directory) return directory.error();
    const auto entries = directory->inode->entries();
    if (!entries) return entries.error();
    for (const DirectoryEntry& entry : *entries) {
      const std::string below =
          at == "/" ? at + entry.name : at + "/" + entry.name;
      if (entry.type == FileType::directory && holds_own(below)) {
        todo.push_back(below);
      } else if (!own_.contains(below)) {
        const SysOutcome gone = remove_tree(*directory->inode, entry.name);
        if (!gone) return gone;
      } else if (entry.type == FileType::directory) {
        todo.push_back(below);
      }
    }
  }
  return ok();
}

Outcome Extractor::whiteout(const std::string& path) {
  const std::string name = base_name(path);
  const std::string directory = dir_name(path);
  SysOutcome gone = ok();
  if (name == tar::kOpaqueMarker) {
    gone = make_opaque(directory);
  } else if (!name.starts_with(tar::kAufsPrefix)) {
    const std::string hidden = name.substr(tar::kWhiteout.size());
    if (hidden.empty() || hidden == "." || hidden == "..") {
      return Error{fmt::format("invalid whiteout name: {}", name)};
    }
    gone = remove(join_path(directory, hidden));
  }
  if (gone) return done();
  return Error{fmt::format("{}: {}", path.substr(1), text_of(gone.error()))};
}

Outcome Extractor::add(const TarEntry& entry) {
  const std::optional<std::string> path = inside(entry.name);
  if (!path) {
    return Error{
        fmt::format("invalid name \"{}\": it leads out of the "
                    "directory that is extracted to",
                    entry.name)};
  }
  if (entry.hard_link && !inside(entry.link)) {
    return Error{fmt::format("invalid hardlink \"{}\" -> \"{}\"", entry.name,
                             entry.link)};
  }
  if (options_.whiteouts && base_name(*path).starts_with(tar::kWhiteout)) {
    return whiteout(*path);
  }
  if (const auto busy = options_.busy.find(*path);
      busy != options_.busy.end()) {
    return Error{
        fmt::format("unlinkat {}: device or resource busy", busy->second)};
  }
  const SysOutcome placed = place(entry, *path);
  if (placed) return done();
  return Error{fmt::format("{}: {}", entry.name, text_of(placed.error()))};
}

Outcome Extractor::finish() {
  for (const auto& [path, time] : directory_times_) {
    const auto directory = resolve(view_, path, Last::keep);
    if (!directory) continue;  // A later member took its place.
    AttributeChange change;
    change.mtime = time;
    const SysOutcome set = directory->inode->change(change);
    if (!set) {
      return Error{fmt::format("{}: {}", path, text_of(set.error()))};
    }
  }
  return done();
}

}  // namespace

Task<Outcome> extract(ByteSource& from, InodeRef root, ExtractOptions options) {
  TarReader reader(from);
  Extractor extractor(std::move(root), options);
  for (;;) {
    const Result<std::optional<TarEntry>> entry = co_await reader.next();
    if (!entry) co_return entry.error();
    if (!*entry) co_return extractor.finish();
    const Outcome added = extractor.add(**entry);
    if (!added) co_return added.error();
  }
}

Task<Result<LayerRef>> read_layer(ByteSource& from, LayerRef parent,
                                  const Clock& clock, DiskRef disk) {
  const Outcome allowed = may_stack(parent);
  if (!allowed) co_return allowed.error();
  const UnionMountRef mount =
      make_union_mount(std::move(parent), clock, 0, std::move(disk));
  ExtractOptions options;
  options.whiteouts = true;
  const Outcome extracted = co_await extract(from, mount->root(), options);
  if (!extracted) co_return extracted.error();
  const std::vector<std::string> all_of_it;
  co_return mount->commit(all_of_it);
}

}  // namespace drydock::vfs
