// host_tools_test.cc — programs of the host that need the whole machine:
// script with its terminal, archives that go into containers.

#include <catch2/catch.hpp>

#include <string>

#include "sim/machine/machine.h"
#include "sim/machine/script.h"

namespace drydock::machine {
namespace {

struct Said {
  std::string out, err;
  int status = 0;
};

Said type(Machine& machine, const std::string& script) {
  Said said;
  ScriptStreams streams;
  streams.out = [&said](std::string_view bytes) { said.out += bytes; };
  streams.err = [&said](std::string_view bytes) { said.err += bytes; };
  const ScriptResult result =
      run_script(machine, {"sh", "-c", script}, "/root", streams, {});
  said.status = result.status;
  said.err += result.trouble;
  return said;
}

Said type(const std::string& script) {
  Machine machine((MachineOptions()));
  return type(machine, script);
}

}  // namespace

TEST_CASE("A command of the host is found again where it has moved to") {
  Machine machine((MachineOptions()));
  const auto hostname = [&machine] {
    Said said;
    ScriptStreams streams;
    streams.out = [&said](std::string_view bytes) { said.out += bytes; };
    const ScriptResult result =
        run_script(machine, {"hostname"}, "/root", streams, {});
    return said.out + std::to_string(result.status);
  };
  const std::string said = hostname();
  CHECK(said.ends_with("\n0"));
  REQUIRE(type(machine, "mv $(command -v hostname) /usr/local/sbin").status ==
          0);
  CHECK(hostname() == said);
  REQUIRE(type(machine, "rm /usr/local/sbin/hostname").status == 0);
  CHECK(hostname() == "127");
}

TEST_CASE("script gives a command a terminal and answers its status") {
  const Said said = type("script -qec 'tty; exit 3' /dev/null");
  CHECK(said.out == "/dev/pts/0\r\n");
  CHECK(said.status == 3);
}

TEST_CASE("script types its input and keeps what the terminal shows") {
  const Said said = type(
      "echo word | script -qc 'read x; echo got $x' kept >/dev/null; "
      "grep -c 'got word' kept; head -c 17 kept");
  CHECK(said.out == "1\nScript started on");
}

TEST_CASE("docker run -t works below script") {
  const Said said = type(
      "docker pull busybox >/dev/null; "
      "script -qec 'docker run --rm -it busybox tty' /dev/null");
  CHECK(said.out == "/dev/pts/0\r\n");
  CHECK(said.status == 0);
}

TEST_CASE("tar packs and unpacks with gzip, bzip2 and xz") {
  for (const char* const option : {"z", "j", "J"}) {
    const Said said = type(std::string("echo hello > f; tar c") + option +
                           "f a f; rm f; tar xf a; cat f");
    CHECK(said.out == "hello\n");
    CHECK(said.err.empty());
  }
}

TEST_CASE("bzip2 and xz take a file's place, and give it back") {
  const Said said = type(
      "echo hello > f; bzip2 f; ls f*; bunzip2 f.bz2; xz f; ls f*; "
      "xzcat f.xz; unxz f.xz; cat f");
  CHECK(said.out == "f.bz2\nf.xz\nhello\nhello\n");
  CHECK(said.err.empty());
}

TEST_CASE("ADD unpacks archives however they are packed") {
  const Said said = type(
      "docker pull busybox >/dev/null; mkdir c; cd c; echo one > one; "
      "echo two > two; tar cjf a.tbz one; tar cJf b.txz two; "
      "printf 'FROM busybox\\nADD a.tbz b.txz /x/\\n' > Dockerfile; "
      "docker build -t t . >/dev/null; docker run --rm t cat /x/one /x/two");
  CHECK(said.out == "one\ntwo\n");
  CHECK(said.err.empty());
}

TEST_CASE("docker load and import read packed archives") {
  const Said said = type(
      "docker pull busybox >/dev/null; docker save busybox | xz > s.xz; "
      "docker rmi busybox >/dev/null; docker load < s.xz; "
      "docker run --name cc busybox true; "
      "docker export cc | gzip | docker import - flat >/dev/null; "
      "docker run --rm flat /bin/busybox echo well");
  CHECK(said.out == "well\n");
  CHECK(said.err.empty());
}

TEST_CASE("a container with a terminal has it as its console") {
  const Said said = type(
      "docker pull busybox >/dev/null; "
      "docker run -t --rm busybox ls -l /dev/console | cut -c1");
  CHECK(said.out == "c\n");
}

}  // namespace drydock::machine
