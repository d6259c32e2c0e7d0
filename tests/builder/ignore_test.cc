// ignore_test.cc — .dockerignore in both profiles.

#include "sim/builder/ignore.h"

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "sim/base/text.h"

using namespace drydock;
using namespace drydock::builder;

namespace {

const BuilderRules& old_rules() { return rules_of(image::Grammar::docker_1_8); }
const BuilderRules& new_rules() {
  return rules_of(image::Grammar::docker_20_10);
}

bool excludes(std::string_view text, std::string_view path,
              const BuilderRules& rules = old_rules()) {
  const Result<IgnoreRules> ignore = IgnoreRules::parse(text, rules);
  REQUIRE(ignore);
  return ignore->excludes(path);
}

}  // namespace

TEST_CASE("a pattern excludes what it matches, and not across slashes") {
  CHECK(excludes("*.txt", "a.txt"));
  CHECK_FALSE(excludes("*.txt", "d/a.txt"));
  CHECK(excludes("d/*.t?t", "d/a.txt"));
  CHECK(excludes("f[0-9]", "f7"));
  CHECK_FALSE(excludes("f[^0-9]", "f7"));
}

TEST_CASE("a pattern that matches a directory excludes its tree") {
  CHECK(excludes("d", "d/sub/file"));
  CHECK(excludes("d/s*", "d/sub/deep/file"));
}

TEST_CASE("lines are trimmed and cleaned, empty ones dropped") {
  CHECK(excludes("  ./d//sub/  \n\n", "d/sub"));
}

TEST_CASE("an exclamation mark re-includes; the last match wins") {
  CHECK_FALSE(excludes("*.txt\n!f3.txt", "f3.txt"));
  CHECK(excludes("!f3.txt\n*.txt", "f3.txt"));
  CHECK_FALSE(excludes("*\n!d", "d/sub/s"));
}

TEST_CASE("a lone exclamation mark is refused") {
  CHECK(IgnoreRules::parse("!\n", old_rules()).error().text ==
        "Error checking context: 'Illegal exclusion pattern: !'.");
}

TEST_CASE("comments and ** came after docker-1.8") {
  CHECK(excludes("# a", "# a", old_rules()));
  CHECK_FALSE(excludes("# a", "# a", new_rules()));
  CHECK_FALSE(excludes("**/s", "d/sub/s", old_rules()));
  CHECK(excludes("**/s", "d/sub/s", new_rules()));
  CHECK(excludes("**/s", "s", new_rules()));
  CHECK(excludes("d/**", "d/sub/s", new_rules()));
  CHECK(excludes("/f", "f", new_rules()));
}

TEST_CASE("a pattern with an open bracket is refused") {
  CHECK(IgnoreRules::parse("[\n", new_rules()).error().text ==
        "error checking context: syntax error in pattern");
}

TEST_CASE("wildcards count unless a backslash precedes them") {
  CHECK(has_wildcards("a*"));
  CHECK(has_wildcards("a[b"));
  CHECK_FALSE(has_wildcards("a\\*b"));
}

TEST_CASE("matching costs no more than pattern times text") {
  std::string pattern, text(2000, 'a');
  for (int i = 0; i < 200; ++i) pattern += "*a";
  CHECK(glob_matches(pattern, text, false));
  CHECK_FALSE(glob_matches(pattern + "b", text, false));
}

TEST_CASE("the two matchers of Go's patterns agree", "[property]") {
  rc::prop("glob_matches without ** is filepath.Match", [] {
    const auto piece =
        rc::gen::element<std::string>("a", "b", "/", "*", "?", "[a-b]", "\\*");
    const auto letter = rc::gen::element<std::string>("a", "b", "/", "*");
    using Pieces = std::vector<std::string>;
    const std::string pattern = join(*rc::gen::container<Pieces>(piece), "");
    const std::string text = join(*rc::gen::container<Pieces>(letter), "");
    RC_ASSERT(glob_matches(pattern, text, false) == matches(pattern, text));
  });
}
