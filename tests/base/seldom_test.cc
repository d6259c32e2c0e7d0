// seldom_test.cc — large values that are mostly left as they were made.

#include <catch2/catch.hpp>

#include <string>

#include "sim/base/seldom.h"

namespace drydock {

namespace {

struct Large {
  std::string word = "as made";
};

}  // namespace

TEST_CASE("what nobody has changed is one and the same for all") {
  const Seldom<Large> one, other;
  CHECK(one->word == "as made");
  CHECK(&*one == &*other);
}

TEST_CASE("who changes something has a value of his own") {
  Seldom<Large> one;
  one.own().word = "changed";
  CHECK(one->word == "changed");
  CHECK(Seldom<Large>()->word == "as made");
  Seldom<Large> copy = one;
  copy.own().word = "again";
  CHECK(one->word == "changed");
  const Seldom<Large> moved = std::move(copy);
  CHECK(moved->word == "again");
  one = Seldom<Large>();
  CHECK(one->word == "as made");
}

}  // namespace drydock
