// attack_test.cc — what a hostile image or container tries, and does not get.

#include <catch2/catch.hpp>

#include "realmode/sys/files.h"
#include "sim/base/text.h"
#include "sim/vfs/tar.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

vfs::TarEntry file(std::string name, std::string content) {
  vfs::TarEntry entry;
  entry.name = std::move(name);
  entry.size = static_cast<std::int64_t>(content.size());
  entry.content = std::move(content);
  return entry;
}

vfs::TarEntry symlink(std::string name, std::string target) {
  vfs::TarEntry entry;
  entry.name = std::move(name);
  entry.type = vfs::FileType::symlink;
  entry.link = std::move(target);
  return entry;
}

std::string archive(const std::vector<vfs::TarEntry>& entries) {
  vfs::TarWriter writer;
  for (const vfs::TarEntry& entry : entries) writer.add(entry);
  writer.end();
  return writer.take();
}

/// Imports the archive as an image; whether the file outside was touched.
bool escapes(World& world, const std::vector<vfs::TarEntry>& entries) {
  const std::string outside = world.scratch().path() + "/outside";
  REQUIRE(sys::write_file(outside, "whole"));
  REQUIRE(
      sys::write_file(world.scratch().path() + "/evil.tar", archive(entries)));
  (void)world.sh("docker import - evil < " + world.scratch().path() +
                 "/evil.tar");
  const auto text = sys::read_file(outside);
  REQUIRE(text);
  return *text != "whole";
}

}  // namespace

TEST_CASE("no archive writes outside of its layer", "[attack]") {
  if (skipped()) return;
  World world;
  const std::string dir = world.scratch().path();
  const std::string up = "../../../../../../../../../.." + dir + "/outside";
  CHECK(!escapes(world, {file(up, "broken")}));
  CHECK(!escapes(world, {file(dir + "/outside", "broken")}));
  CHECK(!escapes(world, {symlink("way", dir), file("way/outside", "broken")}));
  CHECK(!escapes(world, {symlink("way", "../../../../../../../../.." + dir),
                         file("way/outside", "broken")}));
  CHECK(!escapes(world, {symlink("f", dir + "/outside"), file("f", "broken")}));
  vfs::TarEntry link = file("l", "");
  link.hard_link = true;
  link.link = up;
  CHECK(!escapes(world, {link, file("l", "broken")}));
}

TEST_CASE("what could harm the machine is refused", "[attack]") {
  if (skipped()) return;
  World world;
  const auto refused = [&world](const std::string& command) {
    const Run run =
        world.sh("docker run --rm --net none busybox sh -c '" + command + "'");
    INFO(command << ": " << run.out << run.err);
    return run.status != 0;
  };
  CHECK(refused("mount -t tmpfs none /tmp"));
  CHECK(refused("unshare -m true"));
  CHECK(refused("mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk"));
  CHECK(refused("echo b > /proc/sysrq-trigger"));
  CHECK(refused("echo 1 > /proc/sys/kernel/panic"));
  CHECK(refused("head -c 1 /proc/kcore | grep -q ."));
  CHECK(refused("hostname other"));
  CHECK(refused("umount /proc"));
  CHECK(refused("ls /sys/firmware | grep -q ."));
  CHECK(refused("reboot -f"));
}

TEST_CASE("no descriptor of the host is open in a container", "[attack]") {
  if (skipped()) return;
  World world;
  const Run run =
      world.sh("docker run --rm --net none busybox sh -c 'ls /proc/self/fd'");
  // 3 is the directory that ls itself has open.
  CHECK(run.out == "0\n1\n2\n3\n");
  for (int fd = 3; fd < 12; ++fd) {
    const Run leak = world.sh(fmt::format(
        "docker run --rm --net none -w /proc/self/fd/{} busybox cat "
        "../../../../etc/shadow",
        fd));
    CHECK(leak.status != 0);
    CHECK(leak.out.empty());
  }
}

TEST_CASE("nothing is mounted over /proc, by name or through a symlink",
          "[attack]") {
  if (skipped()) return;
  World world;
  CHECK(world.sh("docker run --rm --net none -v /tmp:/proc busybox true")
            .status == 125);
  const Run run = world.sh(
      "docker run --net none --name src busybox ln -s /proc /way; "
      "docker commit src sly >/dev/null; docker run --rm --net none sly "
      "true && echo made; "
      "docker run --rm --net none -v /tmp:/way/sys sly true");
  CHECK(run.out == "made\n");
  CHECK(run.status == 125);
}

TEST_CASE("a container cannot write to the program that started it",
          "[attack]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run -d --net none --name exe busybox sleep 20 >/dev/null; "
      "docker exec exe sh -c 'for p in /proc/[0-9]*/exe; do "
      "case $(readlink $p) in *shim*|*drydock*) echo found $p; "
      "echo x > $p && echo written;; esac; done; echo looked'");
  CHECK(run.out.ends_with("looked\n"));
  CHECK(run.out.find("written") == std::string::npos);
}

TEST_CASE(
    "another user's client is not served, even when it gets in (like "
    "CVE-2014-3499)",
    "[attack]") {
  if (skipped()) return;
  World world;
  const std::string as_nobody =
      "setpriv --reuid 65534 --regid 65534 --clear-groups docker ps 2>&1; "
      "echo $?";
  const Run shut = world.sh(as_nobody);
  CHECK(shut.out.find("CONTAINER ID") == std::string::npos);
  CHECK(shut.out.ends_with("125\n"));
  const Run open = world.sh("chmod 0711 " + world.scratch().path() +
                            " $DRYDOCK_ROOT; chmod 0666 "
                            "$DRYDOCK_ROOT/drydock.sock; " +
                            as_nobody);
  CHECK(open.out.find("CONTAINER ID") == std::string::npos);
  CHECK(open.out.ends_with("125\n"));
  CHECK(world.sh("docker ps -q").status == 0);
}

TEST_CASE(
    "a manifest that points out of its archive is refused (like "
    "CVE-2014-9358)",
    "[attack]") {
  if (skipped()) return;
  World world;
  const std::string folder = world.scratch().path();
  const Run run = world.sh(
      "cd " + folder +
      "; mkdir evil; echo '[{\"Config\":\"../../etc/hostname\","
      "\"RepoTags\":[\"evil:1\"],\"Layers\":[\"../../etc/passwd\"]}]' > "
      "evil/manifest.json; tar -C evil -cf one.tar .; docker load -i one.tar; "
      "echo $?; rm -r evil; mkdir -p evil/..a/x; "
      "echo '{\"id\":\"../../../escaped\"}' > evil/..a/json; "
      "tar -C evil/..a/x -cf evil/..a/layer.tar .; echo 1.0 > "
      "evil/..a/VERSION; "
      "echo '{\"evil\":{\"1\":\"../../../escaped\"}}' > evil/repositories; "
      "tar -C evil --transform 's,..a,../../../escaped,' -Pcf two.tar .; "
      "docker load -i two.tar; echo $?; docker images -q evil; "
      "find / -xdev -name 'escaped*' 2>/dev/null");
  CHECK(run.out == "1\n1\n");
  CHECK(world.garbage().empty());
}

TEST_CASE("output without end fills neither the disk nor the daemon",
          "[attack]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run -d --net none --log-opt max-size=100k --log-opt max-file=2 "
      "--name flood busybox yes >/dev/null; sleep 1; "
      "du -cb $DRYDOCK_ROOT/containers/*/*-json.log* | tail -1 | cut -f1; "
      "docker logs -f flood >/dev/null & sleep 0.5; "
      "grep VmRSS /proc/$(cat $DRYDOCK_ROOT/daemon.pid)/status | tr -dc 0-9; "
      "echo; docker rm -f flood; wait");
  const List lines = split(trim(run.out), '\n');
  REQUIRE(lines.size() == 3);
  constexpr std::int64_t kKib = 1024;
  CHECK(parse_int(lines[0]).value_or(INT64_MAX) < 300 * kKib);
  CHECK(parse_int(lines[1]).value_or(INT64_MAX) < 60 * kKib);
  CHECK(lines[2] == "flood");
}
