// engine_files_test.cc — /etc/hosts, /etc/hostname and /etc/resolv.conf of a
// container, whatever is mounted and whoever's network it shares.

#include <catch2/catch.hpp>

#include "tests/machine/host.h"

namespace drydock::machine {
namespace {

TEST_CASE("the engine's files lie over a directory mounted at /etc") {
  for (const char* profile : {"docker-1.8", "docker-20.10"}) {
    Host& host = shared_host(profile);
    const std::string hosts = host.out(
        "mkdir -p /root/etc; docker run --rm -h boat -v /root/etc:/etc "
        "busybox cat /etc/hosts");
    INFO(profile);
    CHECK(hosts.find("\tboat\n") != std::string::npos);
  }
}

TEST_CASE("whoever mounts /etc/hosts has what was mounted") {
  Host& host = shared_host("docker-1.8");
  CHECK(host.out("echo 1.2.3.4 mine > /root/hosts; docker run --rm -v "
                 "/root/hosts:/etc/hosts busybox cat /etc/hosts") ==
        "1.2.3.4 mine\n");
}

TEST_CASE("the host's network brings the host's name and hosts file") {
  for (const char* profile : {"docker-1.8", "docker-20.10"}) {
    Host& host = shared_host(profile);
    INFO(profile);
    CHECK(host.out("docker run --rm --net host busybox hostname") ==
          host.out("hostname"));
    CHECK(host.out("docker run --rm --net host busybox cat /etc/hosts") ==
          host.out("cat /etc/hosts"));
  }
}

TEST_CASE("a joined network brings the other's name and hosts file") {
  for (const char* profile : {"docker-1.8", "docker-20.10"}) {
    Host& host = shared_host(profile);
    INFO(profile);
    host.type("docker run -d --name one -h boat busybox sleep 1000");
    CHECK(host.out("docker run --rm --net container:one busybox hostname") ==
          "boat\n");
    CHECK(host.out(
              "docker run --rm --net container:one busybox cat /etc/hosts") ==
          host.out("docker exec one cat /etc/hosts"));
  }
}

}  // namespace
}  // namespace drydock::machine
