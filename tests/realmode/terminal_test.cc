// terminal_test.cc — people at terminals: -t, detach keys, attach, sizes.

#include "tests/realmode/terminal.h"

#include <catch2/catch.hpp>

#include "sim/base/text.h"

using namespace drydock;
using namespace drydock::realmode;

TEST_CASE("a container with -it is a terminal of its own", "[terminal]") {
  if (skipped()) return;
  World world;
  Person person(world,
                "docker run --rm -it --net none -h desk busybox sh; echo "
                "status $?",
                30, 100);
  person.read_to("# ");
  person.type("tty; stty size; echo $TERM; hostname\n");
  const std::string said = person.read_to("desk\n");
  CHECK(said.find("/dev/pts/0\n30 100\nxterm\n") != std::string::npos);
  person.resize(40, 120);
  person.type("sleep 0.3; stty size\n");
  CHECK(person.read_to("40 120\n").ends_with("40 120\n"));
  person.type("cat\n");
  person.type("echoed\n");
  person.read_to("echoed\nechoed\n");
  person.type("\x03");  // ^C ends cat, and not the shell.
  person.read_to("^C");
  person.read_to("# ");
  person.type("exit 7\n");
  CHECK(person.read_to("status 7").ends_with("status 7"));
  CHECK(person.end() == 0);
  CHECK(world.garbage().empty());
}

TEST_CASE("the detach keys leave a container running", "[terminal]") {
  if (skipped()) return;
  World world;
  Person person(world,
                "docker run -it --net none --name shell busybox sh; echo left");
  person.read_to("# ");
  person.type("echo $((40+2))\n");
  person.read_to("42\n");
  person.type("\x10\x11");  // ^P^Q
  CHECK(person.read_to("left").ends_with("left"));
  CHECK(person.end() == 0);
  CHECK(world.sh("docker inspect -f '{{.State.Running}}' shell").out ==
        "true\n");
  Person again(world, "docker attach shell; echo status $?");
  again.type("echo $((40+3))\n");
  CHECK(again.read_to("43\n").ends_with("43\n"));
  Person beside(world, "docker exec -it shell sh; echo out");
  beside.read_to("# ");
  beside.type("tty; echo $((40+4))\n");
  CHECK(beside.read_to("44\n").find("/dev/pts/1") != std::string::npos);
  beside.type("exit\n");
  beside.read_to("out");
  again.type("exit 4\n");
  CHECK(again.read_to("status 4").ends_with("status 4"));
}

TEST_CASE("two at one terminal see the same", "[terminal]") {
  if (skipped()) return;
  World world;
  REQUIRE(world.sh("docker run -dit --net none --name two busybox sh").status ==
          0);
  Person first(world, "docker attach two"), second(world, "docker attach two");
  (void)world.sh("sleep 0.5");
  first.type("echo $((5*5))\n");
  CHECK(first.read_to("25\n").ends_with("25\n"));
  CHECK(second.read_to("25\n").ends_with("25\n"));
  second.type("echo $((6*6))\n");
  CHECK(first.read_to("36\n").ends_with("36\n"));
  CHECK(second.read_to("36\n").ends_with("36\n"));
  // A terminal outlives a daemon; who was there has to come again.
  world.end_daemon(SIGKILL);
  Person third(world, "docker attach two; echo status $?");
  third.type("echo $((7*7))\n");
  CHECK(third.read_to("49\n").ends_with("49\n"));
  third.type("exit 3\n");
  CHECK(third.read_to("status 3").ends_with("status 3"));
}

TEST_CASE("^C in front of run without -t reaches the container", "[terminal]") {
  if (skipped()) return;
  World world;
  Person person(world,
                "docker run --rm --net none busybox sh -c 'trap \"echo int; "
                "exit 9\" INT; echo up; while :; do sleep 0.1; done'; "
                "echo status $?");
  person.read_to("up\n");
  person.type("\x03");
  CHECK(person.read_to("status 9").find("int\n") != std::string::npos);
}

TEST_CASE("logs -f follows to the end, and ^C leaves it", "[terminal]") {
  if (skipped()) return;
  World world;
  REQUIRE(world
              .sh("docker run -d --net none --name talk busybox sh -c "
                  "'i=0; while [ $i -lt 1000 ]; do echo line $i; i=$((i+1)); "
                  "sleep 0.05; done'")
              .status == 0);
  Person person(world, "docker logs -f talk; echo status $?");
  person.read_to("line 8\n");
  person.type("\x03");
  person.read_to("status");
  CHECK(world.sh("docker inspect -f '{{.State.Running}}' talk").out ==
        "true\n");
  CHECK(world
            .sh("docker logs --tail 1 -f talk | head -3 | wc -l & "
                "sleep 0.5; docker kill talk >/dev/null; wait")
            .out == "3\n");
}

TEST_CASE("a client whose output nobody reads ends as by SIGPIPE, in silence") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "exec 3>&1; { docker save busybox; echo $? >&3; } | head -c 1 "
      ">/dev/null; "
      "{ docker run --name yy --net none busybox yes; echo $? >&3; } | head -n "
      "1 >/dev/null; docker inspect -f '{{.State.Running}}' yy; "
      "docker rm -f yy");
  CHECK(run.err.empty());
  CHECK(run.out == "141\n141\ntrue\nyy\n");
  CHECK(world.garbage().empty());
}
