// leak_test.cc — what is left when containers are gone: nothing.

#include <catch2/catch.hpp>

#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

TEST_CASE("containers that are removed leave nothing behind", "[leak]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "for i in 1 2 3 4; do docker run --rm -m 32m busybox true; done; "
      "docker run --rm busybox /no/such 2>/dev/null; "
      "docker run --rm -u nobody-here busybox true 2>/dev/null; "
      "docker run -d --name one -v /data busybox sleep 1000; "
      "docker run -d --name two -p 18090:80 busybox sleep 1000; "
      "docker exec one true; docker exec -d two sleep 1000; "
      "docker run -d --name three --net container:two busybox sleep 1000; "
      "docker pause two; docker unpause two; docker rm -fv one two three");
  INFO(run.err);
  REQUIRE(run.status == 0);
  const List lines = split(trim(run.out), '\n');
  REQUIRE(lines.size() >= 6);
  for (std::size_t i = 0; i < 3; ++i) REQUIRE(lines[i].size() == 64);

  const auto containers =
      sys::open(world.root() + "/containers", O_RDONLY | O_DIRECTORY);
  REQUIRE(containers);
  CHECK(sys::list(containers->get())->empty());
  const auto volumes =
      sys::open(world.root() + "/volumes", O_RDONLY | O_DIRECTORY);
  REQUIRE(volumes);
  CHECK(sys::list(volumes->get())->empty());

  CHECK(world.garbage().empty());
  // gc looks for names that are ours; here is what it must not have missed.
  CHECK(trim(world.sh("find /sys/fs/cgroup -name '" + lines[0] + "*'").out) ==
        "");
  const Run processes = world.sh(
      "ps ax -o stat,args | grep 'drydock-shi[m]' | grep -v ^Z | "
      "grep -c -e " +
      lines[0] + " -e " + lines[1] + " -e " + lines[2]);
  CHECK(trim(processes.out) == "0");
  CHECK(trim(world.sh("ip -o link | grep -vc -e lo: -e docker0:").out) == "0");
}

TEST_CASE("what leaves the bridge has the host's own address", "[network]") {
  if (skipped()) return;
  World world;
  // A neighbour beyond the host, who knows no way back to 172.17.0.0/16: its
  // answer arrives only when the question came from the host itself.
  const Run run = world.sh(
      "command -v nft >/dev/null || { echo no nft; exit; }; "
      "ip link set lo up; unshare -n sleep 60 & neighbour=$!; sleep 0.5; "
      "ip link add out0 type veth peer name far0 netns $neighbour; "
      "ip addr add 10.99.0.1/24 dev out0; ip link set out0 up; "
      "nsenter -t $neighbour -n ip addr add 10.99.0.2/24 dev far0; "
      "nsenter -t $neighbour -n ip link set far0 up; "
      "echo answer | nsenter -t $neighbour -n busybox nc -lp 7777 & sleep 0.5; "
      "docker run --rm busybox nc -w 5 10.99.0.2 7777 </dev/null; "
      "kill $neighbour; ip link del out0");
  if (trim(run.out) == "no nft") {
    WARN("skipped: there is no nft(8) here");
    return;
  }
  INFO(run.err);
  CHECK(run.out == "answer\n");
}
