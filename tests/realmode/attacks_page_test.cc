// attacks_page_test.cc — realmode/attacks.md tells of the attacks that there
// are, all of them.

#include <filesystem>
#include <regex>
#include <set>

#include "sim/base/text.h"
#include "tests/realmode/bench.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

std::string content_of(const std::string& path) {
  const auto text = sys::read_file(path);
  REQUIRE(text);
  return *text;
}

/// "one " "sentence": as the compiler joins it.
std::string joined(std::string literals) {
  static const std::regex between(R"("\s*")");
  literals = std::regex_replace(literals, between, "");
  return literals.substr(1, literals.size() - 2);
}

struct Cases {
  std::set<std::string> all, attacks;
};

Cases cases_of_this_room() {
  static const std::regex head(
      R"re(TEST_CASE\(\s*((?:"[^"\n]*"\s*)+)(?:,\s*"([^"]*)")?\s*\))re");
  Cases cases;
  for (const auto& entry : std::filesystem::directory_iterator(
           DRYDOCK_SOURCE_DIR "/tests/realmode")) {
    if (entry.path().extension() != ".cc") continue;
    const std::string text = content_of(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), head), end;
         at != end; ++at) {
      std::string literals(trim((*at)[1].str()));
      const std::string sentence = joined(std::move(literals));
      cases.all.insert(sentence);
      if ((*at)[2].str().find("[attack]") != std::string::npos) {
        cases.attacks.insert(sentence);
      }
    }
  }
  return cases;
}

/// The second column: what is tested.
std::set<std::string> sentences_of_the_page() {
  std::set<std::string> sentences;
  const std::string page =
      content_of(DRYDOCK_SOURCE_DIR "/realmode/attacks.md");
  for (const std::string& line : split(page, '\n')) {
    const List cells = split(line, '|');
    if (cells.size() != 5 || trim(cells[2]) == "test") continue;
    const std::string sentence(trim(cells[2]));
    if (sentence != "---") sentences.insert(sentence);
  }
  return sentences;
}

}  // namespace

TEST_CASE("the page of attacks names tests, and misses none", "[plan]") {
  const Cases cases = cases_of_this_room();
  const std::set<std::string> told = sentences_of_the_page();
  CHECK(told.size() > 20);
  for (const std::string& sentence : told) {
    INFO(sentence);
    CHECK(cases.all.contains(sentence));
  }
  for (const std::string& sentence : cases.attacks) {
    INFO(sentence);
    CHECK(told.contains(sentence));
  }
}
