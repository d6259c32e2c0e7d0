// memory_fs_test.cc — files in memory, by the sentences of the man pages.

#include "sim/vfs/memory_fs.h"

#include <rapidcheck/catch.h>

#include "sim/base/text.h"
#include "sim/vfs/content.h"
#include "sim/vfs/whole_tree.h"
#include "tests/vfs/tree.h"

using namespace drydock;
using namespace drydock::vfs;

namespace {

struct Ground {
  explicit Ground(MemoryFsOptions options = {})
      : fs(make_memory_fs(clock, options)), root(fs->root()) {}

  Inode& at(std::string_view path) {
    InodeRef here = root;
    while (!path.empty()) {
      const std::size_t slash = std::min(path.find('/'), path.size());
      here = must(here->lookup(path.substr(0, slash)));
      path.remove_prefix(std::min(slash + 1, path.size()));
    }
    held.push_back(here);
    return *here;
  }

  HandClock clock;
  FileSystemRef fs;
  InodeRef root;
  std::vector<InodeRef> held;
};

}  // namespace

TEST_CASE("a new file is empty, has one link and the time of its birth") {
  Ground disk;
  disk.clock.advance(5 * kSecond);
  const InodeRef file = must(disk.root->create("f", new_file(0640)));
  const Attributes all = file->attributes();
  CHECK(all.size == 0);
  CHECK(all.links == 1);
  CHECK(all.mode == 0640);
  CHECK(all.mtime == kEpochOfDrydock + 5 * kSecond);
  CHECK(disk.root->attributes().mtime == all.mtime);
  CHECK(answer(disk.root->create("f", new_file())) == "EEXIST");
  CHECK(answer(disk.root->create(std::string(256, 'n'), new_file())) ==
        "ENAMETOOLONG");
  CHECK(answer(file->create("x", new_file())) == "ENOTDIR");
}

TEST_CASE("a directory counts its subdirectories as links") {
  Ground disk;
  put_directory(*disk.root, "/d/a");
  put_directory(*disk.root, "/d/b");
  put(*disk.root, "/d/f");
  CHECK(disk.at("d").attributes().links == 4);
  must(disk.at("d").rmdir("a"));
  CHECK(disk.at("d").attributes().links == 3);
}

TEST_CASE("hard links share all but their names") {
  Ground disk;
  const InodeRef file = put(*disk.root, "/a", "1");
  must(disk.root->link("b", file));
  CHECK(file->attributes().links == 2);
  must(disk.at("b").write(0, "2"));
  CHECK(content_of(disk.at("a")) == "2");
  must(disk.root->unlink("a"));
  CHECK(disk.at("b").attributes().links == 1);
  CHECK(answer(disk.root->link("d", disk.root)) == "EPERM");
  must(disk.root->unlink("b"));
  CHECK(answer(disk.root->link("again", file)) == "ENOENT");
  Ground other;
  CHECK(answer(other.root->link("x", put(*disk.root, "/x"))) == "EXDEV");
}

TEST_CASE("a file without names lives on while somebody holds it") {
  Ground disk;
  const InodeRef file = put(*disk.root, "/a", "kept");
  must(disk.root->unlink("a"));
  CHECK(file->attributes().links == 0);
  CHECK(content_of(*file) == "kept");
}

TEST_CASE("a removed directory takes no new entries but knows its parent") {
  Ground disk;
  const InodeRef directory = put_directory(*disk.root, "/d/e");
  must(disk.at("d").rmdir("e"));
  CHECK(answer(directory->create("x", new_file())) == "ENOENT");
  CHECK(directory->parent().get() == &disk.at("d"));
  CHECK(directory->name().empty());
  CHECK(directory->attributes().links == 0);
}

TEST_CASE("unlink, rmdir and what they refuse") {
  Ground disk;
  put(*disk.root, "/d/f");
  CHECK(answer(disk.root->unlink("d")) == "EISDIR");
  CHECK(answer(disk.root->rmdir("d")) == "ENOTEMPTY");
  CHECK(answer(disk.at("d").rmdir("f")) == "ENOTDIR");
  CHECK(answer(disk.root->unlink("nosuch")) == "ENOENT");
  CHECK(answer(disk.root->rmdir("nosuch")) == "ENOENT");
}

TEST_CASE("rename replaces files, and directories that are empty") {
  Ground disk;
  Inode& root = *disk.root;
  put(root, "/f", "f");
  put(root, "/g", "g");
  put(root, "/full/x");
  put_directory(root, "/empty");
  must(root.rename("f", root, "g", false));
  CHECK(content_of(disk.at("g")) == "f");
  CHECK(answer(root.rename("g", root, "full", false)) == "EISDIR");
  CHECK(answer(root.rename("full", root, "g", false)) == "ENOTDIR");
  CHECK(answer(root.rename("empty", root, "full", false)) == "ENOTEMPTY");
  CHECK(answer(root.rename("full", root, "empty", true)) == "EEXIST");
  must(root.rename("full", root, "empty", false));
  CHECK(names_in(root) == "empty g");
  CHECK(names_in(disk.at("empty")) == "x");
  CHECK(disk.at("empty").name() == "empty");
}

TEST_CASE("a directory cannot move into itself, nor over what it is in") {
  Ground disk;
  put_directory(*disk.root, "/a/b/c");
  CHECK(answer(disk.root->rename("a", disk.at("a/b"), "x", false)) == "EINVAL");
  CHECK(answer(disk.root->rename("a", disk.at("a"), "x", false)) == "EINVAL");
  CHECK(answer(disk.at("a/b").rename("c", *disk.root, "a", false)) ==
        "ENOTEMPTY");
  must(disk.at("a/b").rename("c", *disk.root, "c", false));
  CHECK(disk.at("c").parent() == disk.root);
}

TEST_CASE("rename of two names of one file does nothing") {
  Ground disk;
  must(disk.root->link("b", put(*disk.root, "/a", "x")));
  must(disk.root->rename("a", *disk.root, "b", false));
  CHECK(names_in(*disk.root) == "a b");
}

TEST_CASE("a set-group-ID directory hands on its group, and directories too") {
  Ground disk;
  const InodeRef shared = put_directory(*disk.root, "/shared");
  must(shared->change({.mode = 02775, .gid = 50}));
  const Attributes file = must(shared->create("f", new_file()))->attributes();
  CHECK(file.gid == 50);
  CHECK(file.mode == 0644);
  const Attributes below =
      must(shared->create("d", new_directory(0755)))->attributes();
  CHECK(below.gid == 50);
  CHECK(below.mode == 02755);
}

TEST_CASE("chown takes the set-id bits from files") {
  Ground disk;
  const InodeRef file = put(*disk.root, "/su");
  must(file->change({.mode = 06755}));
  must(file->change({.uid = 1000}));
  CHECK(file->attributes().mode == 0755);
  must(file->change({.mode = 02640}));  // Not executable: mandatory locking.
  must(file->change({.gid = 1000}));
  CHECK(file->attributes().mode == 02640);
  const InodeRef directory = put_directory(*disk.root, "/d");
  must(directory->change({.mode = 02755}));
  must(directory->change({.gid = 7}));
  CHECK(directory->attributes().mode == 02755);
}

TEST_CASE("a hole reads as zeros and takes no room") {
  Ground disk;
  const InodeRef file = put(*disk.root, "/f", "front");
  must(file->write(1'000'000'000'000, "end"));
  CHECK(file->attributes().size == 1'000'000'000'003);
  CHECK(file->attributes().stored == 8);
  CHECK(must(file->read(3, 4)) == std::string("nt\0\0", 4));
  CHECK(must(file->read(999'999'999'998, 9)) == std::string("\0\0end", 5));
  CHECK(file->extents() == std::vector<Extent>{{0, 5}, {1'000'000'000'000, 3}});
  must(file->truncate(2));
  must(file->truncate(4));
  CHECK(content_of(*file) == std::string("fr\0\0", 4));
}

TEST_CASE("writes that meet become one run") {
  Ground disk;
  const InodeRef file = put(*disk.root, "/f", "");
  must(file->write(10, "cc"));
  must(file->write(0, "aa"));
  must(file->write(2, "bbbbbbbb"));
  CHECK(file->extents() == std::vector<Extent>{{0, 12}});
  must(file->write(1, "XXXXXXXXXXXXXXXX"));
  CHECK(content_of(*file) == "aXXXXXXXXXXXXXXXX");
  CHECK(file->attributes().stored == 17);
}

TEST_CASE("a full file system takes what fits, then none") {
  Ground disk({"tmpfs", 10, 0755});
  const InodeRef file = put(*disk.root, "/f", "1234567");
  CHECK(must(file->write(7, "89ABC")) == 3);
  CHECK(answer(file->write(10, "x")) == "ENOSPC");
  CHECK(must(file->write(0, "over")) == 4);  // No more room needed.
  must(file->truncate(2));
  CHECK(must(put(*disk.root, "/g")->write(0, "12345678")) == 8);
  must(disk.root->unlink("g"));
  CHECK(must(file->write(2, "12345678")) == 8);
  CHECK(answer(file->truncate(std::int64_t{1} << 50)) == "EFBIG");
}

TEST_CASE("content that makes no sense is refused by kind") {
  Ground disk;
  put_symlink(*disk.root, "/l", "t");
  CHECK(answer(disk.root->read(0, 1)) == "EISDIR");
  CHECK(answer(disk.root->write(0, "x")) == "EISDIR");
  CHECK(answer(disk.root->truncate(0)) == "EISDIR");
  CHECK(answer(disk.at("l").read(0, 1)) == "EINVAL");
  CHECK(answer(disk.root->readlink()) == "EINVAL");
  CHECK(answer(disk.root->create("m", new_symlink(""))) == "ENOENT");
  CHECK(answer(put(*disk.root, "/f")->write(-1, "x")) == "EINVAL");
}

TEST_CASE("extended attributes have name spaces") {
  Ground disk;
  const InodeRef file = put(*disk.root, "/f");
  must(file->setxattr("user.a", "1"));
  must(file->setxattr("trusted.b", ""));
  CHECK(must(file->getxattr("user.a")) == "1");
  CHECK(answer(file->getxattr("user.b")) == "ENODATA");
  CHECK(answer(file->setxattr("a", "1")) == "EOPNOTSUPP");
  CHECK(file->xattrs().size() == 2);
  must(file->removexattr("user.a"));
  CHECK(answer(file->removexattr("user.a")) == "ENODATA");
  const InodeRef link = put_symlink(*disk.root, "/l", "f");
  CHECK(answer(link->setxattr("user.a", "1")) == "EPERM");
}

TEST_CASE("reading stamps the access time once after each change: relatime") {
  Ground disk;
  const InodeRef file = put(*disk.root, "/f", "x");
  disk.clock.advance(kSecond);
  must(file->read(0, 1));
  const Time first = file->attributes().atime;
  CHECK(first == kEpochOfDrydock + kSecond);
  disk.clock.advance(kSecond);
  must(file->read(0, 1));
  CHECK(file->attributes().atime == first);
}

TEST_CASE("a tree of 100 000 levels comes and goes without deep recursion") {
  constexpr int kLevels = 100'000;
  Ground disk;
  InodeRef deepest = disk.root;
  for (int i = 0; i < kLevels; ++i) {
    deepest = must(deepest->create("d", new_directory()));
  }
  SECTION("by letting go of the file system") {
    disk.root.reset();
    disk.fs.reset();
    CHECK(deepest->attributes().links == 2);
  }
  SECTION("by rm -r, while the deepest is somebody's working directory") {
    must(remove_tree(*disk.root, "d"));
    CHECK(names_in(*disk.root).empty());
    CHECK(deepest->attributes().links == 0);
  }
}

TEST_CASE("file systems of one disk share its room, and give it back") {
  const auto disk = std::make_shared<Disk>();
  disk->bytes_max = 10;
  disk->files_max = 5;
  Ground one({.disk = disk}), other({.disk = disk});
  const InodeRef file = put(*one.root, "/f", "123456");
  CHECK(disk->bytes_used == 6);
  CHECK(disk->files_used == 3);
  const InodeRef late = put(*other.root, "/f");
  CHECK(must(late->write(0, "123456")) == 4);  // What there was room for.
  CHECK(answer(late->write(4, "5")) == "ENOSPC");
  CHECK(answer(late->write(0, "over")) == "OK");  // Nothing new to store.
  must(file->truncate(2));
  CHECK(must(late->write(4, "5678")) == 4);
  CHECK(answer(other.root->create("g", new_file())) == "OK");
  CHECK(answer(one.root->create("g", new_file())) == "ENOSPC");
  must(other.root->unlink("g"));
  CHECK(answer(one.root->create("g", new_file())) == "OK");
}

TEST_CASE("bytes written in any order are one file", "[property]") {
  rc::prop("content reads like a plain array of bytes", [] {
    struct Piece {
      std::int64_t at;
      std::size_t length;
    };
    const auto pieces = *rc::gen::container<std::vector<Piece>>(
        rc::gen::construct<Piece>(rc::gen::inRange<std::int64_t>(0, 3 << 20),
                                  rc::gen::inRange<std::size_t>(0, 2 << 20)));
    const auto disk = std::make_shared<Disk>();
    Content content(disk);
    std::string plain;
    char letter = 'a';
    for (const Piece& piece : pieces) {
      const std::string bytes(piece.length, letter++);
      content.write(piece.at, bytes);
      const std::size_t end = static_cast<std::size_t>(piece.at) + bytes.size();
      if (bytes.empty()) continue;
      if (plain.size() < end) plain.resize(end, '\0');
      plain.replace(static_cast<std::size_t>(piece.at), bytes.size(), bytes);
    }
    RC_ASSERT(content.size() == static_cast<std::int64_t>(plain.size()));
    RC_ASSERT(content.read(0, plain.size()) == plain);
    RC_ASSERT(disk->bytes_used == content.stored());
    std::int64_t end = -1;
    for (const auto& [offset, run] : content.runs()) {
      RC_ASSERT(!run.empty() && offset >= end);
      end = offset + static_cast<std::int64_t>(run.size());
    }
    const Content copy = content;
    RC_ASSERT(disk->bytes_used == 2 * content.stored());
    RC_ASSERT(same_bytes(copy, content));
  });
}

TEST_CASE("a copy of a file system has its files, times, numbers and links") {
  Ground disk;
  put_directory(*disk.root, "/d/e");
  put(*disk.root, "/d/f", "text");
  REQUIRE(disk.root->link("name", must(disk.at("d").lookup("f"))));
  REQUIRE(disk.at("d").setxattr("user.a", "b"));
  disk.clock.advance(kSecond);

  const FileSystemRef copy = copy_memory_fs(*disk.fs, disk.clock);
  const InodeRef root = copy->root();
  const InodeRef directory = must(root->lookup("d"));
  const InodeRef file = must(directory->lookup("f"));
  CHECK(must(file->read(0, 9)) == "text");
  CHECK(file == must(root->lookup("name")));
  CHECK(must(directory->getxattr("user.a")) == "b");
  CHECK(directory->parent() == root);
  CHECK(must(directory->lookup("e"))->parent() == directory);
  for (const char* const path : {"", "d", "d/e", "d/f"}) {
    const Attributes was = disk.at(path).attributes();
    InodeRef same = root;
    for (const std::string& part : split(path, '/')) {
      if (!part.empty()) same = must(same->lookup(part));
    }
    const Attributes is = same->attributes();
    CHECK(was.ino == is.ino);
    CHECK(was.links == is.links);
    CHECK(was.size == is.size);
    CHECK(was.mtime == is.mtime);
    CHECK(was.ctime == is.ctime);
  }
  const InodeRef born = must(root->create("new", new_file()));
  CHECK(born->attributes().ino > file->attributes().ino);
}

TEST_CASE("what is written to a copy, its model does not see") {
  Ground disk;
  put(*disk.root, "/f", "text");
  const FileSystemRef copy = copy_memory_fs(*disk.fs, disk.clock);
  const InodeRef file = must(copy->root()->lookup("f"));
  REQUIRE(file->write(0, "T"));
  CHECK(must(file->read(0, 9)) == "Text");
  CHECK(must(disk.at("f").read(0, 9)) == "text");
  REQUIRE(disk.at("f").write(4, "s"));
  CHECK(must(file->read(0, 9)) == "Text");
}
