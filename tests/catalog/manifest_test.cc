// manifest_test.cc — root file systems written down in lines.

#include "sim/catalog/manifest.h"

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <string>

#include "sim/kernel/program.h"

using namespace drydock;
using namespace drydock::catalog;

namespace {

std::optional<std::string_view> includes(std::string_view path) {
  if (path == "shared") return "d 0755 0:0 /shared\n";
  if (path == "itself") return "include itself\n";
  return std::nullopt;
}

Manifest read(std::string_view text) {
  const Result<Manifest> manifest = parse_manifest(text, includes);
  INFO(std::string(manifest ? "" : manifest.error().text));
  REQUIRE(manifest);
  return *manifest;
}

std::string error_of(std::string_view text) {
  const Result<Manifest> manifest = parse_manifest(text, includes);
  REQUIRE_FALSE(manifest);
  return manifest.error().text;
}

}  // namespace

TEST_CASE("a line of directories makes each of them") {
  const Manifest manifest = read("d 1777 3:4 /tmp /var/tmp\n");
  REQUIRE(manifest.entries.size() == 2);
  CHECK(manifest.entries[1].name == "var/tmp/");
  CHECK(manifest.entries[1].mode == 01777);
  CHECK(manifest.entries[1].uid == 3);
  CHECK(manifest.entries[1].gid == 4);
}

TEST_CASE("a file has the lines that follow it, or a size and nothing") {
  const Manifest manifest =
      read("f 0644 0:0 /etc/issue\n|Debian \\n\n|\nf 0600 0:0 /big 5000\n");
  CHECK(manifest.entries[0].content == "Debian \\n\n\n");
  CHECK(manifest.entries[0].size == 11);
  CHECK(manifest.entries[1].content.empty());
  CHECK(manifest.entries[1].size == 5000);
}

TEST_CASE("an executable stores which program it is and is hollow behind") {
  const Manifest manifest = read("xs /bin gnu 40000 cat ls\n");
  REQUIRE(manifest.entries.size() == 2);
  CHECK(manifest.entries[1].name == "bin/ls");
  CHECK(manifest.entries[1].content == kernel::executable_content("gnu/ls"));
  CHECK(manifest.entries[1].size == 40000);
  CHECK(manifest.entries[1].mode == 0755);
  CHECK(manifest.programs == List{"gnu/cat", "gnu/ls"});
}

TEST_CASE("links are symbolic or hard") {
  const Manifest manifest = read("l /bin/sh dash\nhs /bin /bin/busybox [ ls\n");
  CHECK(manifest.entries[0].type == vfs::FileType::symlink);
  CHECK(manifest.entries[0].link == "dash");
  CHECK(manifest.entries[1].hard_link);
  CHECK(manifest.entries[1].name == "bin/[");
  CHECK(manifest.entries[1].link == "bin/busybox");
}

TEST_CASE("a total is met by those who take a share") {
  const Manifest manifest = read(
      "total 100\nf 0644 0:0 /a 30\nf 0644 0:0 /b *\nf 0644 0:0 /c *\n"
      "f 0644 0:0 /d *\n");
  CHECK(manifest.entries[1].size == 23);
  CHECK(manifest.entries[2].size == 23);
  CHECK(manifest.entries[3].size == 24);
}

TEST_CASE("a total that cannot be met is an error") {
  CHECK(error_of("total 10\nf 0644 0:0 /a 30\n") == "20 bytes too many");
  CHECK(error_of("total 40\nf 0644 0:0 /a 30\n") ==
        "nobody takes the last 10 bytes");
}

TEST_CASE("a manifest may include others, not for ever") {
  CHECK(read("include shared\n").entries[0].name == "shared/");
  CHECK(error_of("include nothing\n") ==
        "line 1: include nothing: no such manifest");
  CHECK(error_of("include itself\n").ends_with("includes nest too deep"));
}

TEST_CASE("a line that makes no sense is named") {
  CHECK(error_of("# fine\nq /x\n") == "line 2: q /x: unknown kind of line");
  CHECK(error_of("d 0755 root /x\n").ends_with("expected UID:GID"));
  CHECK(error_of("d 0799 0:0 /x\n").ends_with("expected an octal mode"));
  CHECK(error_of("f 0644 0:0 x\n").ends_with("expected an absolute path"));
  CHECK(error_of("|stray\n").ends_with("no file that this belongs to"));
}

TEST_CASE("any text is a manifest or an error", "[property]") {
  rc::prop("it answers", [] {
    const auto piece = rc::gen::element<std::string>(
        "d ", "f ", "x ", "xs ", "ls ", "hs ", "l ", "c ", "0755 ", "0:0 ",
        "/a ", "*", "7 ", "\n", "|", "total ", "time ", ":", "-1 ", "include ",
        "itself", "99999999999999999999 ");
    const List pieces = *rc::gen::container<List>(piece);
    static_cast<void>(parse_manifest(join(pieces, ""), includes));
  });
}
