// daemon_test.cc — daemons come and go; containers and records stay.

#include <catch2/catch.hpp>

#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

TEST_CASE("the next daemon knows what the last one knew", "[daemon]") {
  if (skipped()) return;
  World world;
  const std::string ask =
      "docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.Image}}'; "
      "docker images --no-trunc --format '{{.ID}} {{.Repository}}'; "
      "docker volume ls -q; docker inspect one two keep busybox; "
      "docker history -q --no-trunc new";
  Run run = world.sh(
      "docker create --name one -e A=b -v data:/d -p 80 -m 32m busybox true; "
      "docker run --net none --name two busybox sh -c 'echo x > /f; exit 3'; "
      "docker commit -c 'CMD [\"cat\", \"/f\"]' two new; "
      "docker tag new other:1; docker run -d --net none --name keep busybox "
      "sleep 1000; docker rename keep kept; docker rename kept keep");
  INFO(run.err);
  const Run before = world.sh(ask);
  CHECK(before.err.empty());
  world.end_daemon(SIGKILL);
  CHECK(world.sh(ask).out == before.out);
  world.end_daemon(SIGTERM);
  run = world.sh(
      "docker run --rm --net none other:1; docker start -a two; "
      "echo $?; docker rm -f one two keep; docker ps -aq");
  CHECK(run.out == "x\n3\none\ntwo\nkeep\n");
  CHECK(world.garbage().empty());
}

TEST_CASE("a running container is adopted, whole", "[daemon]") {
  if (skipped()) return;
  World world;
  const Run begun = world.sh(
      "docker run -d --net none --name run busybox sh -c "
      "'trap \"echo bye; exit 5\" TERM; i=0; "
      "while :; do echo $i; i=$((i+1)); sleep 0.05; done'");
  REQUIRE(begun.status == 0);
  world.end_daemon(SIGKILL);
  (void)world.sh("sleep 0.3");
  Run run = world.sh("docker exec run echo inside; docker ps -q | wc -l");
  CHECK(run.out == "inside\n1\n");
  run = world.sh(
      "docker logs -f run > log & docker wait run > code & sleep 0.3; "
      "docker stop -t 5 run; wait; cat code; tail -1 log; "
      "grep -v bye log | awk '$1 != NR - 1 { print \"lost\", NR }'; rm log "
      "code; "
      "docker inspect -f '{{.State.ExitCode}} {{.State.Running}}' run");
  CHECK(run.out == "run\n5\nbye\n5 false\n");
  CHECK(world.garbage().empty());
}

TEST_CASE("a container that ended alone has its exit code and its log") {
  if (skipped()) return;
  World world;
  REQUIRE(world
              .sh("docker run -d --net none --name run busybox sh -c "
                  "'sleep 0.5; echo last words; exit 9'; "
                  "docker run -d --rm --net none busybox sleep 0.5")
              .status == 0);
  world.end_daemon(SIGKILL);
  (void)world.sh("sleep 0.8");
  const Run run = world.sh(
      "docker wait run; docker logs run; docker ps -aq | wc -l; "
      "docker inspect -f '{{.State.Status}}' run");
  CHECK(run.out == "9\nlast words\n1\nexited\n");
  CHECK(world.garbage().empty());
}

TEST_CASE("a container whose shim was killed has died, and is gone") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "id=$(docker run -d --net none --name run busybox sleep 1087); "
      "kill -9 $(ps ax -o pid,args | awk \"/[d]rydock-shim $id/{print "
      "\\$1}\"); "
      "docker wait run");
  CHECK(run.out == "137\n");
  CHECK(trim(world.sh("ps ax | grep -c '[s]leep 1087'").out) == "0");
  CHECK(world.garbage().empty());
}

TEST_CASE("published ports and links are there again", "[daemon][network]") {
  if (skipped()) return;
  World world;
  REQUIRE(world
              .sh("ip link set lo up; docker run -d --name web -p 18181:80 "
                  "busybox sh -c 'echo page > /tmp/index.html; exec httpd -f "
                  "-p 80 -h /tmp'")
              .status == 0);
  world.end_daemon(SIGKILL);
  const Run run = world.sh(
      "docker run --rm --link web:w busybox wget -qO- http://w/; "
      "busybox wget -qO- http://127.0.0.1:18181/; docker port web; "
      "docker rm -f web");
  INFO(run.err);
  CHECK(run.out == "page\npage\n80/tcp -> 0.0.0.0:18181\nweb\n");
  CHECK(world.garbage().empty());
}

TEST_CASE("an idle daemon goes, and is not missed", "[daemon]") {
  if (skipped()) return;
  World world;
  world.end_daemon(SIGTERM);
  const Run run = world.sh(
      "export DRYDOCK_IDLE=1; docker create --name one busybox true "
      ">/dev/null; "
      "pid=$(cat $DRYDOCK_ROOT/daemon.pid); sleep 3; kill -0 $pid 2>/dev/null "
      "|| echo gone; ls $DRYDOCK_ROOT/drydock.sock 2>/dev/null; "
      "docker ps -aq | wc -l");
  CHECK(run.out == "gone\n1\n");
}

TEST_CASE("there is one daemon for a root", "[daemon]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(DRYDOCK_BINARY_DIR
                           "/drydock daemon --root $DRYDOCK_ROOT --profile "
                           "docker-20.10");
  CHECK(run.status == 1);
  CHECK(run.err.find("another daemon is at work") != std::string::npos);
}

TEST_CASE("gc tells what no record knows, and removes it", "[gc]") {
  if (skipped()) return;
  World world;
  CHECK(world.garbage().empty());
  const Run made = world.sh(
      "mkdir -p $DRYDOCK_ROOT/containers/abc $DRYDOCK_ROOT/layers/def/diff "
      "$DRYDOCK_ROOT/volumes/ghi; touch $DRYDOCK_ROOT/what; "
      "docker run -d --net none --name kept busybox sleep 1157");
  INFO(made.err);
  const std::string found = world.garbage();
  for (const std::string_view name :
       {"/containers/abc\n", "/layers/def\n", "/volumes/ghi\n", "/what\n"}) {
    CHECK(found.find(name) != std::string::npos);
  }
  CHECK(split(trim(found), '\n').size() == 4);
  CHECK(world.sh(DRYDOCK_BINARY_DIR "/drydock gc").status == 0);
  CHECK(world.garbage().empty());
  CHECK(trim(world.sh("docker ps -q | wc -l").out) == "1");
  // Without its record, the container that runs is garbage, too.
  world.end_daemon(SIGKILL);
  const Run lost =
      world.sh("rm $DRYDOCK_ROOT/drydock.db*; " DRYDOCK_BINARY_DIR
               "/drydock gc; " DRYDOCK_BINARY_DIR "/drydock gc --check");
  CHECK(lost.out.find("removed process") != std::string::npos);
  CHECK(lost.out.find("removed cgroup") != std::string::npos);
  CHECK(lost.status == 0);
  CHECK(trim(world.sh("ps ax | grep -c '[s]leep 1157'").out) == "0");
}
