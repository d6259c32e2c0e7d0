// bomb_test.cc — archives that unfold to much, and images with a hostile
// config.

#include <cstdlib>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

/// An archive as docker load takes it, of an image with this config; `DIFF`
/// stands for its layer.
Run load(World& world, const std::string& config) {
  const std::string dir = world.scratch().path();
  REQUIRE(sys::write_file(dir + "/config.in", config));
  return world.sh(
      "cd " + dir +
      "; rm -rf img; mkdir -p img/l; tar -C busybox -cf img/l/layer.tar .; "
      "sed \"s/DIFF/$(sha256sum img/l/layer.tar | cut -d' ' -f1)/\" config.in "
      "> img/c.json; echo '[{\"Config\":\"c.json\",\"RepoTags\":[\"evil:1\"],"
      "\"Layers\":[\"l/layer.tar\"]}]' > img/manifest.json; "
      "tar -C img -c . | docker load");
}

std::string config_with(const std::string& settings,
                        const std::string& more = "") {
  return fmt::format(
      R"({{"architecture":"amd64","os":"linux"{},"config":{{{}}},)"
      R"("rootfs":{{"type":"layers","diff_ids":["sha256:DIFF"]}}}})",
      more, settings);
}

}  // namespace

TEST_CASE("a tar bomb costs the daemon neither memory nor disk", "[attack]") {
  // CVE-2017-14992: a layer of a few megabytes that unfolds to ten gigabytes,
  // which takes a minute; one gigabyte where only minutes are left for all.
  if (skipped()) return;
  const bool whole = std::getenv("DRYDOCK_WHOLE") != nullptr;
  World world;
  const Run run = world.sh(
      fmt::format("size={} pieces={}; ", whole ? "10G" : "1G",
                  whole ? 160 : 16) +
      "cd " + world.scratch().path() +
      "; truncate -s $size big; { tar -c big 2>/dev/null | head -c 512 | gzip; "
      "head -c 64M /dev/zero | gzip -1 > piece; "
      "for i in $(seq $pieces); do cat piece; done; "
      "head -c 1024 /dev/zero | gzip; } > bomb.tgz; rm big piece; "
      "docker import - bomb < bomb.tgz && du -sm $DRYDOCK_ROOT | cut -f1; "
      "docker images --format '{{.Size}}' bomb");
  INFO(run.err);
  const List lines = split(trim(run.out), '\n');
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("sha256:"));
  CHECK(parse_int(lines[1]).value_or(9999) < 100);
  CHECK(lines[2] == (whole ? "10.7GB" : "1.07GB"));
  CHECK(world.daemon_peak() < 100 * 1024);
  CHECK(world.garbage().empty());
}

TEST_CASE("a file of more than a gigabyte is committed, and is whole",
          "[layers]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run --name cc --net none busybox sh -c 'truncate -s 1100M /big; "
      "echo end >> /big' && docker commit cc big >/dev/null && "
      "docker run --rm --net none big sh -c 'wc -c < /big; tail -c 4 /big'");
  INFO(run.err);
  CHECK(run.out == "1153433604\nend\n");
  CHECK(world.daemon_peak() < 100 * 1024);
}

TEST_CASE("what a bomb is packed with otherwise is bounded, and says so",
          "[attack]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "cd " + world.scratch().path() +
      "; truncate -s 520M big; tar -c big | busybox bzip2 > bomb.tbz; rm big; "
      "docker import - bomb < bomb.tbz");
  INFO(run.out << run.err);
  CHECK(run.status != 0);
  CHECK(run.err.find("too much output") != std::string::npos);
  CHECK(world.garbage().empty());
}

TEST_CASE("a config of wrong types and without measure is no config",
          "[attack]") {
  // CVE-2021-21285: a malformed image that ends the daemon.
  if (skipped()) return;
  World world;
  const std::string deep =
      std::string(200'000, '[') + std::string(200'000, ']');
  for (const std::string& settings :
       {std::string(R"("Cmd":5,"Env":{"A":1},"User":[],"WorkingDir":{})"),
        std::string(R"("Cmd":[1,null],"Env":["A",7],"Labels":[1],)"
                    R"("ExposedPorts":["80"],"Volumes":"x")"),
        "\"Labels\":" + deep, "\"Env\":[" + deep + "]"}) {
    const Run run = load(world, config_with(settings));
    INFO(run.err);
    (void)world.sh(
        "docker inspect evil:1; docker run --rm --net none evil:1 "
        "true; docker history evil:1; docker save evil:1 | wc -c");
    CHECK(world.sh("docker version").status == 0);
  }
  const std::string huge(16 << 20, 'x');
  const Run run = load(
      world, config_with("\"Env\":[\"A=" + huge + "\"],\"Cmd\":[\"true\"]"));
  const Run ran = world.sh("docker run --rm --net none evil:1 true");
  CHECK(ran.status != 0);  // More than a process may be given.
  CHECK(world.sh("docker version").status == 0);
  (void)world.sh("docker ps -aq | xargs -r docker rm -f");
  CHECK(world.garbage().empty());
}

TEST_CASE("no user, name or folder of an image is more than it is",
          "[attack]") {
  if (skipped()) return;
  World world;
  // CVE-2016-3697: a user that reads as another one, as root.
  for (const std::string user :
       {"0:0\\nx", "1\\n0", "daemon\\nroot", "99999999999999999999", "-1",
        "4294967295", "nobody-such"}) {
    (void)load(world, config_with("\"User\":\"" + user + "\""));
    const Run run = world.sh("docker run --rm --net none evil:1 id -u");
    INFO(user << ": " << run.out << run.err);
    CHECK(run.status != 0);
    CHECK(run.out.empty());
  }
  (void)world.sh("echo 1000:x:0:0::/:/bin/sh >> " + world.scratch().path() +
                 "/busybox/etc/passwd");
  (void)load(world, config_with("\"User\":\"1000\""));
  CHECK(world.sh("docker run --rm --net none evil:1 id -u").out == "1000\n");
  // CVE-2024-21626: a working directory among the descriptors of the host.
  for (int fd = 3; fd < 12; ++fd) {
    (void)load(world, config_with(fmt::format(
                          "\"WorkingDir\":\"/proc/self/fd/{}\"", fd)));
    const Run run = world.sh(
        "docker run --rm --net none evil:1 cat ../../../../etc/machine-id "
        "../../../../etc/debian_version");
    CHECK(run.status != 0);
    CHECK(run.out.empty());
  }
}

TEST_CASE("nothing of an image or a flag writes lines into hosts files",
          "[attack]") {
  // CVE-2022-4318: a variable with a line end became a line of /etc/passwd.
  if (skipped()) return;
  World world;
  (void)load(world,
             config_with("\"Hostname\":\"h\\n6.6.6.6 evil\",\"Domainname\":"
                         "\"d\\n6.6.6.6 evil\",\"Labels\":{\"a\\nb\":\"c\\n"
                         "6.6.6.6 evil\"},\"Env\":[\"A=b\\n6.6.6.6 evil\"]"));
  const Run run = world.sh(
      "docker run --rm evil:1 cat /etc/hosts /etc/hostname /etc/resolv.conf");
  INFO(run.out << run.err);
  CHECK(run.out.find("6.6.6.6") == std::string::npos);
  for (const std::string flag :
       {"--add-host \"$(printf 'a:1.2.3.4\\n6.6.6.6 evil')\"",
        "--hostname \"$(printf 'h\\n6.6.6.6 evil')\"",
        "--dns \"$(printf '1.2.3.4\\nnameserver 6.6.6.6')\"",
        "--name \"$(printf 'n\\n6.6.6.6 evil')\""}) {
    const Run with =
        world.sh("docker run --rm " + flag +
                 " busybox cat /etc/hosts /etc/hostname /etc/resolv.conf");
    INFO(flag << ": " << with.out << with.err);
    const bool injected =
        ("\n" + with.out).find("\n6.6.6.6") != std::string::npos ||
        ("\n" + with.out).find("\nnameserver 6.6.6.6") != std::string::npos;
    CHECK_FALSE(injected);
  }
}

TEST_CASE("a terminal that is flooded keeps nobody else waiting", "[attack]") {
  if (skipped()) return;
  World world;
  const Run begun = world.sh(
      "docker run -dt --net none --name flood --log-opt max-size=1m busybox sh "
      "-c 'yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'");
  INFO(begun.err);
  REQUIRE(begun.status == 0);
  // One client that reads nothing of it, one that reads all, one that works.
  const Run run = world.sh(
      "(docker attach --no-stdin flood | sleep 3) & "
      "(timeout 2 docker attach --no-stdin flood >/dev/null) & sleep 0.5; "
      "for i in 1 2 3; do docker run --rm --net none busybox echo $i; done; "
      "docker rm -f flood; wait");
  INFO(run.err);
  CHECK(run.out.find("1\n2\n3\nflood\n") != std::string::npos);
  CHECK(world.daemon_peak() < 150 * 1024);
  CHECK(world.garbage().empty());
}
