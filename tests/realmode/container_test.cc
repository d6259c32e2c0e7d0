// container_test.cc — real containers, from outside: the docker command.

#include <catch2/catch.hpp>

#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

TEST_CASE("a container runs, prints, and tells how it ended", "[container]") {
  if (skipped()) return;
  World world;
  Run run = world.sh("docker run --rm busybox echo hi");
  CHECK(run.out == "hi\n");
  CHECK(run.err.empty());
  CHECK(run.status == 0);
  run = world.sh("docker run --rm busybox sh -c 'echo bad >&2; exit 7'");
  CHECK(run.err == "bad\n");
  CHECK(run.status == 7);
  CHECK(world.sh("docker run --rm busybox /no/such").status == 127);
  CHECK(world.sh("docker run --rm busybox /etc").status == 126);
  CHECK(world.sh("docker run --rm -u nobody-here busybox true").status == 125);
}

TEST_CASE("each container sees itself alone", "[container]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run --rm --net none -h alone busybox sh -c "
      "'hostname; echo $$; ls /sys/class/net; mount | grep -c overlay; "
      "cat /proc/self/cgroup | grep ^0'");
  CHECK(run.out == "alone\n1\nlo\n1\n0::/\n");
}

TEST_CASE("what a container writes is its own, and diff tells of it") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run --net none --name one busybox sh -c "
      "'echo x > /new; rm /bin/vi; echo y >> /etc/passwd'; "
      "docker diff one; docker commit one two >/dev/null; "
      "docker run --rm --net none two sh -c 'cat /new; ls /bin/vi'; "
      "docker run --rm --net none busybox ls /bin/vi");
  CHECK(run.out ==
        "C /bin\nD /bin/vi\nC /etc\nC /etc/passwd\nA /new\nx\n/bin/vi\n");
}

TEST_CASE("input goes in, and its end is seen") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "printf 'a\\nb\\n' | docker run --rm -i --net none busybox wc -l");
  CHECK(trim(run.out) == "2");
}

TEST_CASE("a detached container is logged, entered, stopped and removed") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run -d --net none --name det busybox sh -c "
      "'trap \"echo bye; exit 3\" TERM; echo up; while :; do sleep 0.1; done' "
      ">/dev/null; "
      "docker exec det echo inside; docker exec det sh -c 'exit 5'; echo $?; "
      "docker stop -t 5 det; docker logs det; docker wait det; docker rm det");
  CHECK(run.out == "inside\n5\ndet\nup\nbye\n3\ndet\n");
}

TEST_CASE("a paused container stands still and goes on") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run -d --net none --name pau busybox sleep 100 >/dev/null; "
      "docker pause pau; docker ps --format '{{.Status}}'; "
      "docker unpause pau; docker kill pau; docker wait pau");
  CHECK(run.out.find("(Paused)") != std::string::npos);
  CHECK(run.out.ends_with("pau\npau\n137\n"));
}

TEST_CASE("volumes outlive containers, and start with the image's files") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run --net none --rm -v data:/etc busybox sh -c "
      "'cat /etc/group | head -1; echo kept > /etc/mine'; "
      "docker run --net none --rm -v data:/d:ro busybox sh -c "
      "'cat /d/mine; touch /d/x'");
  CHECK(run.out == "root:x:0:\nkept\n");
  CHECK(run.err.find("Read-only file system") != std::string::npos);
}

TEST_CASE("memory and processes are bounded") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run --net none --rm -m 16m busybox sh -c "
      "'tail -c 100m /dev/zero | wc -c' ; echo $?; "
      "docker run --net none --name oom -m 16m busybox tail /dev/zero; "
      "echo $?; docker inspect -f '{{.State.OOMKilled}}' oom");
  CHECK(run.out.ends_with("137\ntrue\n"));
}

TEST_CASE("containers on the bridge reach each other and are published") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "ip link set lo up; "
      "docker run -d --name web -p 18080:80 busybox sh -c "
      "'echo page > /tmp/index.html; exec httpd -f -p 80 -h /tmp' >/dev/null; "
      "sleep 0.5; docker run --rm --link web:w busybox wget -qO- http://w/; "
      "busybox wget -qO- http://127.0.0.1:18080/");
  CHECK(run.out == "page\npage\n");
}

TEST_CASE("a port that another process has is refused by name") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "ip link set lo up; busybox nc -lp 18093 & sleep 0.5; "
      "docker run --rm -p 18093:80 busybox true; echo $?; kill $!");
  CHECK(run.out == "125\n");
  CHECK(run.err.find("0.0.0.0:18093") != std::string::npos);
  CHECK(run.err.find("address already in use") != std::string::npos);
}

TEST_CASE("copies go both ways") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "cd " + world.scratch().path() +
      "; echo in > file; docker create --name cop busybox cat /tmp/file "
      ">/dev/null; docker cp file cop:/tmp/; docker start -a cop; "
      "docker cp cop:/etc/group out; head -1 out");
  CHECK(run.out == "in\nroot:x:0:\n");
}

TEST_CASE("a Dockerfile is built with real containers") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "mkdir -p " + world.scratch().path() + "/ctx; cd " +
      world.scratch().path() +
      "/ctx; echo hello > greeting; "
      "printf 'FROM busybox\\nCOPY greeting /g\\nRUN tr a-z A-Z < /g > /G\\n"
      "CMD [\"cat\", \"/G\"]\\n' > Dockerfile; "
      "docker build -q -t shout . >/dev/null; docker run --rm --net none "
      "shout");
  CHECK(run.out == "HELLO\n");
}
