// walk_law_test.cc — a walk that holds as little as it can ends where one ends
// that holds every file on its way.

#include <catch2/catch.hpp>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include "tests/vfs/history.h"

namespace drydock::vfs {
namespace {

using Names = std::deque<std::string>;

Names names_of(std::string_view path) {
  Names names;
  std::string name;
  for (const char c : std::string(path) + "/") {
    if (c != '/') {
      name += c;
    } else if (!name.empty()) {
      names.push_back(std::move(name));
      name.clear();
    }
  }
  return names;
}

/// path_resolution(7) written down a second time, in the plainest way.
class SlowWalk {
 public:
  explicit SlowWalk(const View& view) : view_(view) {}

  SysResult<Location> run(std::string_view path) {
    Location at = path.starts_with('/') ? view_.root : view_.cwd;
    Names names = names_of(path);
    for (int symlinks = 0; !names.empty();) {
      const std::string name = names.front();
      names.pop_front();
      const SysResult<Location> next = step(at, name);
      if (!next) return next;
      const SysResult<std::string> target = next->inode->readlink();
      if (!target) {
        at = *next;
        continue;
      }
      if (++symlinks > kSymlinksMax) return Errno::eloop;
      if (target->starts_with('/')) at = view_.root;
      const Names there = names_of(*target);
      names.insert(names.begin(), there.begin(), there.end());
    }
    return at;
  }

 private:
  SysResult<Location> step(const Location& at, const std::string& name) {
    const Attributes directory = at.inode->attributes();
    if (directory.type != FileType::directory) return Errno::enotdir;
    const auto search = static_cast<unsigned>(Access::execute);
    if (!permits(directory, view_.who, search)) return Errno::eacces;
    if (name == ".") return at;
    if (name == "..") return above(at);
    const SysResult<InodeRef> found = at.inode->lookup(name);
    if (!found) return found.error();
    return view_.mounts->top({at.mount, *found});
  }

  Location above(Location at) {
    while (at.inode == at.mount->root) {
      if (at == view_.root || !at.mount->on) return at;
      at = *at.mount->on;
    }
    if (at == view_.root) return at;
    return view_.mounts->top({at.mount, at.inode->parent()});
  }

  const View& view_;
};

std::string text_of(const SysResult<Location>& place) {
  if (!place) return answer(place);
  return place->mount->type + " " +
         std::to_string(place->inode->attributes().ino);
}

std::string text_of(const SysResult<Attributes>& file) {
  return file ? std::to_string(file->ino) + " " + std::to_string(file->mode) +
                    " " + std::to_string(file->links) + " " +
                    std::to_string(file->size)
              : answer(file);
}

SysResult<Attributes> attributes_of(const SysResult<Location>& place) {
  if (!place) return place.error();
  return place->inode->attributes();
}

/// A union of what two histories left, one of them in a layer.
struct Two {
  Two(const History& below, const History& above) {
    const UnionMountRef image = make_union_mount(nullptr, clock);
    live(image->root(), below);
    file_system = make_union_mount(image->commit({}), clock);
    live(file_system->root(), above);
    Mount root;
    root.type = "overlay";
    root.root = file_system->root();
    mounts = MountTable(root);
    view = {&mounts, mounts.root(), mounts.root(), {}};
  }
  Two(const Two&) = delete;

  void live(const InodeRef& root, const History& history) {
    Driver driver(root, clock);
    for (const Operation& operation : history) driver.run(operation);
  }

  /// A file system of its own, where this path names a directory.
  void mount(const std::string& path, const History& history) {
    const SysResult<Location> on = resolve(view, path);
    if (attributes_of(on) && attributes_of(on)->type == FileType::directory) {
      const FileSystemRef files = make_memory_fs(clock, {"tmpfs", 0, 0755});
      live(files->root(), history);
      Mount other;
      other.type = "tmpfs";
      other.root = files->root();
      other.file_system = files;
      other.on = *on;
      mounts.add(other);
    }
  }

  HandClock clock;
  UnionMountRef file_system;
  MountTable mounts;
  View view;
};

rc::Gen<std::string> any_way() {
  return rc::gen::map(
      rc::gen::resize(
          6, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
                 rc::gen::element<std::string>("a", "b", "c", "a", "b", "c",
                                               ".", "..")))),
      [](const std::vector<std::string>& names) {
        std::string path;
        for (const std::string& name : names) path += "/" + name;
        return path;
      });
}

}  // namespace

TEST_CASE("A walk ends where one ends that holds all on its way") {
  rc::prop("of each way through two layers and a mount", [] {
    Two house(*any_history(), *any_history());
    if (*rc::gen::arbitrary<bool>()) house.mount(*any_path(), *any_history());
    if (*rc::gen::arbitrary<bool>()) house.view.who = {1, 1, {}};
    std::vector<Location> held;  // By others.
    for (const std::string& path :
         *rc::gen::container<std::vector<std::string>>(any_way())) {
      RC_LOG() << path << "\n";
      // First the one that finds what nobody holds.
      const std::string seen = text_of(status(house.view, path));
      const SysResult<Location> found = resolve(house.view, path);
      const SysResult<Location> slowly = SlowWalk(house.view).run(path);
      RC_ASSERT(text_of(found) == text_of(slowly));
      RC_ASSERT(seen == text_of(attributes_of(slowly)));
      if (!found) continue;
      RC_ASSERT(*found == *slowly);
      const SysResult<Glance> glanced = glance(house.view, path, 4096);
      RC_ASSERT(bool(glanced));
      RC_ASSERT(glanced->mount == slowly->mount);
      const SysResult<Bytes> head = slowly->inode->read(0, 4096);
      RC_ASSERT(glanced->head == (head ? *head : Bytes()));
      if (path.size() % 2 == 0) held.push_back(*found);
    }
  });
}

}  // namespace drydock::vfs
