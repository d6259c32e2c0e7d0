// privilege_test.cc — what a container may see and touch of its machine, with
// and without --privileged.

#include <catch2/catch.hpp>

#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

TEST_CASE("a container sees its own cgroup, and only looks", "[attack]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run --rm --net none busybox sh -c '"
      "grep -c \"cgroup2 /sys/fs/cgroup cgroup2 ro,\" /proc/mounts; "
      "grep -c ^1$ /sys/fs/cgroup/cgroup.procs; "
      "ls /sys/fs/cgroup | grep -c drydock; "
      "{ mkdir /sys/fs/cgroup/mine; echo 1 > /sys/fs/cgroup/cgroup.freeze; "
      "echo max > /sys/fs/cgroup/pids.max; mount -o remount,rw /sys/fs/cgroup; "
      "umount /sys/fs/cgroup; } 2>/dev/null || echo refused'");
  CHECK(run.out == "1\n1\n0\nrefused\n");
  // With the host's network, /sys is the host's: but not its trees of groups.
  const Run host = world.sh(
      "docker run --rm --net host busybox sh -c '"
      "cd /sys/fs/cgroup; ls -d memory unified systemd 2>/dev/null; "
      "touch /sys/fs/cgroup/x 2>/dev/null || echo refused; "
      "echo 0 > /sys/kernel/profiling 2>/dev/null || echo refused; "
      "ls /sys/kernel/debug /sys/kernel/security | grep -v : | wc -w'");
  CHECK(host.out == "refused\nrefused\n0\n");
}

TEST_CASE(
    "release_agent is not to be had, not in a user namespace either "
    "(CVE-2022-0492)",
    "[attack]") {
  if (skipped()) return;
  World world;
  const std::string tools =
      " -v /usr/bin/unshare:/unshare:ro -v /lib:/lib:ro -v /lib64:/lib64:ro ";
  const std::string attack =
      "/unshare -UrmC sh -c \"mkdir -p /tmp/groups; mount -t cgroup -o memory "
      "none /tmp/groups && echo /tmp/x > /tmp/groups/release_agent && echo "
      "written\"";
  const Run plain = world.sh("docker run --rm --net none" + tools +
                             "busybox sh -c '" + attack + "'");
  CHECK(plain.status != 0);
  CHECK(plain.out.find("written") == std::string::npos);
  CHECK(plain.err.find("unshare failed") != std::string::npos);
  // Without the filter the kernel's own check is what is left.
  const Run open =
      world.sh("docker run --rm --net none --security-opt seccomp=unconfined" +
               tools + "busybox sh -c '" + attack + "'");
  CHECK(open.out.find("written") == std::string::npos);
  // CAP_SYS_ADMIN without the rest of --privileged, as the first exploit had.
  const Run admin = world.sh(
      "docker run --rm --net none --cap-add SYS_ADMIN" + tools +
      "busybox sh -c 'echo 1 > /sys/fs/cgroup/cgroup.freeze 2>/dev/null || "
      "echo refused; ls /sys/fs/cgroup/release_agent 2>&1 | grep -o "
      "\"No such file\"'");
  CHECK(admin.out == "refused\nNo such file\n");
}

TEST_CASE("a privileged container has the host's devices, unmasked",
          "[privileged]") {
  if (skipped()) return;
  World world;
  const std::string count =
      "find /dev -xdev -type b -o -xdev -type c | grep -v -e /dev/pts/ -e "
      "/dev/console -e ptmx | wc -l";
  const Run run = world.sh(
      "docker run --rm --net none --privileged busybox sh -c '" + count +
      "; mkdir /tmp/m; mount -t tmpfs none /tmp/m && echo mounted; "
      "stat -c %t:%T /dev/kmsg; head -c 1 /dev/kmsg | wc -c; "
      "grep -c -e \" /proc/kcore \" -e \" /proc/sys \" /proc/mounts; "
      "grep -c \" /sys sysfs rw\" /proc/mounts; "
      "mkdir /sys/fs/cgroup/mine && rmdir /sys/fs/cgroup/mine && echo made; "
      "grep ^Seccomp: /proc/self/status | tr -dc 0-9'");
  INFO(run.err);
  const List lines = split(run.out, '\n');
  REQUIRE(lines.size() == 8);
  const Run here = world.sh(count);
  // Docker's own six are in both, or the host lacks some of them.
  const std::int64_t host = parse_int(trim(here.out)).value_or(0);
  const std::int64_t there = parse_int(lines[0]).value_or(0);
  CHECK(there >= host);
  CHECK(there <= host + 6);
  CHECK(lines[1] == "mounted");
  CHECK(lines[2] == "1:b");
  CHECK(lines[3] == "1");
  CHECK(lines[4] == "0");
  CHECK(lines[5] == "1");
  CHECK(lines[6] == "made");
  CHECK(lines[7] == "0");
  // The others have Docker's six, and no door to the kernel's log.
  const Run plain = world.sh("docker run --rm --net none busybox sh -c '" +
                             count + "; ls /dev/kmsg 2>/dev/null'");
  CHECK(plain.out == "6\n");
}

TEST_CASE("namespaces of another container are shared on demand", "[share]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run -d --name donor --net none --ipc shareable busybox sleep "
      "1234 "
      ">/dev/null; "
      "docker run --rm --net none --pid container:donor busybox ps | "
      "grep -c 'sleep 123[4]'; "
      "docker run --rm --net none --ipc container:donor busybox readlink "
      "/proc/self/ns/ipc > /tmp/ipc; docker exec donor readlink "
      "/proc/self/ns/ipc | cmp - /tmp/ipc && echo same; "
      "docker rm -f donor; rm /tmp/ipc");
  INFO(run.err);
  CHECK(run.out == "1\nsame\ndonor\n");
}

TEST_CASE("each namespace may be another container's", "[share]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "for n in net ipc pid; do docker run -d --name $n --net none --ipc "
      "shareable busybox sleep 1000 >/dev/null; done; "
      "for n in net ipc pid; do docker exec $n readlink /proc/self/ns/$n; done "
      "> there; "
      "docker run --rm --net container:net --ipc container:ipc --pid "
      "container:pid busybox sh -c 'for n in net ipc pid; do readlink "
      "/proc/self/ns/$n; done; ps | grep -c \"sleep 100[0]\"' > here; "
      "tail -1 here; sed -i '$d' here; cmp here there && echo same; rm here "
      "there; "
      "docker rm -f net ipc pid");
  INFO(run.err);
  CHECK(run.out == "1\nsame\nnet\nipc\npid\n");
  CHECK(world.garbage().empty());
}

TEST_CASE("a container's cgroup is its root, or the host's on demand",
          "[share]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "for w in '' '--cgroupns private' '--cgroupns host'; do docker run --rm "
      "--net none $w busybox sh -c 'sed -n s/^0:://p /proc/self/cgroup' | tr "
      "0-9a-f x | tr -s x; done; "
      "docker run -d --net none --name gg --cgroupns host busybox sleep 100 "
      ">/dev/null; docker inspect -f '{{.HostConfig.CgroupnsMode}}' gg; "
      "docker exec gg readlink /proc/self/ns/cgroup > /tmp/in; "
      "readlink /proc/self/ns/cgroup | cmp - /tmp/in && echo same; "
      "docker run -d --net none --name pp busybox sleep 100 >/dev/null; "
      "docker inspect -f '{{.HostConfig.CgroupnsMode}}' pp; rm /tmp/in");
  INFO(run.err);
  CHECK(run.out == "/\n/\n/xryxoxk-x/x\nhost\nsame\nprivate\n");
}

TEST_CASE("the small print of a run is carried out", "[run]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run --rm --net none --shm-size 8m --oom-score-adj 300 busybox "
      "sh -c 'df -m /dev/shm | tail -1 | awk \"{ print \\$2 }\"; "
      "cat /proc/self/oom_score_adj'; "
      "docker run --rm --net none --security-opt systempaths=unconfined "
      "busybox grep -c ' /proc/kcore ' /proc/mounts; "
      "docker run --rm --net none --device-cgroup-rule 'c 10:237 r' busybox sh "
      "-c 'mknod /tmp/k c 10 237; : < /tmp/k && echo open'; "
      "docker run --rm --net none busybox sh -c 'mknod /tmp/k c 10 237; "
      "(: < /tmp/k) 2>/dev/null || echo shut'");
  INFO(run.err);
  CHECK(run.out == "8\n300\n0\nopen\nshut\n");
}
