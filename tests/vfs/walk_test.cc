// walk_test.cc — what a path means: path_resolution(7) by sentences.

#include <catch2/catch.hpp>

#include "tests/vfs/tree.h"

using namespace drydock;
using namespace drydock::vfs;

namespace {

/// One machine: a root file system, and whatever a test mounts.
struct House {
  House() {
    Mount mount;
    mount.type = "ext4";
    mount.file_system = root_fs;
    mount.root = root_fs->root();
    mounts = MountTable(mount);
    view.mounts = &mounts;
    view.root = view.cwd = mounts.root();
  }

  Inode& root() { return *root_fs->root(); }

  Location at(std::string_view path) { return *resolve(view, path); }

  std::string found(std::string_view path, Last last = Last::follow) {
    const auto place = resolve(view, path, last);
    return place ? std::to_string(place->inode->attributes().ino)
                 : answer(place);
  }

  Location mount(FileSystemRef fs, std::string_view path) {
    Mount mount;
    mount.type = fs->type();
    mount.file_system = fs;
    mount.root = fs->root();
    mount.on = at(path);
    return mounts.add(mount);
  }

  HandClock clock;
  FileSystemRef root_fs = make_memory_fs(clock, {"ext4", 0, 0755});
  MountTable mounts;
  View view;
};

}  // namespace

TEST_CASE("a path is followed component by component") {
  House house;
  auto file = put(house.root(), "/etc/ssl/openssl.cnf", "x");
  CHECK(house.at("/etc/ssl/openssl.cnf").inode == file);
  CHECK(house.at("etc//ssl/./../ssl/openssl.cnf").inode == file);
  CHECK(house.found("") == "ENOENT");
  CHECK(house.found("/etc/nosuch") == "ENOENT");
  CHECK(house.found("/nosuch/x") == "ENOENT");
  CHECK(house.found("/etc/ssl/openssl.cnf/x") == "ENOTDIR");
  CHECK(house.found("/etc/ssl/openssl.cnf/") == "ENOTDIR");
  CHECK(house.found("/etc/ssl/openssl.cnf/..") == "ENOTDIR");
  CHECK(house.at("/../../etc").inode == house.at("/etc").inode);
}

TEST_CASE("names end at 255 bytes and paths at 4095") {
  House house;
  const std::string longest(255, 'n');
  put(house.root(), "/" + longest, "");
  CHECK(house.found(longest) != "ENAMETOOLONG");
  CHECK(house.found(longest + "n") == "ENAMETOOLONG");
  CHECK(house.found(std::string(4095, '/')) != "ENAMETOOLONG");
  CHECK(house.found(std::string(4096, '/')) == "ENAMETOOLONG");
}

TEST_CASE("symlinks are followed, relative ones from where they are") {
  House house;
  auto file = put(house.root(), "/usr/lib/x", "");
  put_symlink(house.root(), "/lib", "usr/lib");
  put_symlink(house.root(), "/usr/lib/y", "x");
  put_symlink(house.root(), "/usr/up", "/lib/y");
  CHECK(house.at("/lib/x").inode == file);
  CHECK(house.at("/lib/y").inode == file);
  CHECK(house.at("/usr/up").inode == file);
  CHECK(house.at("/lib/../up").inode == file);
  const auto kept = *resolve(house.view, "/lib", Last::keep);
  CHECK(kept.inode->attributes().type == FileType::symlink);
  const auto slashed = *resolve(house.view, "/lib/", Last::keep);
  CHECK(slashed.inode->attributes().type == FileType::directory);
}

TEST_CASE("forty symlinks may be followed, the forty-first is a loop") {
  House house;
  auto file = put(house.root(), "/s0", "");
  for (int i = 1; i <= 41; ++i) {
    put_symlink(house.root(), "/s" + std::to_string(i),
                "s" + std::to_string(i - 1));
  }
  CHECK(house.at("/s40").inode == file);
  CHECK(house.found("/s41") == "ELOOP");
  put_symlink(house.root(), "/self", "self");
  CHECK(house.found("/self") == "ELOOP");
  CHECK(house.found("/self/x") == "ELOOP");
  CHECK(house.found("/self", Last::keep) != "ELOOP");
}

TEST_CASE("a directory that may not be searched hides what is in it") {
  House house;
  put(house.root(), "/root/.profile", "");
  must(house.at("/root").inode->change({.mode = 0700}));
  house.view.who = {1000, 1000, {}};
  CHECK(house.found("/root") != "EACCES");
  CHECK(house.found("/root/.profile") == "EACCES");
  CHECK(house.found("/root/nosuch") == "EACCES");
  CHECK(house.found("/root/..") == "EACCES");
  house.view.who = {0, 0, {}};
  CHECK(house.found("/root/.profile") != "EACCES");
}

TEST_CASE("permission is that of the one class that the asker is in") {
  Attributes file;
  file.mode = 0074;
  file.uid = 1;
  file.gid = 2;
  CHECK_FALSE(permits(file, {1, 2, {}}, 4));  // The owner, though others may.
  CHECK(permits(file, {9, 2, {}}, 7));
  CHECK(permits(file, {9, 9, {3, 2}}, 7));
  CHECK(permits(file, {9, 9, {}}, 4));
  CHECK_FALSE(permits(file, {9, 9, {}}, 2));
  file.mode = 0;
  CHECK(permits(file, {0, 0, {}}, 6));
  CHECK_FALSE(
      permits(file, {0, 0, {}}, 1));  // Nobody may run it, root neither.
}

TEST_CASE("in a sticky directory only owners remove") {
  Attributes tmp;
  tmp.type = FileType::directory;
  tmp.mode = 01777;
  Attributes file;
  file.uid = 5;
  CHECK(answer(may_remove(tmp, file, {5, 5, {}})) == "OK");
  CHECK(answer(may_remove(tmp, file, {6, 6, {}})) == "EPERM");
  CHECK(answer(may_remove(tmp, file, {0, 0, {}})) == "OK");
  tmp.mode = 0755;
  CHECK(answer(may_remove(tmp, file, {5, 5, {}})) == "EACCES");
}

TEST_CASE("mounts are crossed downwards and upwards") {
  House house;
  put_directory(house.root(), "/var/data");
  put(house.root(), "/var/data/hidden", "");
  auto volume = make_memory_fs(house.clock);
  put(*volume->root(), "/sub/file", "in the volume");
  house.mount(volume, "/var/data");
  CHECK(house.found("/var/data/hidden") == "ENOENT");
  CHECK(content_of(*house.at("/var/data/sub/file").inode) == "in the volume");
  CHECK(house.at("/var/data/sub/../../..").inode == house.root_fs->root());
  CHECK(house.at("/var/data/..").inode == house.at("/var").inode);
}

TEST_CASE("a mount over a mount covers it, and goes first") {
  House house;
  put_directory(house.root(), "/mnt");
  auto first = make_memory_fs(house.clock);
  auto second = make_memory_fs(house.clock);
  put(*first->root(), "/first", "");
  put(*second->root(), "/second", "");
  const Location below = house.mount(first, "/mnt");
  const Location above = house.mount(second, "/mnt");
  CHECK(house.found("/mnt/first") == "ENOENT");
  CHECK(house.found("/mnt/second") != "ENOENT");
  CHECK(house.at("/mnt/..").inode == house.root_fs->root());
  CHECK(answer(house.mounts.remove(below)) == "EBUSY");
  CHECK(answer(house.mounts.remove(above)) == "OK");
  CHECK(answer(house.mounts.remove(above)) == "EINVAL");
  CHECK(house.found("/mnt/first") != "ENOENT");
  CHECK(answer(house.mounts.remove(house.mounts.root())) == "EBUSY");
}

TEST_CASE("dot-dot does not lead above the root of a process") {
  House house;
  put_directory(house.root(), "/jail/etc");
  house.view.root = house.view.cwd = house.at("/jail");
  CHECK(house.at("/..").inode == house.view.root.inode);
  CHECK(house.at("../../etc").inode == house.at("/etc").inode);
  put_symlink(*house.view.root.inode, "/out", "/../../..");
  CHECK(house.at("/out").inode == house.view.root.inode);
}

TEST_CASE("the parent of a path is where its last name is or would be") {
  House house;
  put(house.root(), "/d/old", "");
  put_symlink(house.root(), "/d/link", "../elsewhere");
  const auto fresh = *resolve_parent(house.view, "/d/fresh");
  CHECK(fresh.name == "fresh");
  CHECK_FALSE(fresh.entry);
  CHECK(fresh.directory.inode == house.at("/d").inode);
  CHECK(resolve_parent(house.view, "/d/old")->entry);
  CHECK(resolve_parent(house.view, "/d/new/")->wants_directory);
  CHECK(answer(resolve_parent(house.view, "/no/new")) == "ENOENT");
  CHECK(answer(resolve_parent(house.view, "/d/old/new")) == "ENOTDIR");

  const auto kept = *resolve_parent(house.view, "/d/link");
  CHECK(kept.name == "link");
  const auto followed = *resolve_parent(house.view, "/d/link", Last::follow);
  CHECK(followed.name == "elsewhere");
  CHECK(followed.directory.inode == house.root_fs->root());
  CHECK_FALSE(followed.entry);

  const auto dot = *resolve_parent(house.view, "/d/.");
  CHECK(dot.name.empty());
  CHECK(dot.kind == LastKind::dot);
  CHECK(dot.entry->inode == house.at("/d").inode);
  CHECK(resolve_parent(house.view, "/d/..")->kind == LastKind::dot_dot);
  CHECK(resolve_parent(house.view, "//")->kind == LastKind::root);
}

TEST_CASE("the working directory has a path across mounts") {
  House house;
  put_directory(house.root(), "/a/b");
  auto volume = make_memory_fs(house.clock);
  put_directory(*volume->root(), "/c/d");
  house.mount(volume, "/a/b");
  CHECK(path_of(house.view, house.at("/a/b/c/d")) == "/a/b/c/d");
  CHECK(path_of(house.view, house.at("/a/b")) == "/a/b");
  CHECK(path_of(house.view, house.at("/")) == "/");
  CHECK(house.mounts.mounts().back()->path == "/a/b");
  View jailed = house.view;
  jailed.root = house.at("/a/b/c");
  CHECK(path_of(jailed, house.at("/a/b/c/d")) == "/d");
  CHECK(path_of(jailed, house.at("/a")) == "(unreachable)/a");
}

TEST_CASE("a file can be covered by a file") {
  House house;
  auto own = put(house.root(), "/etc/hosts", "image");
  auto given = put(house.root(), "/run/hosts", "engine");
  Mount mount;
  mount.type = "ext4";
  mount.root = given;
  mount.on = house.at("/etc/hosts");
  mount.path = "/etc/hosts";
  house.mounts.add(mount);
  CHECK(content_of(*house.at("/etc/hosts").inode) == "engine");
  CHECK(path_of(house.view, house.at("/etc/hosts")) == "/etc/hosts");
}

TEST_CASE("a copied mount table goes its own way") {
  House house;
  put_directory(house.root(), "/mnt/x");
  auto first = make_memory_fs(house.clock);
  put_directory(*first->root(), "/y");
  house.mount(first, "/mnt");
  const MountTable twin = house.mounts.copy();
  View other = house.view;
  other.mounts = &twin;
  other.root = twin.root();
  other.cwd = twin.same_place(house.mounts, house.at("/mnt/y"));
  CHECK(path_of(other, other.cwd) == "/mnt/y");
  CHECK(answer(house.mounts.remove(house.at("/mnt"))) == "OK");
  CHECK(house.found("/mnt/x") != "ENOENT");
  CHECK(answer(resolve(other, "/mnt/x")) == "ENOENT");
}

namespace {

/// A table where /dev and /proc wait for a look, around a mount at /etc.
struct Waiting : House {
  Waiting() {
    for (const char* path : {"/dev", "/etc", "/proc"}) {
      put_directory(root(), path);
    }
    mount(make_memory_fs(clock, {"etc", 0, 0755}), "/etc");
    const auto late = [this](const char* type, const char* path) {
      return [this, type, path](MountTable& table) {
        Mount mount;
        mount.type = type;
        mount.file_system = make_memory_fs(clock, {type, 0, 0755});
        mount.root = mount.file_system->root();
        const Location root = table.root();
        mount.on = *resolve(View{&table, root, root, {}}, path);
        table.add(std::move(mount));
        ++mounted;
      };
    };
    mounts.automount(
        {{"dev", "proc"}, late("tmpfs", "/dev"), late("proc", "/proc")});
  }

  std::string types() {
    std::string all;
    for (const MountRef& mount : mounts.mounts()) all += mount->type + " ";
    return all;
  }

  int mounted = 0;
};

}  // namespace

TEST_CASE("what waits for a look is not mounted by looking elsewhere") {
  Waiting house;
  CHECK(house.at("/etc").mount->type == "etc");
  CHECK(house.found("/nosuch") == "ENOENT");
  CHECK(house.mounted == 0);
}

TEST_CASE("a look into an entry mounts all that waits, once and in order") {
  Waiting house;
  CHECK(house.at("/etc/.././dev").mount->type == "tmpfs");
  CHECK(house.mounted == 2);
  CHECK(house.at("/proc").mount->type == "proc");
  CHECK(house.mounted == 2);
  CHECK(house.types() == "ext4 tmpfs etc proc ");
}

TEST_CASE("whoever asks for the mounts sees those that waited") {
  CHECK(Waiting().types() == "ext4 tmpfs etc proc ");
}

TEST_CASE("a new mount comes after those that waited") {
  Waiting house;
  house.mount(make_memory_fs(house.clock, {"new", 0, 0755}), "/etc");
  CHECK(house.types() == "ext4 tmpfs etc proc new ");
}

TEST_CASE("the mounts so far are looked into without mounting what waits") {
  Waiting house;
  const MountTable so_far = house.mounts.mounted();
  const View view{&so_far, so_far.root(), so_far.root(), {}};
  CHECK(resolve(view, "/etc")->mount->type == "etc");
  CHECK(resolve(view, "/dev")->mount->type == "ext4");
  CHECK(house.mounted == 0);
}

TEST_CASE("a glance tells what a file is and how it begins") {
  House house;
  put(house.root(), "/bin/tool", "#! /bin/sh\n");
  put_directory(house.root(), "/bin/sub");
  const Glance tool = *glance(house.view, "/bin/tool", 2);
  CHECK(tool.head == "#!");
  CHECK(tool.file.size == 11);
  CHECK(tool.mount == house.mounts.root().mount);
  const Glance sub = *glance(house.view, "/bin/sub", 2);
  CHECK(sub.file.type == FileType::directory);
  CHECK(sub.head.empty());
  CHECK(answer(glance(house.view, "/bin/tool/", 2)) == "ENOTDIR");
  CHECK(answer(glance(house.view, "/bin/none", 2)) == "ENOENT");
}

TEST_CASE("a copy of a table has what waited, too") {
  Waiting house;
  const MountTable copy = house.mounts.copy();
  const View view{&copy, copy.root(), copy.root(), {}};
  CHECK(resolve(view, "/proc")->mount->type == "proc");
}

TEST_CASE("paths are cleaned as Go cleans them") {
  CHECK(clean_path("") == ".");
  CHECK(clean_path("/foo/") == "/foo");
  CHECK(clean_path("//a/../b") == "/b");
  CHECK(clean_path("/../a") == "/a");
  CHECK(clean_path("../a/../..") == "../..");
  CHECK(clean_path("a/b/../..") == ".");
  CHECK(join_path("a", "") == "a");
  CHECK(join_path("", "") == "");
  CHECK(join_path("", "b/") == "b");
  CHECK(join_path("/a/b", "../c") == "/a/c");
  CHECK(base_name("") == ".");
  CHECK(base_name("///") == "/");
  CHECK(base_name("/a/b/") == "b");
  CHECK(dir_name("/a/b") == "/a");
  CHECK(dir_name("/a/b/") == "/a/b");
  CHECK(dir_name("a") == ".");
  CHECK(dir_name("/a") == "/");
}
