// progress_test.cc — a layer's line and its bar, as docker draws them.

#include <catch2/catch.hpp>

#include "sim/cli/progress_screen.h"

using namespace drydock;
using namespace drydock::cli;

namespace {

engine::Progress step(std::string id, std::string text,
                      std::int64_t current = 0, std::int64_t total = 0) {
  return {engine::Progress::Kind::layer, std::move(id), std::move(text),
          current, total};
}

}  // namespace

TEST_CASE("a bar is as full as its layer is here") {
  const Profile& profile = *find_profile("docker-20.10");
  CHECK(progress_bar(step("a", "x"), profile, 200).empty());
  CHECK(progress_bar(step("a", "x", 500'000, 1'000'000), profile, 200) ==
        "[" + std::string(25, '=') + ">" + std::string(25, ' ') +
            "]    500kB/1MB");
  CHECK(progress_bar(step("a", "x", 1'000'000, 1'000'000), profile, 200) ==
        "[" + std::string(50, '=') + ">]      1MB/1MB");
  CHECK(progress_bar(step("a", "x", 500'000, 1'000'000), profile, 80) ==
        "   500kB/1MB");
  CHECK(progress_bar(step("a", "x", 500'000, 0), profile, 200) == "   500kB");
}

TEST_CASE("each layer has a line, and the cursor comes back from it") {
  ProgressScreen screen(*find_profile("docker-20.10"), 80);
  CHECK(screen.layer(step("aa", "Waiting")) ==
        "\n\x1b[1A\x1b[2K\raa: Waiting \r\x1b[1B");
  CHECK(screen.layer(step("bb", "Waiting")) ==
        "\n\x1b[1A\x1b[2K\rbb: Waiting \r\x1b[1B");
  CHECK(screen.layer(step("aa", "Pull complete")) ==
        "\x1b[2A\x1b[2K\raa: Pull complete \r\x1b[2B");
  screen.forget();
  CHECK(screen.layer(step("bb", "Pull complete")) ==
        "\n\x1b[1A\x1b[2K\rbb: Pull complete \r\x1b[1B");
}
