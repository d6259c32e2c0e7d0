// lifecycle_test.cc — what each verb does in each state, with the words of both
// profiles.

#include <catch2/catch.hpp>

#include <string>

#include "sim/base/text.h"
#include "tests/engine/dock.h"

namespace drydock::engine {

namespace {

struct Expectation {
  State from;
  Verb verb;
  std::string docker_1_8, docker_20_10;  // "-> state", or the refusal.
};

using enum State;

const std::string kX = "web";  // As typed.

// {ID}: the container's id.
// clang-format off
const Expectation kExpectations[] = {
    {created, Verb::start, "-> running", "-> running"},
    {created, Verb::stop, "-> created", "-> created"},
    {created, Verb::restart, "-> running", "-> running"},
    {created, Verb::kill, "Cannot kill container web: Container {ID} is not running", "Cannot kill container: web: Container {ID} is not running"},
    {created, Verb::signal, "Cannot kill container web: Container {ID} is not running", "Cannot kill container: web: Container {ID} is not running"},
    {created, Verb::pause, "Cannot pause container web: Container {ID} is not running", "Container {ID} is not running"},
    {created, Verb::unpause, "Cannot unpause container web: Container {ID} is not running", "Container {ID} is not paused"},
    {created, Verb::remove, "-> removed", "-> removed"},
    {created, Verb::force_remove, "-> removed", "-> removed"},
    {created, Verb::exec, "Container web is not running", "Container {ID} is not running"},
    {created, Verb::attach, "You cannot attach to a stopped container, start it first", "You cannot attach to a stopped container, start it first"},
    {created, Verb::top, "Container web is not running", "Container {ID} is not running"},

    {running, Verb::start, "-> running", "-> running"},
    {running, Verb::stop, "-> exited", "-> exited"},
    {running, Verb::restart, "-> running", "-> running"},
    {running, Verb::kill, "-> exited", "-> exited"},
    {running, Verb::signal, "-> running", "-> running"},
    {running, Verb::pause, "-> paused", "-> paused"},
    {running, Verb::unpause, "Cannot unpause container web: Container {ID} is not paused", "Container {ID} is not paused"},
    {running, Verb::remove, "Cannot destroy container web: Conflict, You cannot remove a running container. Stop the container before attempting removal or use -f", "You cannot remove a running container {ID}. Stop the container before attempting removal or force remove"},
    {running, Verb::force_remove, "-> removed", "-> removed"},
    {running, Verb::exec, "-> running", "-> running"},
    {running, Verb::attach, "-> running", "-> running"},
    {running, Verb::top, "-> running", "-> running"},

    {paused, Verb::start, "Cannot start a paused container, try unpause instead.", "cannot start a paused container, try unpause instead"},
    {paused, Verb::stop, "Cannot stop container web: Container {ID} is paused. Unpause the container before stopping", "-> exited"},
    {paused, Verb::restart, "Cannot restart container web: Container {ID} is paused. Unpause the container before stopping", "-> running"},
    {paused, Verb::kill, "Cannot kill container web: Container {ID} is paused. Unpause the container before stopping", "-> exited"},
    {paused, Verb::signal, "Cannot kill container web: Container {ID} is paused. Unpause the container before stopping", "-> running"},
    {paused, Verb::pause, "Cannot pause container web: Container {ID} is already paused", "Container {ID} is already paused"},
    {paused, Verb::unpause, "-> running", "-> running"},
    {paused, Verb::remove, "Cannot destroy container web: Conflict, You cannot remove a running container. Stop the container before attempting removal or use -f", "You cannot remove a paused container {ID}. Unpause and then stop the container before attempting removal or force remove"},
    {paused, Verb::force_remove, "Cannot destroy container web: Could not kill running container, cannot remove - Container {ID} is paused. Unpause the container before stopping", "-> removed"},
    {paused, Verb::exec, "Container web is paused, unpause the container before exec", "Container web is paused, unpause the container before exec"},
    {paused, Verb::attach, "-> paused", "You cannot attach to a paused container, unpause it first"},
    {paused, Verb::top, "-> paused", "-> paused"},

    {restarting, Verb::start, "-> restarting", "-> restarting"},
    {restarting, Verb::stop, "-> exited", "-> exited"},
    {restarting, Verb::restart, "-> restarting", "-> restarting"},
    {restarting, Verb::kill, "-> exited", "-> exited"},
    {restarting, Verb::signal, "-> exited", "-> exited"},
    {restarting, Verb::pause, "Cannot pause container web: active container for {ID} does not exist", "Container {ID} is restarting, wait until the container is running"},
    {restarting, Verb::unpause, "Cannot unpause container web: Container {ID} is not paused", "Container {ID} is not paused"},
    {restarting, Verb::remove, "Cannot destroy container web: Conflict, You cannot remove a running container. Stop the container before attempting removal or use -f", "You cannot remove a restarting container {ID}. Stop the container before attempting removal or force remove"},
    {restarting, Verb::force_remove, "-> removed", "-> removed"},
    {restarting, Verb::exec, "Container web is not running", "Container {ID} is restarting, wait until the container is running"},
    {restarting, Verb::attach, "-> restarting", "You cannot attach to a restarting container, wait until it is running"},
    {restarting, Verb::top, "active container for {ID} does not exist", "Container {ID} is restarting, wait until the container is running"},

    {exited, Verb::start, "-> running", "-> running"},
    {exited, Verb::stop, "-> exited", "-> exited"},
    {exited, Verb::restart, "-> running", "-> running"},
    {exited, Verb::kill, "Cannot kill container web: Container {ID} is not running", "Cannot kill container: web: Container {ID} is not running"},
    {exited, Verb::signal, "Cannot kill container web: Container {ID} is not running", "Cannot kill container: web: Container {ID} is not running"},
    {exited, Verb::pause, "Cannot pause container web: Container {ID} is not running", "Container {ID} is not running"},
    {exited, Verb::unpause, "Cannot unpause container web: Container {ID} is not running", "Container {ID} is not paused"},
    {exited, Verb::remove, "-> removed", "-> removed"},
    {exited, Verb::force_remove, "-> removed", "-> removed"},
    {exited, Verb::exec, "Container web is not running", "Container {ID} is not running"},
    {exited, Verb::attach, "You cannot attach to a stopped container, start it first", "You cannot attach to a stopped container, start it first"},
    {exited, Verb::top, "Container web is not running", "Container {ID} is not running"},

    {dead, Verb::start, "Container is marked for removal and cannot be started.", "container is marked for removal and cannot be started"},
    {dead, Verb::stop, "-> dead", "-> dead"},
    {dead, Verb::restart, "Container is marked for removal and cannot be started.", "container is marked for removal and cannot be started"},
    {dead, Verb::kill, "Cannot kill container web: Container {ID} is not running", "Cannot kill container: web: Container {ID} is not running"},
    {dead, Verb::signal, "Cannot kill container web: Container {ID} is not running", "Cannot kill container: web: Container {ID} is not running"},
    {dead, Verb::pause, "Cannot pause container web: Container {ID} is not running", "Container {ID} is not running"},
    {dead, Verb::unpause, "Cannot unpause container web: Container {ID} is not running", "Container {ID} is not paused"},
    {dead, Verb::remove, "-> removed", "-> removed"},
    {dead, Verb::force_remove, "-> removed", "-> removed"},
    {dead, Verb::exec, "Container web is not running", "Container {ID} is not running"},
    {dead, Verb::attach, "You cannot attach to a stopped container, start it first", "You cannot attach to a stopped container, start it first"},
    {dead, Verb::top, "Container web is not running", "Container {ID} is not running"},
};
// clang-format on

void bring(Dock& dock, State state) {
  if (state == restarting) {
    CreateRequest request = dock.request(kX, {"false"});
    request.host.own().restart_policy = {"always", 0};
    REQUIRE(dock.run(dock.engine.create(request)));
    REQUIRE(dock.run(dock.engine.start(kX)));
    dock.pass(kMillisecond);
  } else {
    REQUIRE(dock.create(kX, {"sleep"}));
    if (state != created) REQUIRE(dock.run(dock.engine.start(kX)));
  }
  if (state == paused) REQUIRE(dock.run(dock.engine.pause(kX)));
  if (state == exited || state == dead) {
    REQUIRE(dock.run(dock.engine.kill(kX, "")));
  }
  if (state == dead) {
    dock.backend.broken["remove_rootfs"] = "device or resource busy";
    REQUIRE(!dock.run(dock.engine.remove(kX, {})));
    dock.backend.broken.clear();
  }
  REQUIRE(dock.state(kX) == state);
}

std::string attempt(Dock& dock, Verb verb) {
  Engine& engine = dock.engine;
  switch (verb) {
    case Verb::start:
      return Dock::text_of(dock.run(engine.start(kX)));
    case Verb::stop:
      return Dock::text_of(dock.run(engine.stop(kX, {})));
    case Verb::restart:
      return Dock::text_of(dock.run(engine.restart(kX, {})));
    case Verb::kill:
      return Dock::text_of(dock.run(engine.kill(kX, "")));
    case Verb::signal:
      return Dock::text_of(dock.run(engine.kill(kX, "HUP")));
    case Verb::pause:
      return Dock::text_of(dock.run(engine.pause(kX)));
    case Verb::unpause:
      return Dock::text_of(dock.run(engine.unpause(kX)));
    case Verb::remove:
      return Dock::text_of(dock.run(engine.remove(kX, {false, false, false})));
    case Verb::force_remove:
      return Dock::text_of(dock.run(engine.remove(kX, {true, false, false})));
    case Verb::exec: {
      ExecRequest request;
      request.cmd = {"true"};
      return Dock::text_of(engine.exec_create(kX, request));
    }
    case Verb::attach:
      return Dock::text_of(engine.attach(kX, {}, false));
    case Verb::top:
      return Dock::text_of(dock.run(engine.top(kX, {})));
  }
  return "";
}

void check_all(const Rules& rules, bool recent) {
  for (const Expectation& row : kExpectations) {
    const std::string& wanted = recent ? row.docker_20_10 : row.docker_1_8;
    DYNAMIC_SECTION(name_of(row.verb) << " of a " << name_of(row.from)
                                      << " container: " << wanted) {
      Dock dock(rules);
      bring(dock, row.from);
      const std::string id = dock.container(kX).id;
      const std::string before = dock.engine.state_hash();
      const std::string refusal = attempt(dock, row.verb);
      if (refusal.empty()) {
        CHECK("-> " + std::string(name_of(dock.state(kX))) == wanted);
      } else {
        CHECK(refusal == replace_all(wanted, "{ID}", id));
        CHECK(dock.engine.state_hash() == before);
      }
    }
  }
}

}  // namespace

TEST_CASE("each verb in each state does what Docker 1.8 does") {
  check_all(rules_1_8(), false);
}

TEST_CASE("each verb in each state does what Docker 20.10 does") {
  check_all(rules_20_10(), true);
}

TEST_CASE("the expectations name each state and verb once") {
  std::size_t at = 0;
  for (const State state : kStates) {
    for (const Verb verb : kVerbs) {
      CHECK(kExpectations[at].from == state);
      CHECK(kExpectations[at].verb == verb);
      ++at;
    }
  }
  CHECK(at == std::size(kExpectations));
}

}  // namespace drydock::engine
