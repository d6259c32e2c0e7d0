// store_test.cc — rows that are there after the process that put them.

#include <catch2/catch.hpp>

#include "realmode/store/store.h"
#include "tests/realmode/bench.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

constexpr char kProfile[] = "docker-1.8";

}  // namespace

TEST_CASE("rows are kept, replaced and taken away", "[store]") {
  const Scratch scratch;
  const std::string path = scratch.path() + "/a.db";
  {
    auto store = Store::open(path, kProfile);
    REQUIRE(store);
    REQUIRE((*store)->put({{"containers", "1", "{\"a\":1}"},
                           {"containers", "2", "{}"},
                           {"images", "1", "{}"}}));
    REQUIRE((*store)->put({{"containers", "1", std::string("{\"b\":\0}", 7)},
                           {"containers", "2", std::nullopt},
                           {"images", "none", std::nullopt}}));
  }
  auto store = Store::open(path, kProfile);
  REQUIRE(store);
  const auto rows = (*store)->load();
  REQUIRE(rows);
  REQUIRE(rows->size() == 2);
  CHECK((*rows)[0].key == "1");
  CHECK(*(*rows)[0].json == std::string("{\"b\":\0}", 7));
  CHECK((*rows)[1].table == "images");
}

TEST_CASE("a store knows whose profile it is", "[store]") {
  const Scratch scratch;
  const std::string path = scratch.path() + "/a.db";
  REQUIRE(Store::open(path, kProfile));
  const auto other = Store::open(path, "docker-20.10");
  REQUIRE_FALSE(other);
  CHECK(other.error().text.find("docker-1.8, not docker-20.10") !=
        std::string::npos);
}

TEST_CASE("a file that is no store is refused by name", "[store]") {
  const Scratch scratch;
  const std::string path = scratch.path() + "/a.db";
  REQUIRE(sys::write_file(path, std::string(5000, 'x')));
  const auto store = Store::open(path, kProfile);
  REQUIRE_FALSE(store);
  CHECK(store.error().text.find(path) == 0);
}
