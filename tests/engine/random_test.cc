// random_test.cc — random histories: whatever is asked in whatever order, the
// books are right.

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <set>
#include <string>

#include "tests/engine/dock.h"

namespace drydock::engine {

namespace {

struct Deed {
  int verb = 0;
  int who = 0;
};

std::ostream& operator<<(std::ostream& out, const Deed& step) {
  return out << "verb " << step.verb << " of c" << step.who;
}

constexpr int kVerbKinds = 12;
constexpr int kNames = 4;

std::string name_of_step(const Deed& step) {
  return "c" + std::to_string(step.who);
}

std::string attempt(Dock& dock, const Deed& step) {
  Engine& engine = dock.engine;
  const std::string who = name_of_step(step);
  const auto text = [&](Task<Done> task) {
    return Dock::text_of(dock.run(std::move(task)));
  };
  switch (step.verb) {
    case 0:
      return Dock::text_of(dock.create(who, {"sleep"}));
    case 1: {
      CreateRequest request = dock.request(who, {"false"});
      request.host.own().restart_policy = {"always", 0};
      request.host.own().port_bindings["80/tcp"] = {{"", "8080"}};
      return Dock::text_of(dock.run(engine.create(request)));
    }
    case 2:
      return text(engine.start(who));
    case 3:
      return text(engine.stop(who, 1));
    case 4:
      return text(engine.restart(who, 0));
    case 5:
      return text(engine.kill(who, ""));
    case 6:
      return text(engine.pause(who));
    case 7:
      return text(engine.unpause(who));
    case 8:
      return text(engine.remove(who, {false, true, false}));
    case 9:
      return text(engine.remove(who, {true, true, false}));
    case 10:
      return text(engine.rename(who, "c" + std::to_string(kNames)));
    default:
      dock.pass(300 * kMillisecond);
      return "";
  }
}

void check_books(Dock& dock) {
  std::set<std::string> names, addresses;
  std::set<std::int64_t> pids;
  std::size_t running = 0;
  for (const auto& [age, container] : dock.engine.containers()) {
    RC_ASSERT(names.insert(container->name).second);
    const RunState& run = container->run;
    RC_ASSERT(run.has_process() == (run.pid != 0));
    if (run.pid != 0) RC_ASSERT(pids.insert(run.pid).second);
    const std::string& address = container->network.spec.address;
    RC_ASSERT(run.has_process() == !address.empty());
    if (!address.empty()) RC_ASSERT(addresses.insert(address).second);
    RC_ASSERT(dock.backend.roots.contains(container->id));
    if (run.running()) ++running;
  }
  RC_ASSERT(running == dock.engine.running_count());
  RC_ASSERT(dock.backend.roots.size() == dock.engine.container_count());
}

void play(const Rules& rules, const std::vector<Deed>& steps) {
  Dock dock(rules);
  for (const Deed& step : steps) {
    const std::string before = dock.engine.state_hash();
    const Time then = dock.engine.now();
    const std::string refusal = attempt(dock, step);
    const bool late = refusal.find("Cannot start") != std::string::npos ||
                      refusal.find("driver failed") != std::string::npos;
    if (!refusal.empty() && !late && dock.engine.now() == then) {
      RC_ASSERT(dock.engine.state_hash() == before);
    }
    check_books(dock);
  }
}

rc::Gen<std::vector<Deed>> any_steps() {
  const auto any_step =
      rc::gen::map(rc::gen::pair(rc::gen::inRange(0, kVerbKinds),
                                 rc::gen::inRange(0, kNames + 1)),
                   [](const std::pair<int, int>& pair) {
                     return Deed{pair.first, pair.second};
                   });
  return rc::gen::container<std::vector<Deed>>(any_step);
}

}  // namespace

TEST_CASE("no history of commands spoils the engine's books", "[property]") {
  rc::prop("in docker-1.8", [] { play(rules_1_8(), *any_steps()); });
  rc::prop("in docker-20.10", [] { play(rules_20_10(), *any_steps()); });
}

TEST_CASE("the same history gives the same state, to the byte", "[property]") {
  rc::prop("twice", [] {
    const std::vector<Deed> steps = *any_steps();
    std::string states[2];
    for (std::string& state : states) {
      Dock dock(rules_1_8());
      for (const Deed& step : steps) attempt(dock, step);
      state = dock.engine.state_json();
    }
    RC_ASSERT(states[0] == states[1]);
  });
}

}  // namespace drydock::engine
