// foreign_tar_test.cc — our archives in other people's hands, theirs in ours:
// GNU tar and bsdtar (libarchive).

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "tests/vfs/archive.h"
#include "tests/vfs/history.h"

using namespace drydock;
using namespace drydock::vfs;

namespace {

/// A folder that is gone at the end of the test.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/drydock-tar-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  Folder(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string operator/(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }

  /// What a command says; it must succeed.
  std::string run(const std::string& command) const {
    const std::string all =
        fmt::format("cd {} && ({}) >said 2>&1", path_, command);
    const int status = std::system(all.c_str());
    const std::string said = read("said");
    INFO(command << "\n" << said);
    CHECK(status == 0);
    std::filesystem::remove(*this / "said");
    return said;
  }

  Bytes read(std::string_view name) const {
    std::ifstream in(*this / name, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
  }
  void write(std::string_view name, std::string_view bytes) const {
    std::ofstream(*this / name, std::ios::binary) << bytes;
  }

 private:
  std::string path_;
};

bool has(const char* program) {
  const std::string look = fmt::format("command -v {} >/dev/null", program);
  if (std::system(look.c_str()) == 0) return true;
  WARN(program << " is not on this machine: NOT compared with it");
  return false;
}

/// One of everything that an archive can hold.
FileSystemRef zoo(const Clock& clock, bool with_long_names = true) {
  auto fs = make_memory_fs(clock);
  Inode& root = *fs->root();
  put(root, "/etc/passwd", "root:x:0:0\n");
  const InodeRef su = put(root, "/bin/su", "program");
  must(su->change({.mode = 04755, .uid = 0, .gid = 4}));
  put_symlink(root, "/bin/sh", "/bin/dash");
  must(must(root.lookup("etc"))
           ->link("passwd-", put(root, "/etc/passwd", "root:x:0:0\n")));
  NewFile fifo = new_file(0620);
  fifo.type = FileType::fifo;
  must(root.create("fifo", fifo));
  NewFile null = new_file(0666);
  null.type = FileType::char_device;
  null.rdev = {1, 3};
  must(root.create("null", null));
  const InodeRef tmp = put_directory(root, "/tmp");
  must(tmp->change({.mode = 01777}));
  put(root, "/block", std::string(512, 'b'));
  put(root, "/empty", "");
  if (with_long_names) {
    put(root, "/" + std::string(90, 'd') + "/" + std::string(90, 'f'), "split");
    put(root, "/" + std::string(200, 'n'), "long");
    put(root, "/caf\xc3\xa9", "utf-8");
    put_symlink(root, "/far", std::string(150, 't'));
    must(create_hollow(root, "hollow", new_file(0755), "#!/bin/x\n", 40'000));
    const InodeRef holes = put(root, "/holes", "front");
    must(holes->write(100'000, "middle"));
    must(holes->truncate(1'000'000));
  }
  return fs;
}

/// What an archive of the tree in "out" by this command means to us.
std::string reread(const Folder& folder, const std::string& command) {
  folder.run(command);
  HandClock clock;
  auto fs = make_memory_fs(clock);
  CHECK(answer(untar(folder.read("theirs.tar"), fs->root())) == "OK");
  return text_of(tree_below(fs->root()));
}

}  // namespace

TEST_CASE("GNU tar lists and extracts our archives, and we read its", "[tar]") {
  if (!has("tar")) return;
  HandClock clock;
  const auto fs = zoo(clock);
  Folder folder;
  folder.write("ours.tar", tar_of(fs->root()));
  const std::string listing =
      folder.run("tar tvf ours.tar --numeric-owner --full-time");
  INFO(listing);
  CHECK(listing.find("-rwsr-xr-x 0/4") != std::string::npos);
  CHECK(listing.find("etc/passwd- link to etc/passwd") != std::string::npos);
  CHECK(listing.find(" 1,3 ") != std::string::npos);
  CHECK(listing.find("  1000000 ") != std::string::npos);
  folder.run("mkdir out && tar xpf ours.tar -C out --numeric-owner");
  CHECK(folder.run("stat -c %b out/hollow") == "8\n");

  const std::string expected = text_of(tree_below(fs->root()));
  for (const char* format : {"gnu", "oldgnu", "posix"}) {
    for (const char* sparse :
         {"", "--sparse --sparse-version=0.0", "--sparse --sparse-version=0.1",
          "--sparse --sparse-version=1.0"}) {
      const std::string command = fmt::format(
          "tar cf theirs.tar --format={} {} --numeric-owner -C out .", format,
          sparse);
      INFO(command);
      CHECK(reread(folder, command) == expected);
    }
  }
}

TEST_CASE("GNU tar's older formats are read too", "[tar]") {
  if (!has("tar")) return;
  HandClock clock;
  const auto fs = zoo(clock, false);
  Folder folder;
  folder.write("ours.tar", tar_of(fs->root()));
  folder.run("mkdir out && tar xpf ours.tar -C out --numeric-owner");
  const std::string expected = text_of(tree_below(fs->root()));
  CHECK(reread(folder,
               "tar cf theirs.tar --format=ustar --numeric-owner "
               "-C out .") == expected);
  folder.run("rm out/fifo out/null");  // v7 has neither.
  must(fs->root()->unlink("fifo"));
  must(fs->root()->unlink("null"));
  CHECK(reread(folder,
               "tar cf theirs.tar --format=v7 --numeric-owner "
               "-C out .") == text_of(tree_below(fs->root())));
}

TEST_CASE("libarchive extracts our archives, and we read its", "[tar]") {
  if (!has("bsdtar")) return;
  HandClock clock;
  const auto fs = zoo(clock);
  Folder folder;
  folder.write("ours.tar", tar_of(fs->root()));
  const std::string listing = folder.run("LC_ALL=C.UTF-8 bsdtar tvf ours.tar");
  CHECK(listing.find("hollow") != std::string::npos);
  CHECK(listing.find("GNUSparseFile") == std::string::npos);
  folder.run(
      "mkdir out && LC_ALL=C.UTF-8 bsdtar xpf ours.tar -C out "
      "--numeric-owner");
  const std::string expected = text_of(tree_below(fs->root()));
  for (const char* format : {"pax", "gnutar"}) {
    const std::string command = fmt::format(
        "LC_ALL=C.UTF-8 bsdtar cf theirs.tar --format={} --numeric-owner -C "
        "out .",
        format);
    INFO(command);
    CHECK(reread(folder, command) == expected);
  }
}

TEST_CASE("extended attributes and fractions of seconds travel", "[tar]") {
  if (!has("tar")) return;
  HandClock clock;
  auto fs = make_memory_fs(clock);
  const InodeRef file = put(*fs->root(), "/noted", "x");
  must(file->setxattr("user.note", "why"));
  Folder folder;
  folder.write("ours.tar", tar_of(fs->root()));
  CHECK(folder.run("tar tvf ours.tar --xattrs -vv").find("user.note") !=
        std::string::npos);
  auto back = make_memory_fs(clock);
  CHECK(answer(untar(folder.read("ours.tar"), back->root())) == "OK");
  CHECK(must(must(back->root()->lookup("noted"))->getxattr("user.note")) ==
        "why");

  TarEntry member = file_member("late");
  member.mtime = kEpochOfDrydock + 250 * kMillisecond;
  TarWriter precise(true);
  precise.add(member);
  precise.end();
  folder.write("precise.tar", precise.take());
  CHECK(folder.run("TZ=UTC tar tvf precise.tar --full-time")
            .find("08:00:00.25") != std::string::npos);
}
