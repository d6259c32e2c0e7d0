// corpus_test.cc — the inputs that are kept, and simple changes to them.

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "sim/base/prng.h"
#include "tests/fuzz/targets.h"

namespace drydock::fuzz {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> inputs_of(std::string_view target) {
  std::vector<fs::path> paths;
  const fs::path folder = fs::path(DRYDOCK_SOURCE_DIR) / "tests/fuzz/corpus";
  for (const auto& entry : fs::directory_iterator(folder / target)) {
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<std::string> inputs;
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    inputs.push_back(bytes.str());
  }
  return inputs;
}

/// One of: a byte changed, a piece taken out, a piece doubled, the end cut.
std::string changed(std::string input, Prng& draws) {
  if (input.empty()) return input;
  const std::size_t at = draws.below(input.size());
  const std::size_t length =
      1 + draws.below(std::min<std::size_t>(16, input.size() - at));
  switch (draws.below(4)) {
    case 0:
      input[at] = static_cast<char>(draws.below(256));
      return input;
    case 1:
      return input.erase(at, length);
    case 2:
      return input.insert(at, input.substr(at, length));
    default:
      return input.substr(0, at);
  }
}

}  // namespace

TEST_CASE("every reader survives the inputs that once hurt one, and more") {
  for (const Target& target : targets()) {
    const std::vector<std::string> inputs = inputs_of(target.name);
    INFO(target.name);
    CHECK(!inputs.empty());
    Prng draws = Prng::stream(42, target.name);
    for (const std::string& input : inputs) {
      target.feed(input);
      std::string other = input;
      for (int round = 0; round < 50; ++round) {
        other = changed(round % 5 == 0 ? input : other, draws);
        target.feed(other);
      }
    }
  }
}

}  // namespace drydock::fuzz
