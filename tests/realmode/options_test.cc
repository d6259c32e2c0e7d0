// options_test.cc — what is asked of a container is done, or refused; nothing
// is passed over in silence.

#include <catch2/catch.hpp>

#include "realmode/backend/limits.h"
#include "realmode/seccomp/profile.h"
#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

TEST_CASE("bounds of devices and of version 1 alone become settings",
          "[options]") {
  engine::Limits limits;
  limits.memory_swappiness = 10;
  limits.oom_kill_disable = true;
  limits.read_bps = {{"/dev/null", 1048576}};
  const auto settings = settings_of(limits);
  REQUIRE(settings);
  REQUIRE(settings->size() == 3);
  CHECK((*settings)[0].v1_file == "memory.swappiness");
  CHECK((*settings)[0].v2_file.empty());
  CHECK((*settings)[2].v1_value == "1:3 1048576");
  CHECK((*settings)[2].v2_value == "1:3 rbps=1048576");
  limits.read_bps = {{"/dev/no-such-disk", 1}};
  CHECK_FALSE(settings_of(limits));
}

TEST_CASE("a seccomp profile that is not understood is refused, not skipped",
          "[options]") {
  CHECK(seccomp_profile(R"({"defaultAction": "SCMP_ACT_ALLOW"})", 0));
  for (const char* const broken :
       {"[]", "{", R"({"defaultAction": "SCMP_ACT_MAYBE"})",
        R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
            {"names": ["mkdir"], "action": "SCMP_ACT_NOTIFY"}]})",
        R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
            {"names": ["mkdir"], "action": "SCMP_ACT_ERRNO",
             "args": [{"index": 9, "value": 1, "op": "SCMP_CMP_EQ"}]}]})"}) {
    INFO(broken);
    CHECK_FALSE(seccomp_profile(broken, 0));
  }
}

TEST_CASE("a seccomp profile of the user's own is the container's filter",
          "[options]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "cd " + world.scratch().path() +
      "; echo '{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":"
      "[\"mkdir\",\"mkdirat\"],\"action\":\"SCMP_ACT_ERRNO\"}]}' > sc.json; "
      "docker run --rm --net none --security-opt seccomp=sc.json busybox "
      "sh -c 'touch /f && mkdir /d'; echo $?");
  CHECK(run.out == "1\n");
  CHECK(run.err.find("Operation not permitted") != std::string::npos);
}

TEST_CASE("a user without a name is in no group that lists nobody") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run --rm --net none -u 1234 --group-add 7 busybox id -G");
  CHECK(run.out == "0 7\n");
}

TEST_CASE("an exec does not make its working directory") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run -d --name box --net none busybox sleep 100 >/dev/null; "
      "docker exec -w /nowhere box pwd; echo $?; "
      "docker exec -w near box pwd; echo $?; docker exec -w /etc box pwd");
  CHECK(run.out.ends_with("126\n/etc\n"));
  CHECK(run.out.find("chdir to cwd (\"/nowhere\")") != std::string::npos);
  CHECK(run.out.find("Cwd must be an absolute path") != std::string::npos);
}

TEST_CASE("shared memory, the choice of the OOM killer and bounds are seen") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run --rm --net none --shm-size 1m --oom-score-adj 300 -m 64m "
      "busybox sh -c 'df -k /dev/shm | tail -1; cat /proc/self/oom_score_adj; "
      "cat /sys/fs/cgroup/memory/memory.limit_in_bytes "
      "/sys/fs/cgroup/memory.max 2>/dev/null; touch /sys/fs/cgroup/x'");
  CHECK(run.out.starts_with("shm "));
  CHECK(run.out.find(" 1024 ") != std::string::npos);
  CHECK(run.out.find("\n300\n") != std::string::npos);
  CHECK(run.err.find("touch: /sys/fs/cgroup/x") != std::string::npos);
}

TEST_CASE("what is mounted on the host later is seen only where it is asked") {
  if (skipped()) return;
  World world;
  const std::string at = world.scratch().path() + "/tree";
  const Run run =
      world.sh("mkdir " + at + "; docker run --rm --net none -v " + at +
               ":/t:rslave busybox true; echo $?; exec unshare -m sh -c '"
               "mount -t tmpfs tmpfs " +
               at + "; mount --make-private " + at + "; grep -c " + at +
               " /proc/self/mountinfo'");
  CHECK(run.out == "125\n1\n");
  CHECK(run.err.find("but it is not a shared or slave mount") !=
        std::string::npos);
}

TEST_CASE("diff passes over what was only touched on the way") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run --name one --net none busybox sh -c 'mkdir /etc/x; rmdir "
      "/etc/x; chmod 1777 /tmp'; docker diff one; echo -; docker run --name "
      "two "
      "--net none busybox sh -c 'ln /etc/passwd /etc/hard; chmod 700 /root'; "
      "docker diff two");
  CHECK(run.out == "-\nC /etc\nA /etc/hard\nC /root\n");
}

TEST_CASE("a copy out of a container is the copier's, and leaves out /proc") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "cd " + world.scratch().path() +
      "; docker run -d --name box --net none busybox sh -c 'echo f > /f; "
      "chown 1:1 /f; sleep 100' >/dev/null; sleep 0.3; docker cp box:/f f; "
      "stat -c %u f; docker cp box:/proc/version v; echo $?; "
      "docker cp f box:/etc/hosts; docker exec box head -1 /etc/hosts; "
      "docker export box | tar t | grep -c '^proc/'");
  CHECK(run.out == "0\n1\n127.0.0.1\tlocalhost\n1\n");
  CHECK(run.err.find("device or resource busy") != std::string::npos);
}

TEST_CASE("why a container gave up is told, not that it has no network") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "name=$(head -c 70 /dev/zero | tr '\\0' a); "
      "for i in 1 2 3 4 5 6 7 8; do docker run --rm -h $name busybox true 2>&1 "
      "| grep -c 'sethostname: invalid argument'; done");
  CHECK(run.out == "1\n1\n1\n1\n1\n1\n1\n1\n");
  CHECK(world.garbage().empty());
}

TEST_CASE("a container on the bridge starts again at once") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "ip link set lo up; docker run -d --name box busybox sleep 100 "
      ">/dev/null; for i in 1 2 3 4 5; do docker restart -t 0 box; done");
  CHECK(run.out == "box\nbox\nbox\nbox\nbox\n");
}

TEST_CASE("a published port behind which nobody listens hangs up") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "ip link set lo up; docker run -d --name box -p 18099:80 busybox sleep "
      "100 >/dev/null; timeout 5 busybox wget -qO- http://127.0.0.1:18099/; "
      "echo $?");
  CHECK(run.out == "1\n");
}
