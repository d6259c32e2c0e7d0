// apk_test.cc — Alpine's package manager in a container of alpine.

#include <catch2/catch.hpp>

#include "tests/machine/host.h"

namespace drydock::machine {
namespace {

/// A host with a container of alpine that idles; the index is not fetched.
struct Alpine {
  explicit Alpine(const std::string& options = "") {
    run(machine, "docker run -d --name box " + options + " alpine sleep 9999");
  }
  Told sh(const std::string& command) {
    return run(machine, "docker exec box " + command);
  }

  Machine machine{MachineOptions{}};
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("apk knows what alpine is made of") {
  Alpine alpine;
  const Told all = alpine.sh("apk info");
  CHECK(all.out ==
        "musl\nbusybox\nalpine-baselayout\nalpine-keys\nzlib\n"
        "libcrypto1.0\nlibssl1.0\napk-tools\nscanelf\nmusl-utils\n"
        "libc-utils\n");
  CHECK(alpine.sh("apk info -e busybox").out == "busybox\n");
  CHECK(alpine.sh("apk info -e curl").status == 1);
  CHECK(alpine.sh("apk info -v -e zlib").out == "zlib-1.2.8-r1\n");
  CHECK(alpine.sh("apk info zlib").out ==
        "zlib-1.2.8-r1 description:\nA compression/decompression Library\n\n"
        "zlib-1.2.8-r1 webpage:\nhttp://zlib.net\n\n"
        "zlib-1.2.8-r1 installed size:\n102400\n\n");
  CHECK(alpine.sh("apk info -L zlib").out ==
        "zlib-1.2.8-r1 contains:\nlib/libz.so.1\nlib/libz.so.1.2.8\n\n");
  CHECK(has(alpine.sh("apk info -r zlib").out, "apk-tools-2.6.3-r0\n"));
}

TEST_CASE("without an index apk knows no other package") {
  Alpine alpine;
  const Told told = alpine.sh("apk add curl");
  CHECK(told.status == 1);
  CHECK(told.err ==
        "ERROR: unsatisfiable constraints:\n  curl (missing):\n"
        "    required by: world[curl]\n");
}

TEST_CASE("apk fetches its index, adds a package and what that needs") {
  Alpine alpine;
  const Told update = alpine.sh("apk update");
  CHECK(update.status == 0);
  CHECK(
      update.out.starts_with("fetch http://dl-4.alpinelinux.org/alpine/v3.2/"
                             "main/x86_64/APKINDEX.tar.gz\n"));
  CHECK(update.out.ends_with(" distinct packages available\n"));
  const Told add = alpine.sh("apk add curl");
  CHECK(add.status == 0);
  CHECK(add.out ==
        "(1/5) Installing openssl (1.0.2d-r0)\n"
        "(2/5) Installing ca-certificates (20141019-r2)\n"
        "(3/5) Installing libssh2 (1.5.0-r0)\n"
        "(4/5) Installing libcurl (7.42.1-r0)\n"
        "(5/5) Installing curl (7.42.1-r0)\n"
        "Executing busybox-1.23.2-r0.trigger\n"
        "Executing ca-certificates-20141019-r2.trigger\n"
        "OK: 8 MiB in 16 packages\n");
  CHECK(alpine.sh("curl --version").out.starts_with("curl 7."));
  CHECK(alpine.sh("apk info -L curl").out ==
        "curl-7.42.1-r0 contains:\nusr/bin/curl\n\n");
  CHECK(has(alpine.sh("cat /etc/apk/world").out, "\ncurl\n"));
  CHECK(alpine.sh("apk add curl").out == "OK: 8 MiB in 16 packages\n");
}

TEST_CASE("what apk deletes takes along what nobody needs any more") {
  Alpine alpine;
  alpine.sh("apk add -q -U curl wget");
  const Told del = alpine.sh("apk del curl");
  CHECK(del.out ==
        "(1/4) Purging curl (7.42.1-r0)\n"
        "(2/4) Purging libcurl (7.42.1-r0)\n"
        "(3/4) Purging libssh2 (1.5.0-r0)\n"
        "(4/4) Purging ca-certificates (20141019-r2)\n"
        "Executing busybox-1.23.2-r0.trigger\n"
        "OK: 6 MiB in 13 packages\n");
  CHECK(alpine.sh("ls /usr/bin/curl").status != 0);
  CHECK(alpine.sh("ls -d /etc/ssl/certs").status != 0);
  CHECK(alpine.sh("apk info -e openssl").out == "openssl\n");
  const Told musl = alpine.sh("apk del musl");
  CHECK(musl.out.starts_with(
      "World updated, but the following packages are not removed due to:\n"
      "  musl: busybox alpine-baselayout "));
}

TEST_CASE("a virtual package takes all that was needed to build away again") {
  Alpine alpine;
  alpine.sh("apk update -q");
  const Told add = alpine.sh("apk add -t .build-deps gcc make");
  CHECK(add.status == 0);
  CHECK(has(add.out, ") Installing .build-deps (0)\n"));
  CHECK(alpine.sh("apk info -e make").status == 0);
  const Told del = alpine.sh("apk del .build-deps");
  CHECK(has(del.out, "(1/6) Purging .build-deps (0)\n"));
  CHECK(del.out.ends_with("OK: 5 MiB in 11 packages\n"));
  CHECK(alpine.sh("apk info -e make").status == 1);
  CHECK(alpine.sh("apk add -t .x nosuch").err ==
        "ERROR: unsatisfiable constraints:\n  nosuch (missing):\n"
        "    required by: .x-0[nosuch]\n");
}

TEST_CASE("a wrong version, an unknown option and no rights are refused") {
  Alpine alpine;
  alpine.sh("apk update -q");
  CHECK(alpine.sh("apk add curl=1.0").err ==
        "ERROR: unsatisfiable constraints:\n  curl-7.42.1-r0:\n"
        "    breaks: world[curl=1.0]\n");
  CHECK(alpine.sh("apk add curl=7.42.1-r0").status == 0);
  // --no-cache came with Alpine 3.3.
  const Told option = alpine.sh("apk add --no-cache curl");
  CHECK(option.status == 1);
  CHECK(option.err.starts_with("apk: unrecognized option"));
  const Told nobody = run(alpine.machine, "docker exec -u nobody box apk update");
  CHECK(nobody.status == 99);
  CHECK(nobody.err.starts_with(
      "ERROR: Unable to lock database: Permission denied\n"));
}

TEST_CASE("without a network there is no index") {
  Alpine alpine("--net none");
  const Told told = alpine.sh("apk update");
  CHECK(told.status == 1);
  CHECK(told.err ==
        "ERROR: http://dl-4.alpinelinux.org/alpine/v3.2/main: temporary error "
        "(try again later)\n");
  CHECK(told.out.ends_with("1 errors; 11 distinct packages available\n"));
}

TEST_CASE("an image of alpine is built with apk") {
  Machine machine(MachineOptions{});
  const Told told = run(
      machine,
      "printf 'FROM alpine\\nRUN apk add -U redis bash\\n' | docker build -q "
      "-t "
      "r -; docker run --rm r bash -c 'redis-server --version | cut -c1-12'");
  INFO(told.out << told.err);
  CHECK(told.out.ends_with("Redis server\n"));
}

}  // namespace drydock::machine
