// union_mount_test.cc — layers, and what makes them look like one tree.

#include <rapidcheck/catch.h>

#include "sim/base/text.h"
#include "sim/vfs/whole_tree.h"
#include "tests/vfs/archive.h"
#include "tests/vfs/history.h"

using namespace drydock;
using namespace drydock::vfs;

namespace {

/// An image of one layer and a container on it.
struct Container {
  Container() {
    const UnionMountRef build = make_union_mount(nullptr, clock);
    Inode& image = *build->root();
    put(image, "/etc/passwd", "root\n");
    put(image, "/etc/group", "root\n");
    put(image, "/usr/bin/ls", "ls");
    put(image, "/usr/bin/cat", "cat");
    put(image, "/home/note", "n");
    layer = build->commit({});
    mount = make_union_mount(layer, clock);
    clock.advance(kSecond);
  }

  Inode& root() { return *mount->root(); }
  InodeRef at(std::string_view path) {
    InodeRef here = mount->root();
    for (const std::string& name : split(path, '/')) {
      if (!name.empty()) here = must(here->lookup(name));
    }
    return here;
  }
  std::string diff() { return text_of(mount->changes()); }

  HandClock clock;
  LayerRef layer;
  UnionMountRef mount;
};

}  // namespace

TEST_CASE("a fresh container has changed nothing") {
  Container c;
  CHECK(c.diff().empty());
  CHECK(c.mount->size() == 0);
  CHECK(content_of(*c.at("/etc/passwd")) == "root\n");
}

// The sentences below are those of the oracle: docker diff after one command.

TEST_CASE("a new file is added; the root is never told") {
  Container c;
  put(c.root(), "/new", "1");
  CHECK(c.diff() == "A /new\n");
  CHECK(c.mount->size() == 1);
}

TEST_CASE("a new directory is added with all that is in it") {
  Container c;
  put(c.root(), "/a/b/c/f", "1");
  CHECK(c.diff() == "A /a\nA /a/b\nA /a/b/c\nA /a/b/c/f\n");
}

TEST_CASE("a changed file makes its directory changed") {
  Container c;
  must(c.at("/etc/passwd")->write(5, "x\n"));
  CHECK(c.diff() == "C /etc\nC /etc/passwd\n");
  CHECK(c.mount->size() == 7);  // Copied up whole.
}

TEST_CASE("chmod copies up and is a change; the same mode again is none") {
  Container c;
  must(c.at("/home")->change({.mode = 0755}));
  CHECK(c.diff().empty());
  must(c.at("/etc/passwd")->change({.mode = 0600}));
  CHECK(c.diff() == "C /etc\nC /etc/passwd\n");
}

TEST_CASE("a removed file is one line, a removed directory too") {
  Container c;
  must(c.at("/etc")->unlink("group"));
  must(remove_tree(c.root(), "usr"));
  CHECK(c.diff() == "C /etc\nD /etc/group\nD /usr\n");
  CHECK(answer(c.root().lookup("usr")) == "ENOENT");
  CHECK(names_in(c.root()) == "etc home");
}

TEST_CASE("what came and went in the container leaves no trace") {
  Container c;
  put(c.root(), "/etc/x/y");
  must(remove_tree(*c.at("/etc"), "x"));
  CHECK(c.diff().empty());
}

TEST_CASE("a directory that took the place of one hides it: opaque") {
  Container c;
  must(remove_tree(c.root(), "usr"));
  put(c.root(), "/usr/n");
  CHECK(names_in(*c.at("/usr")) == "n");
  CHECK(c.diff() == "C /usr\nD /usr/bin\nA /usr/n\n");
  const LayerRef second = c.mount->commit({});
  const UnionMountRef next = make_union_mount(second, c.clock);
  CHECK(names_in(*must(next->root()->lookup("usr"))) == "n");
  must(must(next->root()->lookup("usr"))->unlink("n"));
  CHECK(text_of(next->changes()) == "C /usr\nD /usr/n\n");
}

TEST_CASE("a file for a directory, a directory for a file") {
  Container c;
  must(remove_tree(c.root(), "usr"));
  put(c.root(), "/usr", "file");
  must(c.at("/etc")->unlink("passwd"));
  put(c.root(), "/etc/passwd/f");
  CHECK(c.diff() == "C /etc\nC /etc/passwd\nA /etc/passwd/f\nC /usr\n");
}

TEST_CASE("a lower file can be renamed, a lower directory cannot: EXDEV") {
  Container c;
  must(c.at("/etc")->rename("passwd", *c.at("/etc"), "moved", false));
  CHECK(c.diff() == "C /etc\nA /etc/moved\nD /etc/passwd\n");
  CHECK(answer(c.root().rename("usr", c.root(), "usr2", false)) == "EXDEV");
  put(c.root(), "/own/f");
  must(c.root().rename("own", *c.at("/home"), "own", false));
  CHECK(content_of(*c.at("/home/own/f")).empty());
  CHECK(c.at("/home/own")->parent() == c.at("/home"));
  CHECK(c.at("/home/own")->name() == "own");
}

TEST_CASE("an open file is the same file before and after it is copied up") {
  Container c;
  const InodeRef reader = c.at("/etc/passwd");
  const std::uint64_t ino = reader->attributes().ino;
  must(c.at("/etc/passwd")->write(0, "X"));
  CHECK(content_of(*reader) == "Xoot\n");
  CHECK(reader == c.at("/etc/passwd"));
  CHECK(reader->attributes().ino == ino);
}

TEST_CASE(
    "a removed lower file lives on for who holds it, even to be written") {
  Container c;
  const InodeRef held = c.at("/etc/passwd");
  must(c.at("/etc")->unlink("passwd"));
  CHECK(content_of(*held) == "root\n");
  CHECK(held->attributes().links == 0);
  put(c.root(), "/etc/passwd", "another");
  must(held->write(0, "mine"));
  CHECK(content_of(*held) == "mine\n");
  CHECK(content_of(*c.at("/etc/passwd")) == "another");
}

TEST_CASE("hard links of a layer part when one of them is copied up") {
  Container c;
  must(c.at("/etc")->link("hard", c.at("/etc/passwd")));
  CHECK(c.diff() == "C /etc\nA /etc/hard\n");
  const UnionMountRef next = make_union_mount(c.mount->commit({}), c.clock);
  const InodeRef etc = must(next->root()->lookup("etc"));
  const InodeRef one = must(etc->lookup("hard"));
  const InodeRef other = must(etc->lookup("passwd"));
  CHECK(one->attributes().ino == other->attributes().ino);
  CHECK(one->attributes().links == 2);
  must(one->write(0, "X"));
  CHECK(content_of(*other) == "root\n");
  CHECK(one->attributes().links == 1);
  CHECK(one->attributes().ino != other->attributes().ino);
}

TEST_CASE("a link to a linked file of a lower layer keeps both its names") {
  Container c;
  must(c.at("/etc")->link("hard", c.at("/etc/passwd")));
  const UnionMountRef next = make_union_mount(c.mount->commit({}), c.clock);
  const InodeRef etc = must(next->root()->lookup("etc"));
  must(etc->link("third", must(etc->lookup("hard"))));
  CHECK(text_of(next->changes()) == "C /etc\nA /etc/third\n");
  const FileSystemRef tree = next->commit({})->merged();
  const InodeRef frozen = must(tree->root()->lookup("etc"));
  CHECK(must(frozen->lookup("hard"))->attributes().ino ==
        must(frozen->lookup("third"))->attributes().ino);
}

TEST_CASE("a layer tells all extended attributes of a directory",
          "[tar][layer]") {
  HandClock clock;
  const UnionMountRef base = make_union_mount(nullptr, clock);
  must(put_directory(*base->root(), "/d")->setxattr("user.note", "old"));
  const UnionMountRef next = make_union_mount(base->commit({}), clock);
  must(must(next->root()->lookup("d"))->removexattr("user.note"));
  const LayerRef layer = next->commit({});
  const auto twin = layer_of(tar_of_layer(layer), layer->parent(), clock);
  const FileSystemRef tree = (*twin)->merged();
  CHECK(must(tree->root()->lookup("d"))->xattrs().empty());
}

TEST_CASE("a merged directory has one link, as overlayfs says") {
  Container c;
  CHECK(c.at("/usr")->attributes().links == 3);
  put(c.root(), "/usr/lib/x");
  CHECK(c.at("/usr")->attributes().links == 1);
  CHECK(c.at("/usr/lib")->attributes().links == 2);
}

TEST_CASE("nobody makes a whiteout by hand") {
  Container c;
  NewFile device;
  device.type = FileType::char_device;
  CHECK(answer(c.root().create("w", device)) == "EPERM");
  CHECK(answer(c.at("/etc")->setxattr("trusted.overlay.opaque", "y")) ==
        "EPERM");
}

TEST_CASE("a layer's merged tree is read-only") {
  Container c;
  const FileSystemRef tree = c.layer->merged();
  CHECK(tree->type() == "overlay");
  Inode& root = *tree->root();
  CHECK(answer(root.create("x", new_file())) == "EROFS");
  CHECK(answer(root.create("etc", new_file())) == "EEXIST");
  CHECK(answer(must(root.lookup("etc"))->unlink("passwd")) == "EROFS");
  CHECK(answer(must(root.lookup("etc"))->change({.mode = 0})) == "EROFS");
}

TEST_CASE("commit leaves out mount points and all below them") {
  Container c;
  put(c.root(), "/etc/hosts", "mounted");
  put(c.root(), "/data/x", "volume");
  put(c.root(), "/kept", "k");
  const LayerRef second = c.mount->commit({"/etc/hosts", "/data"});
  CHECK(text_of(second->changes()) == "A /kept\n");
  CHECK(second->size() == 1);
  CHECK(second->virtual_size() == c.layer->size() + 1);
  CHECK(second->depth() == 2);
}

TEST_CASE("a container's layer is committed below its mount points' layer") {
  Container c;
  const UnionMountRef init = make_union_mount(c.layer, c.clock);
  put(*init->root(), "/etc/hosts", "");
  put(*init->root(), "/dev/console", "");
  const UnionMountRef mount = make_union_mount(init->commit({}), c.clock);
  put(*mount->root(), "/etc/own", "o");
  must(must(mount->root()->lookup("etc"))->unlink("hosts"));
  const LayerRef image = mount->commit({}, c.layer);
  CHECK(image->parent() == c.layer);
  CHECK(text_of(image->changes()) == "C /etc\nA /etc/own\n");
  CHECK(names_in(*image->merged()->root()) == "etc home usr");
}

TEST_CASE("a container goes on after a commit, and the layer does not notice") {
  Container c;
  put(c.root(), "/f", "first");
  const LayerRef layer = c.mount->commit({});
  put(c.root(), "/f", "second");
  const auto tree = layer->merged();
  CHECK(content_of(*must(tree->root()->lookup("f"))) == "first");
}

TEST_CASE("a file replaced by its like, times and all, is no change") {
  Container c;
  const Time then = c.at("/etc/passwd")->attributes().mtime;
  must(c.at("/etc")->unlink("passwd"));
  put(c.root(), "/etc/passwd", "root\n");
  must(c.at("/etc/passwd")->change({.mtime = then}));
  CHECK(c.diff().empty());
}

TEST_CASE("a disk that is full refuses to copy up") {
  Container c;
  c.mount = make_union_mount(c.layer, c.clock, 3);
  CHECK(answer(c.at("/etc/passwd")->write(0, "X")) == "ENOSPC");
  CHECK(answer(c.at("/home/note")->write(0, "X")) == "OK");
}

TEST_CASE("127 layers are the most, and read like one") {
  HandClock clock;
  LayerRef top;
  for (std::size_t i = 0; i < kLayersMax; ++i) {
    REQUIRE(answer(may_stack(top)) == "OK");
    const UnionMountRef mount = make_union_mount(top, clock);
    put(*mount->root(), "/f" + std::to_string(i), std::to_string(i));
    top = mount->commit({});
  }
  CHECK(top->depth() == 127);
  CHECK(answer(may_stack(top)) ==
        "Cannot create container with more than 127 parents");
  CHECK(answer(layer_of(archive_of({}), top, clock)) ==
        "Cannot create container with more than 127 parents");
  const auto tree = top->merged();
  CHECK(content_of(*must(tree->root()->lookup("f0"))) == "0");
  CHECK(tree_below(tree->root()).size() == 127);
}

TEST_CASE("the union mount equals the flattened tree", "[property]") {
  rc::prop("layers applied one after the other to plain files", [] {
    HandClock clock;
    LayerRef layer;
    const FileSystemRef flat = make_memory_fs(clock);
    const auto past = *rc::gen::container<std::vector<History>>(
        *rc::gen::inRange<std::size_t>(1, 6), any_history());
    for (const History& history : past) {
      const UnionMountRef mount = make_union_mount(layer, clock);
      Driver driver(mount->root(), clock);
      for (const Operation& operation : history) driver.run(operation);
      layer = mount->commit({});
      RC_ASSERT(text_of(layer->changes()) == text_of(mount->changes()));
      ExtractOptions options;
      options.whiteouts = true;
      RC_ASSERT(answer(untar(tar_of_layer(layer), flat->root(), options)) ==
                "OK");
    }
    // Links that a layer shares with those below are lost in archives.
    Tree seen = tree_below(layer->merged()->root());
    Tree flattened = tree_below(flat->root());
    for (auto& [path, file] : seen) file.links = 0;
    for (auto& [path, file] : flattened) file.links = 0;
    RC_ASSERT(text_of(seen) == text_of(flattened));
  });
}

TEST_CASE("layers and mounts of 100 000 levels come and go") {
  constexpr int kLevels = 100'000;
  HandClock clock;
  UnionMountRef build = make_union_mount(nullptr, clock);
  InodeRef deepest = build->root();
  for (int i = 0; i < kLevels; ++i) {
    deepest = must(deepest->create("d", new_directory()));
  }
  LayerRef layer = build->commit({});
  build.reset();
  deepest.reset();

  UnionMountRef mount = make_union_mount(layer, clock);
  InodeRef at = mount->root();
  for (int i = 0; i < kLevels; ++i) at = must(at->lookup("d"));
  must(at->create("f", new_file()));  // Copies up the whole way.
  CHECK(mount->commit({})->depth() == 2);
  CHECK(mount->changes().empty());  // No call can name what changed.
  StringSink sink;
  CHECK(answer(run_now(write_layer(mount->commit({}), sink)))
            .ends_with("file name too long"));
  SECTION("removed") { must(remove_tree(*mount->root(), "d")); }
  SECTION("let go of, the deepest last") {
    layer.reset();
    mount.reset();
    CHECK(names_in(*at) == "f");
  }
}
