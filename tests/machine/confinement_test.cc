// confinement_test.cc — what a container may not, and how much it may have:
// capabilities, seccomp, cgroups, devices, as seen from inside.

#include <catch2/catch.hpp>

#include "tests/machine/host.h"

namespace drydock::machine {

namespace {

constexpr const char* kNew = "docker-20.10";

std::string inside(const std::string& flags, const std::string& script) {
  return shared_host(kNew).out("docker run --rm " + flags + " busybox sh -c '" +
                               script + "' 2>&1");
}

}  // namespace

TEST_CASE("a number is an id in 20.10, whoever is called so; 1.8 asks passwd") {
  const std::string script =
      "docker run --name digits busybox sh -c 'echo 1000:x:5:6::/: >> "
      "/etc/passwd; echo 1000:x:7: >> /etc/group' && docker commit digits "
      "digits >/dev/null; for u in 1000 1000:1000 5; do docker run --rm -u $u "
      "digits sh -c 'id -u; id -g'; done; docker rm digits; docker rmi digits "
      ">/dev/null";
  CHECK(Host(kNew).out(script) == "1000\n0\n1000\n1000\n5\n6\ndigits\n");
  CHECK(Host("docker-1.8").out(script) == "5\n6\n5\n7\n5\n6\ndigits\n");
}

TEST_CASE(
    "a container's root has fourteen capabilities, and those that flags "
    "say") {
  struct Row {
    const char *flags, *effective;
  };
  static const Row kRows[] = {
      {"", "00000000a80425fb"},
      {"-u 1000", "0000000000000000"},
      {"--cap-drop all", "0000000000000000"},
      {"--cap-drop all --cap-add net_admin", "0000000000001000"},
      {"--cap-add CAP_SYS_ADMIN", "00000000a82425fb"},
      {"--privileged", "000001ffffffffff"},
  };
  for (const Row& row : kRows) {
    INFO(row.flags);
    CHECK(inside(row.flags, "grep CapEff /proc/self/status") ==
          std::string("CapEff:\t") + row.effective + "\n");
  }
}

TEST_CASE("a capability that is gone is a call that is refused") {
  CHECK(inside("--cap-drop CHOWN", "chown 5 /tmp") ==
        "chown: /tmp: Operation not permitted\n");
  CHECK(inside("--cap-drop MKNOD", "mknod /tmp/n c 1 3") ==
        "mknod: /tmp/n: Operation not permitted\n");
  CHECK(inside("--cap-drop SYS_CHROOT", "chroot / true; echo $?")
            .ends_with("1\n"));
  CHECK(inside("", "hostname x") ==
        "hostname: sethostname: Operation not permitted\n");
  CHECK(inside("--cap-add SYS_ADMIN", "hostname x; hostname") == "x\n");
}

TEST_CASE("an unknown capability is refused by its name") {
  CHECK(shared_host(kNew).err("docker run --cap-add BOGUS busybox true") ==
        "docker: Error response from daemon: invalid CapAdd: unknown "
        "capability: \"CAP_BOGUS\".\nSee 'docker run --help'.\n");
  CHECK(shared_host("docker-1.8")
            .err("docker run --rm --cap-add BOGUS busybox true")
            .find("Unknown capability to add: \"BOGUS\"") != std::string::npos);
}

TEST_CASE("a shell that outgrows its cgroup is killed, and the engine knows") {
  for (const char* const profile : {"docker-1.8", kNew}) {
    Host& host = shared_host(profile);
    CHECK(host.type("docker run --name oom -m 16m busybox sh -c 'x=a; while "
                    ":; do x=$x$x; done'")
              .status == 137);
    CHECK(host.out("docker inspect -f '{{.State.OOMKilled}} "
                   "{{.State.ExitCode}}' oom") == "true 137\n");
    CHECK(host.out("docker run --rm busybox sh -c 'x=a; while [ ${#x} -lt "
                   "100000 ]; do x=$x$x; done; echo ${#x}'") == "131072\n");
  }
}

TEST_CASE("the oom event comes before die") {
  Host& host = shared_host(kNew);
  host.type(
      "docker run --name oom -m 16m busybox sh -c 'x=a; while :; do "
      "x=$x$x; done'");
  const std::string events = host.out(
      "docker events --since 0 --until $(date +%s) -f container=oom --format "
      "'{{.Action}}'");
  const std::size_t oom = events.find("oom\n"), die = events.find("die\n");
  CHECK(oom != std::string::npos);
  CHECK(die != std::string::npos);
  CHECK(oom < die);
}

TEST_CASE("a --pids-limit counts processes, and fork fails beyond it") {
  CHECK(inside("--pids-limit 3", "sleep 9 & sleep 9 & sleep 9 & echo no") ==
        "sh: can't fork: Resource temporarily unavailable\n");
}

TEST_CASE("a container reads its own bounds in /sys/fs/cgroup") {
  CHECK(inside("-m 64m", "cat /sys/fs/cgroup/memory/memory.limit_in_bytes") ==
        "67108864\n");
  CHECK(inside("--cpus 0.5", "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us") ==
        "50000\n");
  CHECK(shared_host("docker-20.10")
            .out("docker run --rm --cpuset-cpus 0 debian nproc") == "1\n");
  CHECK(inside("--pids-limit 20", "cat /sys/fs/cgroup/pids/pids.max") ==
        "20\n");
}

TEST_CASE("docker update changes a running container's bounds") {
  Host& host = shared_host(kNew);
  host.type("docker run -d --name up -m 32m busybox sleep 1000");
  CHECK(host.out("docker update -m 64m --memory-swap 64m up; docker exec up "
                 "cat /sys/fs/cgroup/memory/memory.limit_in_bytes") ==
        "up\n67108864\n");
}

TEST_CASE("ulimits are those that were asked for") {
  CHECK(inside("--ulimit nofile=100:200", "ulimit -n; ulimit -Hn") ==
        "100\n200\n");
  CHECK(inside("--ulimit nproc=50",
               "grep processes /proc/self/limits | tr -s \" \"") ==
        "Max processes 50 50 processes \n");
}

TEST_CASE("/proc/sys can only be read, /proc/kcore and its kin are hidden") {
  CHECK(inside("", "echo 1 > /proc/sys/vm/swappiness") ==
        "sh: can't create /proc/sys/vm/swappiness: Read-only file system\n");
  CHECK(inside("", "ls /sys/firmware | wc -l; cat /proc/keys | wc -c") ==
        "0\n0\n");
  CHECK(inside("--privileged", "echo 1 > /proc/sys/vm/swappiness; echo $?") ==
        "0\n");
}

TEST_CASE("devices: only the usual ones, and those that --device brings") {
  CHECK(inside("", "mknod /tmp/sda b 8 0; cat /tmp/sda") ==
        "cat: can't open '/tmp/sda': Operation not permitted\n");
  CHECK(inside("--device /dev/fuse:/dev/xfuse:r", "ls /dev/xfuse") ==
        "/dev/xfuse\n");
}

TEST_CASE("a seccomp profile takes calls away") {
  Host& host = shared_host(kNew);
  host.type(
      "echo '{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":"
      "[\"mkdir\"],\"action\":\"SCMP_ACT_ERRNO\"}]}' > /root/sc.json");
  CHECK(host.err("docker run --rm --security-opt seccomp=/root/sc.json busybox "
                 "mkdir /x") ==
        "mkdir: can't create directory '/x': Operation not permitted\n");
  CHECK(inside("--security-opt seccomp=unconfined",
               "grep Seccomp: /proc/self/status") == "Seccomp:\t0\n");
}

TEST_CASE("a health check makes a container healthy, or not") {
  Host& host = shared_host(kNew);
  host.type(
      "docker run -d --name hale --health-cmd 'test -f /ok' "
      "--health-interval 1s --health-retries 2 busybox sleep 1000");
  CHECK(
      host.out("docker ps --format '{{.Status}}'").find("(health: starting)") !=
      std::string::npos);
  CHECK(
      host.out("sleep 3; docker inspect -f '{{.State.Health.Status}}' hale") ==
      "unhealthy\n");
  CHECK(host.out("docker exec hale touch /ok; sleep 2; docker inspect -f "
                 "'{{.State.Health.Status}} {{.State.Health.FailingStreak}}' "
                 "hale") == "healthy 0\n");
}

TEST_CASE("what drydock does not model is refused by its own name") {
  struct Row {
    const char *flags, *complaint;
  };
  static const Row kRows[] = {
      {"--ip6 ::1", "drydock: --ip6 is not modelled"},
      {"--link-local-ip 169.254.1.1",
       "drydock: --link-local-ip is not "
       "modelled"},
      {"--platform linux/arm64",
       "drydock: --platform linux/arm64 is not "
       "modelled"},
      {"--disable-content-trust=false",
       "drydock: --disable-content-trust=false is not modelled"},
      {"--gpus all",
       "could not select device driver \"\" with capabilities: [[gpu]]"},
      {"--storage-opt size=1g",
       "--storage-opt is supported only for overlay "
       "over xfs with 'pquota' mount option"},
  };
  for (const Row& row : kRows) {
    INFO(row.flags);
    const Told typed = shared_host(kNew).type(
        "docker run --rm " + std::string(row.flags) + " busybox true");
    CHECK(typed.err.find(row.complaint) != std::string::npos);
    CHECK(typed.status == 125);
  }
}

}  // namespace drydock::machine
