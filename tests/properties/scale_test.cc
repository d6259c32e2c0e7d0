// scale_test.cc — what a command costs does not depend on how much there is.
//
// Counted in allocations, which are the same in every run; `./dev bench` tells
// the times.

#include <catch2/catch.hpp>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sim/machine/script.h"

namespace {

std::int64_t allocations = 0;

void* allocate(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace drydock::machine {

namespace {

using Words = std::vector<std::string>;

class House {
 public:
  House() : machine_(MachineOptions{}) {
    docker({"pull", "busybox"});
    docker({"run", "-d", "--name", "one", "-v", "/data", "busybox", "true"});
    docker({"commit", "one", "test/one"});
  }

  std::string docker(Words words) {
    words.insert(words.begin(), "docker");
    std::string out;
    ScriptStreams streams;
    streams.out = [&out](std::string_view bytes) { out += bytes; };
    streams.err = streams.out;
    const ScriptResult result =
        run_script(machine_, std::move(words), "/root", streams);
    INFO(out);
    CHECK(result.status == 0);
    return out;
  }

  std::int64_t cost_of(const Words& words) {
    docker(words);  // What is made once is made now.
    const std::int64_t before = allocations;
    docker(words);
    return allocations - before;
  }

 private:
  Machine machine_;
};

/// Each probe among few, then again after `grow`: at most half as much more.
void hold(House& house, const std::vector<Words>& probes,
          const std::function<void()>& grow) {
  std::vector<std::int64_t> before;
  for (const Words& probe : probes) before.push_back(house.cost_of(probe));
  grow();
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const std::int64_t now = house.cost_of(probes[i]);
    INFO(fmt::format("docker {}: {} allocations, then {}",
                     fmt::join(probes[i], " "), before[i], now));
    CHECK(now * 2 <= before[i] * 3);
  }
}

}  // namespace

TEST_CASE("among many containers a command costs what it does among few",
          "[scale]") {
  House house;
  hold(house,
       {{"run", "--rm", "busybox", "true"},
        {"run", "-d", "busybox", "true"},
        {"ps", "-q"},
        {"ps", "-lq"},
        {"inspect", "one"},
        {"logs", "one"},
        {"diff", "one"}},
       [&house] {
         for (int i = 0; i < 500; ++i) {
           house.docker({"run", "-d", "busybox", "true"});
         }
       });
}

TEST_CASE("among many images a command costs what it does among few",
          "[scale]") {
  House house;
  hold(house,
       {{"run", "--rm", "busybox", "true"},
        {"commit", "one"},
        {"tag", "-f", "busybox", "test/again"},
        {"inspect", "test/one"},
        {"history", "test/one"}},
       [&house] {
         for (int i = 0; i < 500; ++i) {
           house.docker({"commit", "one", fmt::format("test/image{}", i)});
         }
       });
}

TEST_CASE("among many volumes a command costs what it does among few",
          "[scale]") {
  House house;
  hold(house,
       {{"run", "--rm", "-v", "/data", "busybox", "true"},
        {"run", "--rm", "--volumes-from", "one", "busybox", "true"},
        {"inspect", "one"}},
       [&house] {
         for (int i = 0; i < 300; ++i) {
           house.docker({"create", "-v", "/data", "--volumes-from", "one",
                         "busybox", "true"});
         }
       });
}

}  // namespace drydock::machine
