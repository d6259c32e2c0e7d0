// escape_test.cc — ways out by symlinks that a container plants, or swaps while
// the engine looks.

#include <catch2/catch.hpp>

#include "realmode/sys/files.h"
#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

/// A folder of the host's with one file; containers make the same path.
std::string guarded_folder(World& world) {
  const std::string folder = world.scratch().path() + "/guarded";
  REQUIRE(sys::make_directories(folder));
  REQUIRE(sys::write_file(folder + "/f", "outside\n"));
  return folder;
}

/// Is it as it was made?
bool is_whole(const std::string& folder) {
  const auto text = sys::read_file(folder + "/f");
  const auto directory = sys::open(folder, O_RDONLY | O_DIRECTORY);
  REQUIRE(text);
  REQUIRE(directory);
  const auto names = sys::list(directory->get());
  REQUIRE(names);
  return *text == "outside\n" && *names == List{"f"};
}

}  // namespace

TEST_CASE(
    "a copy stays in the container while its directories are swapped (like "
    "CVE-2018-15664)",
    "[attack]") {
  if (skipped()) return;
  World world;
  const std::string folder = guarded_folder(world);
  // /way is a directory and a symlink to the root in turns, as fast as it goes.
  const Run begun = world.sh(
      "docker run -d --net none --name swap busybox sh -c 'mkdir -p /real" +
      folder + " " + folder + "; echo inside >/real" + folder +
      "/f; echo inside >" + folder +
      "/f; cp -r /real /way; while :; do mv /way /dir; ln -s / /way; rm /way; "
      "mv /dir /way; done' >/dev/null; until docker exec swap ls /way "
      ">/dev/null "
      "2>&1; do sleep 0.1; done");
  REQUIRE(begun.status == 0);
  const Run copied =
      world.sh("cd " + world.scratch().path() +
               "; echo broken >g; for i in $(seq 40); do rm -rf got; docker cp "
               "swap:/way" +
               folder + "/f got 2>/dev/null && cat got; docker cp g swap:/way" +
               folder + "/g 2>/dev/null; done; docker rm -f swap >/dev/null");
  INFO(copied.out << copied.err);
  CHECK(copied.out.find("inside") != std::string::npos);
  CHECK(copied.out.find("outside") == std::string::npos);
  CHECK(is_whole(folder));
}

TEST_CASE("a symlink in an image does not bring the host's files into a volume",
          "[attack]") {
  if (skipped()) return;
  World world;
  const std::string folder = guarded_folder(world);
  const Run run = world.sh(
      "docker run --net none --name src busybox ln -s " + folder +
      " /data; docker commit src sly >/dev/null; "
      "docker run --net none --name taker -v /data sly ls /data/; "
      "docker run --net none --rm -v named:/data sly sh -c 'echo x >/data/g'; "
      "cat $DRYDOCK_ROOT/volumes/*/_data/f; docker rm -v src taker >/dev/null");
  INFO(run.out << run.err);
  CHECK(run.out.find("outside") == std::string::npos);
  CHECK(run.out.find("f\n") == std::string::npos);
  CHECK(is_whole(folder));
}

TEST_CASE("a symlink in a volume leads a copy into the container only",
          "[attack]") {
  if (skipped()) return;
  World world;
  const std::string folder = guarded_folder(world);
  const Run run = world.sh(
      "cd " + world.scratch().path() +
      "; echo broken >g; docker run --net none --name planter -v trap:/v "
      "busybox ln -s " +
      folder +
      " /v/way; "
      "docker create --net none --name stopped -v trap:/v busybox true "
      ">/dev/null; docker run -d --net none --name running -v trap:/v busybox "
      "sleep 60 >/dev/null; "
      "for name in stopped running; do docker cp g $name:/v/way/g; "
      "docker cp $name:/v/way/f got && cat got; done; "
      "docker rm -f -v planter stopped running >/dev/null");
  INFO(run.out << run.err);
  CHECK(run.out.find("outside") == std::string::npos);
  CHECK(is_whole(folder));
}

TEST_CASE("a volume directory that became a symlink is not followed",
          "[attack]") {
  if (skipped()) return;
  World world;
  const std::string folder = guarded_folder(world);
  // A container that may write the engine's folder makes a volume lead out.
  const Run run = world.sh(
      "docker run --net none --name keeper -v vol:/v busybox true; "
      "docker run --rm --net none -v $DRYDOCK_ROOT/volumes:/all busybox sh -c "
      "'rm -r /all/vol/_data; ln -s " +
      folder +
      " /all/vol/_data'; "
      "docker run --rm --net none -v vol:/v busybox sh -c 'cat /v/f; echo x "
      ">/v/g'"
      "; docker rm -v keeper");
  INFO(run.out << run.err);
  CHECK(run.err.find("Too many levels of symbolic links") != std::string::npos);
  CHECK(run.out.find("outside") == std::string::npos);
  CHECK(is_whole(folder));
}
