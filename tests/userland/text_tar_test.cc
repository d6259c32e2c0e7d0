// text_tar_test.cc — tar's archives, read here and by the real tar.

#include <catch2/catch.hpp>

#include "tests/userland/text_cases.h"
#include "tests/vfs/archive.h"

namespace drydock::tests {

namespace {

struct Cargo : TextMachine {
  Cargo() {
    write("/work/ship/deck", "planks\n");
    write("/work/ship/hold/crate", std::string(3000, 'c'), 0600);
    line("ln -s deck ship/link");
    line("ln ship/deck ship/same");
    line("chmod 750 ship/hold");
    line("touch -d 2015-01-02T03:04:05Z ship/deck ship/hold/crate");
  }
};

}  // namespace

TEST_CASE("tar keeps modes, times and links on the way there and back") {
  Cargo cargo;
  CHECK(cargo.line("tar czf ship.tgz ship").status == 0);
  CHECK(cargo.line("mkdir out").status == 0);
  const test::Ran ran = cargo.line("tar xzf ship.tgz -C out");
  CHECK(ran.err == "");
  CHECK(ran.status == 0);
  CHECK(cargo.read("/work/out/ship/hold/crate") == std::string(3000, 'c'));
  CHECK(cargo.line("stat -c '%a %Y' out/ship/hold/crate").out ==
        "600 1420167845\n");
  CHECK(cargo.line("stat -c %a out/ship/hold").out == "750\n");
  CHECK(cargo.line("stat -c %h out/ship/same").out == "2\n");
  CHECK(cargo.line("readlink out/ship/link").out == "deck\n");
}

TEST_CASE("the real tar lists and reads the model's archive") {
  if (!has_real("tar")) return;
  Cargo cargo;
  const test::Ran made = cargo.line("tar -cf - ship");
  CHECK(made.status == 0);
  CHECK(made.out.size() % 10240 == 0);
  write_real("ship.tar", made.out);
  cargo.write("/work/ship.tar", made.out);
  check_same(cargo, "tar -tf ship.tar");
  check_same(cargo, "tar tvf ship.tar");
  check_same(cargo, "tar -tvf ship.tar --numeric-owner");
  check_same(cargo, "tar -xOf ship.tar ship/deck");
  check_same(cargo, "tar -tf ship.tar ship/hold");
  check_same(cargo, "tar -tf ship.tar --exclude=crate");
  check_same(cargo, "tar -tf ship.tar nosuch");
  check_same(cargo, "tar -tf nosuch.tar");
  check_same(cargo, "tar tf ship.tar --exclude 'ship/h*'");
}

TEST_CASE("the model reads what the real tar made") {
  if (!has_real("tar")) return;
  Cargo cargo;
  run_real("mkdir -p real/sub && echo one > real/a && echo two > real/sub/b");
  const RealRun made = run_real("tar --format=gnu -czf - real");
  cargo.write("/work/real.tgz", made.out);
  write_real("real.tgz", made.out);
  check_same(cargo, "tar tzf real.tgz");
  CHECK(cargo.line("tar xzf real.tgz --strip-components=1").status == 0);
  CHECK(cargo.read("/work/sub/b") == "two\n");
}

TEST_CASE("tar takes the leading slash away and says so") {
  Cargo cargo;
  const test::Ran ran = cargo.line("tar cf /tmp.tar /work/ship/deck");
  CHECK(ran.err == "tar: Removing leading `/' from member names\n");
  CHECK(ran.status == 0);
  CHECK(cargo.line("tar tf /tmp.tar").out == "work/ship/deck\n");
}

TEST_CASE("tar lets no member out of where it stands, as the real one") {
  if (!has_real("tar")) return;
  using vfs::archive_of, vfs::file_member, vfs::link_member;
  const vfs::TarEntry through = file_member("l/evil", "evil\n");
  const std::map<std::string, Bytes> archives = {
      {"up.tar", archive_of({file_member("../../evil", "evil\n")})},
      {"late.tar", archive_of({file_member("a/../../evil", "evil\n")})},
      {"root.tar", archive_of({link_member("l", "/tmp"), through})},
      {"dots.tar",
       archive_of({link_member("m", ".."), file_member("m/evil", "evil\n")})},
      {"fine.tar",
       archive_of({link_member("d/l", "/etc"), link_member("h", "d/l", true)})},
  };
  Cargo cargo;
  for (const auto& [name, archive] : archives) {
    INFO(name);
    write_real(name, archive);
    cargo.write("/work/" + name, archive);
    check_same(cargo, "tar -xvf " + name);
  }
  check_same(cargo, "readlink l m d/l h");
  check_same(cargo, "stat -c %h:%F d/l h");
}

TEST_CASE("tar -C counts where it stands, and -T and -r add members") {
  Cargo cargo;
  CHECK(cargo.line("tar -cvf a.tar -C ship deck -C hold crate").out ==
        "deck\ncrate\n");
  CHECK(cargo.line("tar -rf a.tar -T -", "ship/link\n").status == 0);
  CHECK(cargo.line("tar tf a.tar").out == "deck\ncrate\nship/link\n");
}

TEST_CASE("tar refuses in its own words") {
  Cargo cargo;
  CHECK(cargo.line("tar cf a.tar").err ==
        "tar: Cowardly refusing to create an empty archive\n"
        "Try 'tar --help' or 'tar --usage' for more information.\n");
  const test::Ran lost = cargo.line("tar cf a.tar nosuch");
  CHECK(lost.status == 2);
  CHECK(lost.err ==
        "tar: nosuch: Cannot stat: No such file or directory\n"
        "tar: Exiting with failure status due to previous errors\n");
  CHECK(cargo.line("tar cf a.tar /nosuch").err ==
        "tar: Removing leading `/' from member names\n"
        "tar: /nosuch: Cannot stat: No such file or directory\n"
        "tar: Exiting with failure status due to previous errors\n");
  CHECK(cargo.line("tar xzf nosuch.tgz").err ==
        "tar (child): nosuch.tgz: Cannot open: No such file or directory\n"
        "tar (child): Error is not recoverable: exiting now\n"
        "tar: Child returned status 2\n"
        "tar: Error is not recoverable: exiting now\n");
  CHECK(cargo.line("tar xf ship/deck").status == 2);
}

}  // namespace drydock::tests
