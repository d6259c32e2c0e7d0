// history.cc — histories lived through inodes; trees written down.

#include "tests/vfs/history.h"

#include <algorithm>

#include <fmt/format.h>

namespace drydock::vfs {

int Driver::run(const Operation& operation) {
  clock_.advance(kSecond);
  const SysOutcome done = call(operation);
  return done ? 0 : static_cast<int>(done.error());
}

SysOutcome Driver::write(const Operation& operation, bool append) {
  const auto place = resolve_parent(view_, operation.path, Last::follow);
  if (!place) return place.error();
  InodeRef file;
  if (place->entry) {
    file = place->entry->inode;
    const FileType type = file->attributes().type;
    if (type == FileType::directory) return Errno::eisdir;
    if (type == FileType::fifo) return Errno::enxio;
  } else {
    const auto born =
        place->directory.inode->create(place->name, new_file(0644));
    if (!born) return born.error();
    file = *born;
  }
  if (!append) {
    const SysOutcome emptied = file->truncate(0);
    if (!emptied) return emptied;
  }
  const std::string text(static_cast<std::size_t>(operation.number),
                         operation.path.back());
  const auto written = file->write(file->attributes().size, text);
  return written ? ok() : written.error();
}

SysOutcome Driver::create(const Operation& operation, NewFile file) {
  const auto place = resolve_parent(view_, operation.path);
  if (!place) return place.error();
  if (place->entry) return Errno::eexist;
  const auto born = place->directory.inode->create(place->name, file);
  return born ? ok() : born.error();
}

SysOutcome Driver::change(const Operation& operation, Last last,
                          AttributeChange change) {
  const auto place = resolve(view_, operation.path, last);
  return place ? place->inode->change(change) : place.error();
}

SysOutcome Driver::two_names(const Operation& operation) {
  if (operation.call == Call::link) {
    const auto file = resolve(view_, operation.path, Last::keep);
    if (!file) return file.error();
    const auto to = resolve_parent(view_, operation.other);
    if (!to) return to.error();
    return to->directory.inode->link(to->name, file->inode);
  }
  const auto from = resolve_parent(view_, operation.path);
  if (!from) return from.error();
  const auto to = resolve_parent(view_, operation.other);
  if (!to) return to.error();
  return from->directory.inode->rename(
      from->name, *to->directory.inode, to->name,
      operation.call == Call::rename_no_replace);
}

SysOutcome Driver::call(const Operation& operation) {
  const auto number = static_cast<std::uint32_t>(operation.number);
  const Mode mode = kModes[number];
  const UserId owner = 1000 + number;
  switch (operation.call) {
    case Call::write:
      return write(operation, false);
    case Call::append:
      return write(operation, true);
    case Call::truncate: {
      const auto place = resolve(view_, operation.path);
      if (!place) return place.error();
      const std::int64_t size = place->inode->attributes().size;
      return place->inode->truncate(size_after(operation, size));
    }
    case Call::mkdir:
      return create(operation, new_directory(mode & 01777));
    case Call::rmdir: {
      const auto place = resolve_parent(view_, operation.path);
      return place ? place->directory.inode->rmdir(place->name) : place.error();
    }
    case Call::unlink: {
      const auto place = resolve_parent(view_, operation.path);
      return place ? place->directory.inode->unlink(place->name)
                   : place.error();
    }
    case Call::rename:
    case Call::rename_no_replace:
    case Call::link:
      return two_names(operation);
    case Call::symlink:
      return create(operation, new_symlink(operation.other));
    case Call::chmod:
      return change(operation, Last::follow, {.mode = mode});
    case Call::chown:
      return change(operation, Last::follow, {.uid = owner, .gid = owner});
    case Call::lchown:
      return change(operation, Last::keep, {.uid = owner, .gid = owner});
    case Call::mkfifo: {
      NewFile fifo = new_file(0600);
      fifo.type = FileType::fifo;
      return create(operation, fifo);
    }
    case Call::utimens: {
      const Time then{(500 + operation.number) * kSecond};
      return change(operation, Last::follow, {.atime = then, .mtime = then});
    }
    case Call::setxattr: {
      const auto place = resolve(view_, operation.path);
      if (!place) return place.error();
      return place->inode->setxattr("user.note",
                                    std::to_string(operation.number));
    }
  }
  return Errno::enosys;
}

Tree tree_below(const InodeRef& root) {
  Tree tree;
  std::vector<std::pair<std::string, InodeRef>> todo = {{"", root}};
  while (!todo.empty()) {
    const auto [path, file] = todo.back();
    todo.pop_back();
    const Attributes all = file->attributes();
    Seen seen{letter_of(all.type),
              all.mode,
              all.uid,
              all.gid,
              all.size,
              all.links,
              "",
              all.mtime.seconds(),
              all.mtime.since_epoch - all.mtime.seconds() * kSecond,
              ""};
    seen.ino = all.ino;
    if (all.type == FileType::regular) seen.content = content_of(*file);
    if (all.type == FileType::symlink) seen.content = *file->readlink();
    if (const auto note = file->getxattr("user.note")) seen.xattr = *note;
    if (!path.empty()) tree[path] = seen;
    if (all.type != FileType::directory) continue;
    const auto entries = *file->entries();
    for (const DirectoryEntry& entry : entries) {
      todo.emplace_back(path + "/" + entry.name, *file->lookup(entry.name));
    }
  }
  return tree;
}

std::string text_of(const Tree& tree) {
  std::string text;
  std::map<std::uint64_t, std::string> first;
  for (const auto& [path, file] : tree) {
    const std::string& name = first.emplace(file.ino, path).first->second;
    const bool directory = file.type == 'd';
    text += fmt::format(
        "{}{:04o} {}:{} {} {} '{}' {} {} {}\n", file.type, file.mode, file.uid,
        file.gid, directory ? 0 : file.size, directory ? 0 : file.links,
        file.content, file.xattr, path, name == path ? "" : name);
  }
  return text;
}

std::vector<Change> naive_diff(const Tree& before, const Tree& after) {
  std::map<std::string, ChangeKind> found;
  const auto parent = [](const std::string& path) {
    return path.substr(0, path.rfind('/'));
  };
  for (const auto& [path, now] : after) {
    const auto was = before.find(path);
    // Below a file that became a directory all is new.
    const auto above = before.find(parent(path));
    const bool fresh = above != before.end() && above->second.type != 'd';
    if (was == before.end() || fresh) {
      found[path] = ChangeKind::added;
      continue;
    }
    const Seen& old = was->second;
    const bool same_time = old.seconds == now.seconds &&
                           (old.nanoseconds == now.nanoseconds ||
                            old.nanoseconds == 0 || now.nanoseconds == 0);
    const bool same = old.type == now.type && old.mode == now.mode &&
                      old.uid == now.uid && old.gid == now.gid &&
                      (now.type == 'd' || (old.size == now.size && same_time));
    if (!same) found[path] = ChangeKind::changed;
  }
  for (const auto& [path, was] : before) {
    if (after.contains(path)) continue;
    const auto above = after.find(parent(path));
    const bool topmost = parent(path).empty() ||
                         (above != after.end() && above->second.type == 'd');
    if (topmost) found[path] = ChangeKind::deleted;
  }
  const auto told = found;
  for (const auto& [path, kind] : told) {
    for (auto above = parent(path); !above.empty(); above = parent(above)) {
      found.emplace(above, ChangeKind::changed);
    }
  }
  std::vector<Change> changes;
  for (const auto& [path, kind] : found) changes.push_back({kind, path});
  return changes;
}

std::string text_of(const std::vector<Change>& changes) {
  std::string text;
  for (const Change& change : changes) {
    text += fmt::format("{} {}\n", static_cast<char>(change.kind), change.path);
  }
  return text;
}

}  // namespace drydock::vfs
