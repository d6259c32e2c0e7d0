// pattern_test.cc — a line of a page matches a line of a run up to renaming.

#include <catch2/catch.hpp>

#include "sim/scenario/pattern.h"

namespace drydock::scenario {
namespace {

const std::string kPage64 =
    "585b3d36e7cec8d06f768f6eb199a29feb8b2e5622884452633772169695b94a";
const std::string kRun64 =
    "aaaabbbbccccddddeeeeffff0000111122223333444455556666777788889999";

bool matches_text(std::string_view pattern, std::string_view line,
                  Renaming& renaming) {
  return matches(parse_pattern(pattern, {}), line, renaming);
}

bool alone(std::string_view pattern, std::string_view line) {
  Renaming fresh;
  return matches_text(pattern, line, fresh);
}

bool lines_match(const std::vector<std::string>& page,
                 const std::vector<std::string>& run) {
  std::vector<Pattern> patterns;
  for (const auto& line : page) patterns.push_back(parse_pattern(line, {}));
  Renaming fresh;
  return matches_lines(patterns, run, fresh);
}

}  // namespace

TEST_CASE("plain text matches itself and blanks at the end do not count") {
  CHECK(alone("Hello World", "Hello World"));
  CHECK(alone("Hello World  ", "Hello World"));
  CHECK_FALSE(alone("Hello World", "Hello world"));
  CHECK_FALSE(alone("Hello", "Hello World"));
}

TEST_CASE("an id is the same id everywhere and never two") {
  Renaming renaming;
  CHECK(
      matches_text("root@622ac5689680:/# ", "root@0123456789ab:/#", renaming));
  CHECK(matches_text("622ac5689680", "0123456789ab", renaming));
  CHECK_FALSE(matches_text("622ac5689680", "ffffffffffff", renaming));
  CHECK_FALSE(matches_text("aaaaaaaaaaaa", "0123456789ab", renaming));
  CHECK(renaming.translate("docker logs 622ac5689680") ==
        "docker logs 0123456789ab");
}

TEST_CASE("a short id is the front of its long one") {
  Renaming renaming;
  CHECK(matches_text(kPage64, kRun64, renaming));
  CHECK(matches_text(kPage64.substr(0, 12), kRun64.substr(0, 12), renaming));
  CHECK_FALSE(matches_text(kPage64.substr(0, 12), "0123456789ab", renaming));
  CHECK(renaming.translate(kPage64) == kRun64);
  CHECK_FALSE(matches_text(kPage64, kRun64.substr(0, 12), renaming));
}

TEST_CASE("an id may be told by its first digits alone") {
  Renaming renaming;
  const std::string run = "/volumes/" + kRun64 + "/_data";
  CHECK(matches_text("[{5cad... /volumes/5cad.../_data}]",
                     "[{" + kRun64 + " " + run + "}]", renaming));
}

TEST_CASE("an id of digits alone is one where the page has an id") {
  CHECK(alone("built 18c342d77b66", "built 029124112906"));
  CHECK(alone("<id:web>", "029124112906"));
  CHECK_FALSE(alone("built 123456789012", "built 029124112906"));
  Renaming renaming;
  CHECK(matches_text("18c342d77b66", "029124112906", renaming));
  CHECK_FALSE(matches_text("18c342d77b66", "029124112907", renaming));
}

TEST_CASE("words and numbers are no ids") {
  CHECK_FALSE(alone("facadedecade1", "facadedecade2"));
  CHECK_FALSE(alone("123456789012", "210987654321"));
}

TEST_CASE("three dots skip the rest of a line, or lines") {
  CHECK(alone("Get:1 ...", "Get:1 http://mirror wheezy"));
  CHECK(alone("a ... z", "a b c z"));
  CHECK(lines_match({"first", "...", "last"}, {"first", "x", "y", "last"}));
  CHECK(lines_match({"first", "...", "last"}, {"first", "last"}));
  CHECK_FALSE(lines_match({"first", "...", "last"}, {"first", "x"}));
}

TEST_CASE("captures match their kind and a name binds them") {
  CHECK(alone("at <ip>:<port>", "at 172.17.0.2:32769"));
  CHECK_FALSE(alone("at <ip>", "at 172.17.0"));
  CHECK(alone("up <time>, <name>", "up About a minute, drunk_turing3"));
  CHECK(alone("<time> x", "2015-10-12T08:00:00.000000000Z x"));
  Renaming renaming;
  CHECK(matches_text("<ip:a>", "10.0.0.1", renaming));
  CHECK_FALSE(matches_text("<ip:a>", "10.0.0.2", renaming));
  CHECK(renaming.translate("ping <ip:a>") == "ping 10.0.0.1");
}

TEST_CASE("suffixes make a line a regular expression, a glob or optional") {
  CHECK(alone("a+b? (re)", "aaa"));
  CHECK_FALSE(alone("a+ (re)", "b"));
  CHECK(alone("a*c (glob)", "a/b/c"));
  CHECK(lines_match({"a", "b (?)", "c"}, {"a", "c"}));
  CHECK(lines_match({"a", "b (?)", "c"}, {"a", "b", "c"}));
  CHECK_FALSE(alone("( (re)", "("));  // Ill-formed matches nothing.
}

TEST_CASE("two skips on end are one, and a hundred are given up in time") {
  CHECK(alone("a......c", "a--c"));
  CHECK(alone("a...b...c", "a-b-bc"));
  std::string skips, line;
  for (int i = 0; i < 100; ++i) skips += "...x";
  CHECK(alone(skips, std::string(200, 'x')));
  CHECK_FALSE(alone(skips + "y", std::string(200, 'x')));
}

TEST_CASE("a named id is the same one with twelve digits and with sixty-four") {
  const std::string whole(64, 'a');
  CHECK(lines_match({"<id:web>", "<id:web>"}, {whole, "aaaaaaaaaaaa"}));
  CHECK_FALSE(lines_match({"<id:web>", "<id:web>"}, {whole, "aaaaaaaaaaab"}));
}

TEST_CASE("a line may belong to one world or one profile only") {
  const Conditions real{"real", "docker-20.10"};
  CHECK_FALSE(parse_pattern("x (world: sim)", real).applies);
  CHECK(parse_pattern("x (world: real) (profile: docker-20.10)", real).applies);
  CHECK(parse_pattern("x (as it is)", real).text == "x (as it is)");
}

TEST_CASE("a glob of many stars is decided at once") {
  Renaming renaming;
  const std::string many(60, 'a');
  std::string stars;
  for (int i = 0; i < 30; ++i) stars += "*a";
  CHECK(matches(parse_pattern(stars + " (glob)", {}), many, renaming));
  CHECK_FALSE(matches(parse_pattern(stars + "b (glob)", {}), many, renaming));
  CHECK(matches(parse_pattern("a*b?c* (glob)", {}), "aXbYbZc", renaming));
  CHECK(matches(parse_pattern("* (glob)", {}), "", renaming));
  CHECK_FALSE(matches(parse_pattern("a* (glob)", {}), "", renaming));
}

TEST_CASE("a prompt is found at the front of a line, ids renamed") {
  Renaming renaming;
  CHECK(match_front("root@622ac5689680:/# ls", "root@0123456789ab:/# ",
                    renaming) == 21);
  CHECK(match_front("$ ls", "$ ", renaming) == 2);
  CHECK_FALSE(match_front("total 4", "$ ", renaming));
}

}  // namespace drydock::scenario
