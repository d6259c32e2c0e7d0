// first_look_test.cc — what is in an image is looked up once, and what somebody
// changed is seen all the same.

#include <catch2/catch.hpp>

#include "tests/machine/host.h"

namespace drydock::machine {
namespace {

constexpr const char* kProfiles[] = {"docker-1.8", "docker-20.10"};

/// As its user does who has started containers of this image before.
Host& used_host(const char* profile) {
  Host& host = shared_host(profile);
  host.type(
      "docker run --rm busybox true; docker run --rm -u nobody busybox ls");
  return host;
}

TEST_CASE("a user is found whom somebody wrote into this container's passwd") {
  for (const char* const profile : kProfiles) {
    Host& host = used_host(profile);
    INFO(profile);
    host.type("docker run -d --name own busybox sleep 1000");
    CHECK(host.type("docker exec -u fred own whoami").status != 0);
    host.type(
        "docker exec own sh -c 'echo fred:x:7:7::/:/bin/sh >>/etc/passwd'");
    CHECK(host.out("docker exec -u fred own whoami") == "fred\n");
    CHECK(host.type("docker run --rm -u fred busybox whoami").status != 0);
  }
}

TEST_CASE("a program copied into a container comes before the image's") {
  for (const char* const profile : kProfiles) {
    Host& host = used_host(profile);
    INFO(profile);
    const std::string said = host.out(
        "printf '#!/bin/sh\\necho mine\\n' >/root/true; chmod +x /root/true; "
        "docker create --name own busybox true >/dev/null; "
        "docker cp /root/true own:/usr/sbin/true; docker start -a own");
    CHECK(said == "mine\n");
    CHECK(host.out("docker run --rm busybox true") == "");
    CHECK(host.out("mkdir -p /root/tools; cp /root/true /root/tools; "
                   "docker run --rm -v /root/tools:/usr/sbin busybox true") ==
          "mine\n");
  }
}

TEST_CASE("a root directory closed to others closes PATH to them") {
  for (const char* const profile : kProfiles) {
    Host& host = used_host(profile);
    INFO(profile);
    host.type("docker run -d --name own busybox sleep 1000");
    CHECK(host.type("docker exec -u nobody own true").status == 0);
    host.type("docker exec own chmod 700 /");
    CHECK(host.type("docker exec -u nobody own true").status != 0);
  }
}

}  // namespace
}  // namespace drydock::machine
