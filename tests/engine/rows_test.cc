// rows_test.cc — what is written of an engine's records is read back equal.

#include <catch2/catch.hpp>

#include <cstdlib>

#include "sim/engine/row_fields.h"
#include "sim/engine/rows.h"

using namespace drydock;
using namespace drydock::engine;

namespace {

/// Gives each field a value of its own, by its type and its place.
struct Filler {
  int count = 0;

  void fill(bool& truth) { truth = true; }
  void fill(Time& time) { time.since_epoch = ++count; }
  void fill(std::string& text) { text = "text " + std::to_string(++count); }
  template <std::integral T>
  void fill(T& number) {
    number = static_cast<T>(++count);
  }
  template <typename T>
  requires std::is_enum_v<T>
  void fill(T& value) { value = static_cast<T>(1); }
  template <typename T>
  void fill(std::optional<T>& value) {
    fill(value.emplace());
  }
  template <typename T>
  void fill(std::vector<T>& items) {
    fill(items.emplace_back());
    fill(items.emplace_back());
  }
  void fill(StringSet& items) { items = {"a", "b \xff"}; }
  template <typename T>
  void fill(std::map<std::string, T>& entries) {
    fill(entries["key\n\"\xc3\x28"]);
  }
  template <typename T>
  void fill(Seldom<T>& value) {
    fill(value.own());
  }
  template <typename A, typename B>
  void fill(std::pair<A, B>& two) {
    fill(two.first);
    fill(two.second);
  }
  template <typename T>
  requires std::is_class_v<T>
  void fill(T& record) { fields(*this, record); }

  template <typename T>
  void operator()(const char*, T& value) {
    fill(value);
  }
};

struct Counter {
  int fields = 0;
  template <typename T>
  void operator()(const char*, const T&) {
    ++fields;
  }
};

/// How many fields an aggregate has: as many as it can be made of.  Asked of
/// types only; never called.
struct Anything {
  template <typename T>
  operator T() const {
    std::abort();
  }
};
template <typename T, std::size_t... at>
constexpr bool takes(std::index_sequence<at...>) {
  return requires { T{(static_cast<void>(at), Anything{})...}; };
}
template <typename T, std::size_t count = 80>
constexpr int size_of() {
  if constexpr (takes<T>(std::make_index_sequence<count>())) {
    return static_cast<int>(count);
  } else {
    return size_of<T, count - 1>();
  }
}

template <typename T>
int told() {
  Counter counter;
  T record{};
  fields(counter, record);
  return counter.fields;
}

}  // namespace

TEST_CASE("no field of a record is forgotten in the table of rows", "[rows]") {
  CHECK(told<ContainerConfig>() == size_of<ContainerConfig>());
  CHECK(told<image::Healthcheck>() == size_of<image::Healthcheck>());
  CHECK(told<image::HistoryEntry>() == size_of<image::HistoryEntry>());
  CHECK(told<Image>() == size_of<Image>());
  CHECK(told<Limits>() == size_of<Limits>());
  CHECK(told<DeviceBound>() == size_of<DeviceBound>());
  CHECK(told<Health>() == size_of<Health>());
  CHECK(told<HealthLog>() == size_of<HealthLog>());
  CHECK(told<Endpoint>() == size_of<Endpoint>());
  CHECK(told<EndpointWish>() == size_of<EndpointWish>());
  CHECK(told<HostConfig>() == size_of<HostConfig>());
  CHECK(told<MountRequest>() == size_of<MountRequest>());
  CHECK(told<MountPoint>() == size_of<MountPoint>());
  CHECK(told<RunState>() == size_of<RunState>());
  CHECK(told<NetworkSpec>() == size_of<NetworkSpec>());
  CHECK(told<PortBinding>() == size_of<PortBinding>());
  CHECK(told<NetworkSettings>() == size_of<NetworkSettings>());
  CHECK(told<EventRow>() == size_of<EventRow>());
  // Uses and users are counted anew.
  using Layer = image::LayerStore::Entry;
  CHECK(told<Layer>() + 1 == size_of<Layer>());
  CHECK(told<Volume>() + 1 == size_of<Volume>());
}

TEST_CASE("a container is read back as it was written", "[rows]") {
  Container written;
  Filler{}.fill(written);
  Image image;
  Filler{}.fill(image);
  written.image = std::make_shared<const Image>(image);
  const std::string row = to_row(written);
  Container read;
  std::string stands_on;
  REQUIRE(from_row(row, &read, &stands_on));
  CHECK(stands_on == image.id);
  CHECK(read.config == written.config);
  CHECK(read.host->tmpfs == written.host->tmpfs);
  CHECK(read.run.started_at == written.run.started_at);
  read.image = written.image;
  CHECK(to_row(read) == row);
}

TEST_CASE("an image is read back as it was written", "[rows]") {
  Image written;
  Filler{}.fill(written);
  const std::string row = to_row(written);
  Image read;
  REQUIRE(from_row(row, &read));
  CHECK(to_row(read) == row);
  CHECK(read.history == written.history);
  CHECK(read.config == written.config);
}

TEST_CASE("nil and empty are told apart in rows", "[rows]") {
  Image written;
  written.config.cmd = List{};
  Image read;
  read.config.cmd = List{"x"};
  read.config.env = List{"x"};
  REQUIRE(from_row(to_row(written), &read));
  CHECK(read.config.cmd == List{});
  CHECK(read.config.env == std::nullopt);
}

TEST_CASE("what is no row is not taken for one", "[rows]") {
  Image image;
  CHECK_FALSE(from_row("", &image));
  CHECK_FALSE(from_row("12", &image));
  CHECK(from_row("{\"id\": 7, \"layer\": [], \"history\": 3}", &image));
  CHECK(image.id.empty());
}
