// plan_test.cc — set-ups as lists: their order, and their way through bytes.

#include <algorithm>

#include <catch2/catch.hpp>

#include "realmode/backend/container_plan.h"
#include "realmode/backend/limits.h"
#include "realmode/plan/packing.h"
#include "tests/realmode/bench.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

engine::ContainerSpec some_spec() {
  engine::ContainerSpec spec;
  spec.id = std::string(64, 'a');
  spec.process.argv = {"echo", "two words", ""};
  spec.process.env = {"PATH=/bin"};
  spec.hostname = "box";
  spec.network.mode = engine::NetworkMode::none;
  spec.masked_paths = std::make_shared<const List>(List{"/proc/kcore"});
  spec.read_only_paths = std::make_shared<const List>(List{"/proc/sys"});
  spec.mounts = {
      {engine::MountKind::bind, "/srv", "/data/deep", true, ""},
      {engine::MountKind::volume, "vol", "/data", false, ""},
  };
  return spec;
}

Plan some_plan(const Scratch& scratch, const engine::ContainerSpec& spec) {
  Shelf shelf(scratch.path());
  REQUIRE(shelf.prepare());
  REQUIRE(shelf.add_layer("layer", ""));
  REQUIRE(shelf.add_container(spec.id, "layer"));
  auto plan = plan_container(spec, shelf);
  REQUIRE(plan);
  return *plan;
}

std::ptrdiff_t first(const Plan& plan, Verb verb) {
  return std::ranges::find(plan.steps, verb, &Step::verb) - plan.steps.begin();
}

}  // namespace

TEST_CASE("words of any bytes survive packing", "[plan]") {
  const List words = {"", "a:b", std::string("\0\n", 2), "12:x"};
  CHECK(unpack(pack(words)) == words);
  CHECK(!unpack("5:ab"));
  CHECK(!unpack("x:ab"));
  CHECK(!unpack("99999999999999999999:ab"));
}

TEST_CASE("a plan is the same after its way to the shim", "[plan]") {
  const Scratch scratch;
  const Plan plan = some_plan(scratch, some_spec());
  const auto again = decode(encode(plan));
  REQUIRE(again);
  CHECK(text_of(*again) == text_of(plan));
  CHECK(again->log == plan.log);
  CHECK(!decode("nonsense"));
}

TEST_CASE("sources are opened before the root is entered, targets after") {
  const Scratch scratch;
  const Plan plan = some_plan(scratch, some_spec());
  const std::ptrdiff_t enter = first(plan, Verb::enter_root);
  for (std::ptrdiff_t at = 0; at < std::ssize(plan.steps); ++at) {
    const Verb verb = plan.steps[static_cast<std::size_t>(at)].verb;
    if (verb == Verb::source || verb == Verb::overlay) CHECK(at < enter);
    if (verb == Verb::place || verb == Verb::mount) CHECK(at > enter);
  }
  CHECK(first(plan, Verb::slave_mounts) == 0);
}

TEST_CASE("powers go before the program comes, and the filter last of all") {
  const Scratch scratch;
  const Plan plan = some_plan(scratch, some_spec());
  const std::ptrdiff_t end = std::ssize(plan.steps) - 1;
  CHECK(first(plan, Verb::execute) == end);
  CHECK(first(plan, Verb::seccomp) == end - 1);
  CHECK(first(plan, Verb::bounding_set) == end - 2);
  CHECK(first(plan, Verb::mask) < first(plan, Verb::user));
}

TEST_CASE("what is mounted inside of another mount comes after it") {
  const Scratch scratch;
  const Plan plan = some_plan(scratch, some_spec());
  List targets;
  for (const Step& step : plan.steps) {
    if (step.verb == Verb::place) targets.push_back(step.words[1]);
  }
  CHECK(targets == List{"/data", "/data/deep"});
}

TEST_CASE("a capability that nobody knows is refused", "[plan]") {
  const Scratch scratch;
  engine::ContainerSpec spec = some_spec();
  Shelf shelf(scratch.path());
  REQUIRE(shelf.prepare());
  REQUIRE(shelf.add_container(spec.id, ""));
  spec.cap_add = {"FLY"};
  CHECK(!plan_container(spec, shelf));
}

TEST_CASE("limits become settings of both kinds of cgroup", "[plan]") {
  engine::Limits limits;
  limits.memory = 1 << 20;
  limits.nano_cpus = 1'500'000'000;
  const auto made = settings_of(limits);
  REQUIRE(made);
  const std::vector<sys::CgroupSetting>& settings = *made;
  REQUIRE(settings.size() == 3);
  CHECK(settings[0].v1_file == "memory.limit_in_bytes");
  CHECK(settings[0].v2_value == "1048576");
  CHECK(settings[2].v1_value == "150000");
  CHECK(settings[2].v2_value == "150000 100000");
  CHECK(settings_of(engine::Limits{})->empty());
}
