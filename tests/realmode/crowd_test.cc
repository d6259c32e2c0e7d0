// crowd_test.cc — many containers by clients that run beside each other: no
// status is lost, no line goes astray, nothing is left, the daemon stays small.

#include <catch2/catch.hpp>

#include <cstdlib>

#include <fmt/format.h>

#include "realmode/sys/files.h"
#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

/// DRYDOCK_CROWD=1000 is the whole of it.
std::int64_t crowd() {
  const char* const text = std::getenv("DRYDOCK_CROWD");
  constexpr std::int64_t kFew = 80;
  return text ? parse_int(text).value_or(kFew) : kFew;
}

/// What the daemon holds of memory for itself, in KiB.
std::int64_t daemon_memory(const World& world) {
  const auto pid = sys::read_file(world.root() + "/daemon.pid");
  REQUIRE(pid);
  const auto sizes =
      sys::read_file("/proc/" + std::string(trim(*pid)) + "/smaps_rollup");
  REQUIRE(sizes);
  for (const std::string& line : split(*sizes, '\n')) {
    const List words = split_blanks(line);
    if (words.size() > 1 && words[0] == "Pss_Anon:") {
      return parse_int(words[1]).value_or(0);
    }
  }
  return 0;
}

/// Eight clients share the numbers from `first` on; each container tells its
/// number by a line on either stream and by its status.  Printed: what was not
/// as it should be.
std::string round(std::int64_t first, std::int64_t count) {
  return fmt::format(
      "one() {{ "
      "  i=$1; name=c$i; want=$((i % 250)); "
      "  docker run --name $name $2 busybox sh -c "
      "    \"echo out $i; echo err $i >&2; exit $want\" "
      "    >/tmp/$name.out 2>/tmp/$name.err; got=$?; "
      "  [ $got = $want ] || echo \"$name ended with $got\"; "
      "  [ \"$(docker logs $name 2>/tmp/$name.log)\" = \"out $i\" ] || "
      "    echo \"$name: its log: $(docker logs $name 2>&1)\"; "
      "  [ \"$(cat /tmp/$name.log)\" = \"err $i\" ] || "
      "    echo \"$name: its log: $(cat /tmp/$name.log)\"; "
      "  [ \"$(cat /tmp/$name.out)\" = \"out $i\" ] || "
      "    echo \"$name said: $(cat /tmp/$name.out)\"; "
      "  [ \"$(cat /tmp/$name.err)\" = \"err $i\" ] || "
      "    echo \"$name said: $(cat /tmp/$name.err)\"; "
      "  [ \"$(docker wait $name)\" = $want ] || echo \"$name: its status\"; "
      "  [ \"$(docker rm $name)\" = $name ] || echo \"$name: not removed\"; "
      "  rm -f /tmp/$name.out /tmp/$name.err /tmp/$name.log; "
      "}}; "
      "for client in 0 1 2 3 4 5 6 7; do "
      "  (i=$(({0} + client)); while [ $i -lt {1} ]; do "
      // Every fourth one is on the bridge, the others are alone.
      "     if [ $((i % 4)) = 0 ]; then one $i; else one $i '--net none'; fi; "
      "     i=$((i + 8)); done) & "
      "done; wait; docker ps -aq",
      first, first + count);
}

}  // namespace

TEST_CASE("eight clients start and remove a crowd, and nothing is lost",
          "[crowd]") {
  if (skipped()) return;
  World world;
  const std::int64_t count = crowd();
  // The first ones bring memory to the size that it has from then on.
  CHECK(world.sh(round(0, count / 4)).out == "");
  const std::int64_t before = daemon_memory(world);
  const Run run = world.sh(round(count / 4, count - count / 4));
  CHECK(run.out == "");
  const std::int64_t after = daemon_memory(world);
  constexpr std::int64_t kSlackKib = 1536;
  INFO("daemon: " << before << " KiB, then " << after << " KiB");
  CHECK(after <= before + kSlackKib);
  CHECK(world.garbage().empty());
  CHECK(trim(world.sh("ip -o link | grep -vc -e lo: -e docker0:").out) == "0");
  CHECK(trim(world.sh("ls $DRYDOCK_ROOT/containers | wc -l").out) == "0");
}
