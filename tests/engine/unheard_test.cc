// unheard_test.cc — refusals that docker's own command line never brings
// about, or not on the kernels that the simulator is.

#include <catch2/catch.hpp>

#include "tests/engine/dock.h"

namespace drydock::engine {

TEST_CASE("an exec that is not there has no streams, no start and no record") {
  Dock old(rules_1_8()), recent(rules_20_10());
  CHECK(Dock::text_of(old.engine.exec_attach("lost")) ==
        "No such exec instance 'lost' found in daemon");
  CHECK(Dock::text_of(recent.engine.exec_attach("lost")) ==
        "No such exec instance: lost");
  CHECK(Dock::text_of(recent.run(recent.engine.exec_start("lost", false))) ==
        "No such exec instance: lost");
}

TEST_CASE("who removes what is being removed is told so") {
  Dock old(rules_1_8()), recent(rules_20_10());
  for (Dock* const dock : {&old, &recent}) {
    REQUIRE(dock->create("busy", {"true"}));
    dock->container("busy").removing = true;
  }
  CHECK(Dock::text_of(old.run(old.engine.remove("busy", {}))) ==
        "Cannot destroy container busy: Status is already RemovalInProgress");
  CHECK(Dock::text_of(recent.run(recent.engine.remove("busy", {}))) ==
        "removal of container busy is already in progress");
}

TEST_CASE("20.10: a volume that is not there can be neither seen nor removed") {
  Dock dock(rules_20_10());
  CHECK(Dock::text_of(dock.engine.inspect_volume("lost")) ==
        "get lost: no such volume");
  CHECK(Dock::text_of(dock.run(dock.engine.remove_volume("lost", false))) ==
        "get lost: no such volume");
  CHECK(Dock::text_of(dock.run(dock.engine.remove_volume("lost", true))) == "");
}

TEST_CASE("a weight of block I/O is from 10 to 1000, where the kernel weighs") {
  Dock old(rules_1_8()), recent(rules_20_10());
  for (const std::int64_t weight : {9, 1001}) {
    CreateRequest request = old.request("heavy", {"true"});
    request.host.own().limits.blkio_weight = weight;
    CHECK(Dock::text_of(old.run(old.engine.create(request))) ==
          "Range of blkio weight is from 10 to 1000.");
    CHECK(Dock::text_of(recent.run(recent.engine.create(request))) ==
          "Range of blkio weight is from 10 to 1000");
  }
}

TEST_CASE("when no port of the range is left, that is said") {
  const auto last_words = [](const Rules& rules) {
    Dock dock(rules, 32769);
    std::string words;
    for (const char* name : {"one", "two", "three"}) {
      CreateRequest request = dock.request(name, {"sleep"});
      request.host.own().publish_all_ports = true;
      request.config.exposed_ports = {"80/tcp"};
      words = Dock::text_of(dock.run(dock.engine.create(request)));
      if (words.empty())
        words = Dock::text_of(dock.run(dock.engine.start(name)));
    }
    return words;
  };
  CHECK_THAT(last_words(rules_1_8()),
             Catch::EndsWith("Unable to find an unallocated port in the range "
                             "32768-32769"));
  CHECK_THAT(last_words(rules_20_10()),
             Catch::EndsWith("all ports are allocated"));
}

}  // namespace drydock::engine
