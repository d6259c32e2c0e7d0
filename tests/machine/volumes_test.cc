// volumes_test.cc — volumes as behaviour.md §4 and the textbook's 4.5 have
// them, sentence by sentence, typed at a host.

#include <catch2/catch.hpp>

#include "tests/machine/host.h"

namespace drydock::machine {

namespace {

constexpr const char* kOld = "docker-1.8";
constexpr const char* kNew = "docker-20.10";

/// An image with files in /data, mode 0750 and owner 5:6.
void seed(Host& host) {
  host.type(
      "docker images -q seeded | grep -q . || "
      "{ docker run --name seed busybox sh -c 'mkdir /data; echo s > "
      "/data/file; chown 5:6 /data; chmod 750 /data'; "
      "docker commit seed seeded; docker rm seed; }");
}

std::string volume_of(Host& host, const std::string& container) {
  std::string name = host.out(
      "docker inspect -f '{{range .Mounts}}{{.Name}}"
      "{{end}}' " +
      container);
  if (name.ends_with('\n')) name.pop_back();
  return name;
}

bool is_there(Host& host, const std::string& volume) {
  return host.type("test -d /var/lib/docker/volumes/" + volume + "/_data")
             .status == 0;
}

}  // namespace

TEST_CASE("a path of a volume is cleaned") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    host.type("docker create --name cc -v //a/../b/ busybox true");
    CHECK(host.out("docker inspect -f '{{range .Mounts}}{{.Destination}}"
                   "{{end}}' cc") == "/b\n");
  }
}

TEST_CASE("an anonymous volume has a random name and is made by create") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    host.type("docker create --name cc -v /data busybox true");
    const std::string name = volume_of(host, "cc");
    CHECK(name.size() == 64);
    CHECK(is_there(host, name));
  }
}

TEST_CASE(
    "what the image has is copied into a new anonymous volume, with "
    "owner and mode") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    seed(host);
    CHECK(host.out("docker run --rm -v /data seeded sh -c 'cat /data/file; "
                   "stat -c \"%u %g %a\" /data'") == "s\n5 6 750\n");
  }
}

TEST_CASE("nothing is copied into a directory of the host") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    seed(host);
    CHECK(host.out("docker run --rm -v /srv/empty:/data seeded ls /data")
              .empty());
  }
}

TEST_CASE("named volumes are filled from the image since 1.10 only") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    seed(host);
    const std::string files =
        host.out("docker run --rm -v fresh:/data seeded ls /data");
    CHECK(files == (profile == std::string(kOld) ? "" : "file\n"));
    host.type("docker volume rm fresh");
  }
}

TEST_CASE("a volume that has files keeps them") {
  Host& host = shared_host(kNew);
  seed(host);
  host.type("docker run --rm -v pre:/x busybox touch /x/already");
  CHECK(host.out("docker run --rm -v pre:/data seeded ls /data") ==
        "already\n");
  host.type("docker volume rm pre");
}

TEST_CASE("an image's file under a volume is refused") {
  Host& host = shared_host(kOld);
  const Told typed =
      host.type("docker run --name cc -v /etc/passwd busybox true");
  CHECK(typed.err ==
        "Error response from daemon: cannot mount volume over existing file, "
        "file exists /etc/passwd\n");
  CHECK(typed.status == 1);
}

TEST_CASE("a missing directory of the host is made, root's and 0755") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    CHECK(host.out("rm -rf /srv/made; docker run --rm -v /srv/made/deep:/c "
                   "busybox true; stat -c '%u %g %a' /srv/made/deep") ==
          "0 0 755\n");
  }
}

TEST_CASE(
    "modes of a bind: ro refuses writes, words combine, others are "
    "refused") {
  Host& host = shared_host(kOld);
  CHECK(host.type("docker run --rm -v /srv:/c:ro busybox touch /c/x").err ==
        "touch: /c/x: Read-only file system\n");
  CHECK(host.type("docker run --rm -v /srv:/c:ro,z busybox true").status == 0);
  CHECK(
      host.type("docker run --rm -v /srv:/c:bogus busybox true").err ==
      "docker: bad mount mode specified : bogus.\nSee 'docker run --help'.\n");
}

TEST_CASE("what -v may not say, in 1.8's words") {
  struct Row {
    const char *flags, *complaint;
  };
  static const Row kRows[] = {
      {"-v /", "docker: Invalid volume: path can't be '/'.\n"},
      {"-v /srv:/", "docker: Invalid bind mount: destination can't be '/'.\n"},
      {"-v /a:/b:ro:x", "docker: bad format for volumes: /a:/b:ro:x.\n"},
      {"-v rel", "docker: rel is not an absolute path.\n"},
      {"-v /srv:rel", "docker: rel is not an absolute path.\n"},
  };
  Host& host = shared_host(kOld);
  for (const Row& row : kRows) {
    INFO(row.flags);
    const Told typed = host.type("docker run --rm " + std::string(row.flags) +
                                 " busybox true");
    CHECK(typed.err == row.complaint + std::string("See 'docker run "
                                                   "--help'.\n"));
    CHECK(typed.status == 1);
  }
  CHECK(host.err("docker run -v /a:/c -v /b:/c busybox true") ==
        "Error response from daemon: Duplicate bind mount /c\n");
  CHECK(host.err("docker run --volumes-from none busybox true") ==
        "Error response from daemon: no such id: none\n");
  CHECK(host.err("docker create --name vv -v /d busybox true > /dev/null; "
                 "docker run --volumes-from vv:bogus busybox true") ==
        "Error response from daemon: invalid mode for volumes-from: bogus\n");
}

TEST_CASE(
    "what --volumes-from takes is the effective mounts, of the stopped too, "
    "and "
    "hands them on") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    host.type(
        "docker run --name aa -v /data -v /srv:/host:ro busybox sh -c 'echo "
        "one "
        "> /data/f'; docker create --name bb --volumes-from aa busybox true");
    CHECK(host.out("docker run --rm --volumes-from bb busybox cat /data/f") ==
          "one\n");
    CHECK(host.err("docker run --rm --volumes-from bb:rw busybox touch "
                   "/host/x") == "touch: /host/x: Read-only file system\n");
    CHECK(host.err("docker run --rm --volumes-from bb:ro busybox touch "
                   "/data/x") == "touch: /data/x: Read-only file system\n");
  }
}

TEST_CASE(
    "own binds come before what is borrowed; an own anonymous volume "
    "does not") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    host.type(
        "docker run --name aa -v /data busybox touch /data/lent; mkdir -p "
        "/srv/own; touch /srv/own/mine");
    CHECK(
        host.out("docker run --rm --volumes-from aa -v /srv/own:/data busybox "
                 "ls /data") == "mine\n");
    CHECK(host.out("docker run --rm --volumes-from aa -v /data busybox ls "
                   "/data") == "lent\n");
  }
}

TEST_CASE("rm keeps a volume, rm -v of its last owner deletes it") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    host.type("docker create --name aa -v /data busybox true");
    const std::string kept = volume_of(host, "aa");
    host.type("docker rm aa");
    CHECK(is_there(host, kept));
    host.type(
        "docker create --name aa -v /data busybox true; docker create --name "
        "bb "
        "--volumes-from aa busybox true");
    const std::string shared = volume_of(host, "aa");
    host.type("docker rm -v aa");
    CHECK(is_there(host, shared));
    host.type("docker rm -v bb");
    CHECK_FALSE(is_there(host, shared));
  }
}

TEST_CASE("run --rm deletes its volume, but not one that another has lent") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    host.type(
        "docker create --name aa -v /data busybox true; docker run --rm "
        "--volumes-from aa busybox true");
    CHECK(is_there(host, volume_of(host, "aa")));
    const std::string before = host.out("ls /var/lib/docker/volumes");
    host.type("docker run --rm -v /data busybox true");
    CHECK(host.out("ls /var/lib/docker/volumes") == before);
  }
}

TEST_CASE("a directory of the host is never deleted") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    host.type(
        "docker run --name aa -v /srv/keep:/data busybox touch /data/x; docker "
        "rm -v aa");
    CHECK(host.out("ls /srv/keep") == "x\n");
  }
}

TEST_CASE("rm -v takes named volumes in 1.8 and leaves them since 1.10") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    host.type(
        "docker create --name aa -v kept:/data busybox true; docker rm -v "
        "aa");
    CHECK(is_there(host, "kept") == (profile == std::string(kNew)));
    host.type("docker volume rm kept");
  }
}

TEST_CASE("a volume is no part of diff, commit and export; cp sees it") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    host.type(
        "docker run --name aa -v /data busybox sh -c 'echo in > /data/f; "
        "echo out > /f'");
    CHECK(host.out("docker diff aa") == "A /data\nA /f\n");
    host.type("docker commit aa withvol");
    CHECK(host.out("docker run --rm withvol sh -c 'ls /data; cat /f'") ==
          "out\n");
    CHECK(host.out("docker export aa | tar t | grep -E '^(data|f)'") ==
          "data/\nf\n");
    CHECK(host.out("docker cp aa:/data/f - | tar xO") == "in\n");
    host.type("docker rm -v aa; docker rmi withvol");
  }
}

TEST_CASE("a volume survives stop, start and restart") {
  for (const char* const profile : {kOld, kNew}) {
    Host& host = shared_host(profile);
    host.type(
        "docker run -d --name aa -v /data busybox sh -c 'echo x >> "
        "/data/log; sleep 1000'; docker restart -t 0 aa; docker stop -t 0 "
        "aa; docker start aa");
    CHECK(host.out("docker exec aa cat /data/log") == "x\nx\nx\n");
  }
}

TEST_CASE(".Mounts shows a bind and an anonymous volume as the book does") {
  Host& host = shared_host(kOld);
  host.type("docker create --name aa -v /data busybox true");
  const std::string name = volume_of(host, "aa");
  CHECK(host.out("docker inspect -f '{{.Mounts}}' aa") ==
        "[{" + name + " /var/lib/docker/volumes/" + name +
            "/_data /data local  true}]\n");
  host.type("docker create --name bb -v /srv:/dst busybox true");
  CHECK(host.out("docker inspect -f '{{.Mounts}}' bb") ==
        "[{ /srv /dst   true}]\n");
}

}  // namespace drydock::machine
