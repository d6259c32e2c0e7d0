// life_test.cc — what happens to containers while nobody looks: restarts, logs
// that are bounded, PID 1, datagrams; and images that travel.

#include <catch2/catch.hpp>

#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

TEST_CASE("a restart policy brings a container back, with patience") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run -d --net none --restart on-failure:2 --name fails busybox sh "
      "-c 'echo try; exit 3' >/dev/null; sleep 2; docker logs fails; "
      "docker inspect -f '{{.RestartCount}} {{.State.Status}} "
      "{{.State.ExitCode}}' fails; "
      "docker run -d --net none --restart always --name stays busybox sleep "
      "1000 >/dev/null; kill -9 $(docker inspect -f '{{.State.Pid}}' stays); "
      "sleep 1; docker inspect -f '{{.RestartCount}} {{.State.Running}}' "
      "stays; "
      "docker stop -t 0 stays; sleep 0.5; "
      "docker inspect -f '{{.State.Running}}' stays");
  CHECK(run.out == "try\ntry\ntry\n2 exited 3\n1 true\nstays\nfalse\n");
}

TEST_CASE("a container that is to start again does, under the next daemon") {
  if (skipped()) return;
  World world;
  REQUIRE(world
              .sh("docker run -d --net none --restart always --name again "
                  "busybox sh -c 'echo run; sleep 0.7'")
              .status == 0);
  world.end_daemon(SIGKILL);
  (void)world.sh("sleep 1");
  const Run run = world.sh("docker ps -q | wc -l; sleep 2; docker logs again");
  CHECK(split(trim(run.out), '\n').size() >= 3);
}

TEST_CASE("a log keeps to its bounds, and readers miss nothing", "[log]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run -d --net none --name talk --log-opt max-size=20k --log-opt "
      "max-file=3 busybox sh -c 'i=0; while [ $i -lt 2000 ]; do echo line $i; "
      "i=$((i+1)); done; sleep 1' >/dev/null; docker wait talk >/dev/null; "
      "docker logs talk | tail -1; docker logs talk | head -1; "
      "du -cb $DRYDOCK_ROOT/containers/*/*-json.log* | tail -1 | cut -f1; "
      "ls $DRYDOCK_ROOT/containers/*/*-json.log* | wc -l; "
      "docker logs talk | awk '$2 != last + 1 && NR > 1 { print \"gap\" } "
      "{ last = $2 }'");
  const List lines = split(trim(run.out), '\n');
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "line 1999");
  CHECK(lines[1] != "line 0");
  CHECK(parse_int(lines[2]).value_or(0) <= 3 * (20'480 + 4096));
  CHECK(lines[3] == "3");
}

TEST_CASE("who follows a log that is renamed gets every line", "[log]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run -d --net none --name talk --log-opt max-size=10k --log-opt "
      "max-file=5 busybox sh -c 'i=0; while [ $i -lt 1500 ]; do echo line $i; "
      "i=$((i+1)); [ $((i % 50)) = 0 ] && sleep 0.05; done' >/dev/null; "
      "docker logs -f talk | awk '$2 != NR - 1 { print \"gap at\", NR; exit } "
      "END { print NR }'");
  CHECK(run.out == "1500\n");
}

TEST_CASE(
    "the init of --init reaps, passes signals on and hands the status up") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run --rm --init --net none busybox sh -c "
      "'cat /proc/1/comm; (sleep 0.1 &); sleep 0.5; "
      "grep -l \"State:.Z\" /proc/[0-9]*/status | wc -l; exit 6'; echo $?; "
      "docker run -d --init --net none --name term busybox sleep 1000 "
      ">/dev/null; docker stop -t 9 term; docker wait term; "
      "docker run --rm --init --net none busybox /no/such 2>/dev/null; echo "
      "$?");
  CHECK(run.out == "docker-init\n0\n6\nterm\n143\n127\n");
}

TEST_CASE("an image is saved, removed and loaded again", "[archive]") {
  if (skipped()) return;
  World world;
  const std::string file = world.scratch().path() + "/image.tar";
  const Run run = world.sh(
      "cd " + world.scratch().path() +
      "; docker run --net none --name two busybox sh -c 'echo x > /f; rm "
      "/bin/vi; mkdir /d; chmod 1751 /d'; docker commit -c 'CMD [\"sh\",\"-c\","
      "\"cat /f; ls /bin/vi; stat -c %a /d\"]' two made:1 >/dev/null; "
      "docker rm two >/dev/null; docker save made:1 busybox > image.tar; "
      "docker inspect -f '{{.Id}}' made:1 busybox > ids; "
      "docker rmi made:1 busybox >/dev/null; docker images -q | wc -l; "
      "docker load -q -i image.tar; docker inspect -f '{{.Id}}' made:1 busybox "
      "| cmp - ids && echo same; docker run --rm --net none made:1 "
      "2>/dev/null");
  INFO(run.err);
  CHECK(run.out ==
        "0\nLoaded image: made:1\nLoaded image: busybox:latest\nsame\nx\n"
        "1751\n");
  CHECK(world.garbage().empty());
}
