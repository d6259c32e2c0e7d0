// explain_test.cc — what is told of the kernel: the calls that were made, and
// those that would be.

#include <catch2/catch.hpp>

#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

constexpr char kDrydock[] = DRYDOCK_BINARY_DIR
    "/drydock --world real --root $DRYDOCK_ROOT --profile "
    "docker-20.10 ";

/// Whether the text has all of these, in this order; the first one that it
/// has not.
std::string missing(const std::string& text, const List& parts) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    at = text.find(part, at);
    if (at == std::string::npos) return part;
    at += part.size();
  }
  return "";
}

}  // namespace

TEST_CASE("explain tells each call of a start in order, and its undoing",
          "[explain]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "ip link set lo up; " + std::string(kDrydock) +
      "--explain docker run --rm -p 18500:80 -v /data busybox echo hi");
  CHECK(run.out == "hi\n");
  INFO(run.err);
  // clang-format off
  CHECK(missing(run.err, {
      "| mkdir(\"", "| bpf(BPF_PROG_ATTACH, ", "| vfork() = ",
      "| shim: clone3(CLONE_NEWNS|", "| netlink RTM_NEWLINK dd", "type veth",
      "| netlink RTM_NEWADDR 172.17.0.2/16", "| netlink RTM_NEWROUTE default",
      "| bind(", "tcp 0.0.0.0:18500)",
      "| container: fsopen(\"overlay\") = ", "\"upperdir\"", "move_mount(",
      "| container: open_tree(AT_FDCWD, ", "| container: pivot_root(\".\", \".\")",
      "| container: umount2(\".\", MNT_DETACH)", "| container: fsopen(\"proc\")",
      "| container: mknod(\"/dev/null\"", "| container: sethostname(\"",
      "| container: unshare(CLONE_NEWCGROUP)",
      "| container: prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN)",
      "| container: seccomp(SECCOMP_SET_MODE_FILTER, ",
      "| container: capset(CAP_CHOWN", "| container: execve(\"/bin/echo\", [\"echo\", \"hi\"]",
      "| container: its namespaces end: umount ", "/proc, /",
      "/cgroup.kill\", \"1\")", "| rmdir(\""}) == "");
  // clang-format on
  // Nobody listens to the next one.
  CHECK(world.sh("docker run --rm --net none busybox true").err.empty());
}

TEST_CASE("a dry run prints the plan and leaves everything as it was",
          "[explain]") {
  if (skipped()) return;
  World world;
  (void)world.sh("docker run -d --net none --name old busybox sleep 1000");
  const std::string look =
      "docker ps -a --format '{{.Names}} {{.State}}'; docker network ls -q | "
      "wc -l; docker volume ls -q; docker images -q; ls $DRYDOCK_ROOT/* | "
      "grep -v -e wal -e shm; ip -o link | wc -l";
  const std::string before = world.sh(look).out;
  const std::string dry = std::string(kDrydock) + "--dry-run docker ";
  const Run run =
      world.sh(dry +
               "run -d --name new -p 18501:80 -v vol:/v -m 64m --net "
               "bridge busybox echo hi");
  INFO(run.out << run.err);
  CHECK(run.status == 0);
  CHECK(run.err.empty());
  // clang-format off
  CHECK(missing(run.out, {
      "mkdir path=", "write path=", "cgroup path=/drydock-", "67108864",
      "devices allow=", "link name=dd", "bridge=docker0 peer=eth0 address=172.17.0.2/16",
      "publish tcp 0.0.0.0:18501 to=172.17.0.2:80",
      "clone3 CLONE_NEWNS|", "overlay target=", "enter_root path=",
      "mount type=proc target=/proc attributes=MOUNT_ATTR_NOSUID",
      "bounding_set keep=CAP_CHOWN,", "execute argument=echo argument=hi"}) == "");
  CHECK(missing(run.out, {
      "undo mount type=proc", "undo overlay", "undo clone3", "undo publish",
      "undo link name=", "undo devices", "undo cgroup"}) == "");
  // clang-format on
  CHECK(world.sh(look).out == before);
  for (const std::string command :
       {"rm -f old", "stop -t 0 old", "network create mine",
        "volume create vol", "exec old true", "restart -t 0 old",
        "pause old"}) {
    const Run other = world.sh(dry + command);
    INFO(command << ": " << other.out << other.err);
    CHECK(other.status == 0);
    CHECK(!other.out.empty());
    CHECK(world.sh(look).out == before);
  }
  // What would be refused is refused.
  const Run refused = world.sh(dry + "run --name old busybox true");
  CHECK(refused.status == 125);
  CHECK(refused.err.find("already in use") != std::string::npos);
  CHECK(world.garbage().empty());
}

TEST_CASE("a shell hands --explain and --hints to each docker in it",
          "[explain]") {
  if (skipped()) return;
  World world;
  const std::string run = "docker run --name one --net none busybox echo hi";
  const Run both =
      world.sh(std::string(kDrydock) + "--explain --hints sh -c '" + run +
               "; " + run + "'");
  CHECK(both.out == "hi\n");
  CHECK(missing(both.err, {"| vfork() = ", "hint NAME_TAKEN: "}) == "");
  const Run none = world.sh(run);
  CHECK(none.err.find("hint ") == std::string::npos);
  CHECK(none.err.find("| ") == std::string::npos);
}
