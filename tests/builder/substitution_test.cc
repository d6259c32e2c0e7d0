// substitution_test.cc — variables, quotes and escapes, in both dialects.

#include "sim/builder/substitution.h"

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

using namespace drydock;
using namespace drydock::builder;

namespace {

const List kEnv{"A=1", "B=two words", "E=", "A=later"};

Result<std::string> try_old(std::string_view word) {
  return substitute(word, kEnv, '\\', rules_of(image::Grammar::docker_1_8));
}
Result<std::string> try_new(std::string_view word) {
  return substitute(word, kEnv, '\\', rules_of(image::Grammar::docker_20_10));
}

/// Both dialects, which must agree.
std::string both(std::string_view word) {
  const Result<std::string> old = try_old(word);
  const Result<std::string> now = try_new(word);
  REQUIRE(old);
  REQUIRE(now);
  CHECK(*old == *now);
  return *old;
}

}  // namespace

TEST_CASE("a variable is replaced by its value, an unset one by nothing") {
  CHECK(both("$A-${A}x$UNSET.") == "1-1x.");
  CHECK(both("cost: 5$ and $/") == "cost: 5$ and $/");
}

TEST_CASE("a default stands in for what is unset or empty") {
  CHECK(both("${UNSET:-dflt}${E:-also}${A:-not}") == "dfltalso1");
  CHECK(both("${A:+alt}${UNSET:+no}${E:+no}") == "alt");
  CHECK(both("${UNSET:-${A:-x}y}") == "1y");
}

TEST_CASE("single quotes are literal, double quotes know $ and escapes") {
  CHECK(both("'$A'") == "$A");
  CHECK(both("\"$A it's\"") == "1 it's");
  CHECK(both(R"("\$A \" \n")") == R"($A " \n)");
  CHECK(both(R"(\$A three\ words)") == "$A three words");
}

TEST_CASE("docker-1.8 forgives open quotes and a last backslash") {
  CHECK(*try_old("\"open $A") == "open 1");
  CHECK(*try_old("'open $A") == "open $A");
  CHECK(*try_old("last\\") == "last");
}

TEST_CASE("docker-1.8 names the whole word when a modifier is unknown") {
  CHECK(try_old("x${A:?no}").error().text ==
        "Unsupported modifier (?) in substitution: x${A:?no}");
  CHECK(try_old("${bad").error().text == "Missing ':' in substitution: ${bad");
}

TEST_CASE("docker-20.10 knows ? and the forms without a colon") {
  CHECK(*try_new("${E-x}${UNSET-y}${E+z}") == "yz");
  CHECK(try_new("${UNSET?err}").error().text ==
        R"(failed to process "${UNSET?err}": UNSET: err)");
  CHECK(try_new("${E:?}").error().text ==
        R"(failed to process "${E:?}": E: is not allowed to be empty)");
}

TEST_CASE("docker-20.10 refuses what is left open") {
  CHECK(try_new("${bad").error().text ==
        R"(failed to process "${bad": missing ':' in substitution)");
  CHECK(try_new("${}").error().text ==
        R"(failed to process "${}": syntax error: bad substitution)");
  CHECK(try_new("'open").error().text ==
        R"(failed to process "'open": unexpected end of statement while )"
        "looking for matching single-quote");
}

TEST_CASE("EXPOSE's words may come out of one variable") {
  const Result<List> words = substitute_words(
      "$B \"$B\" x$A", kEnv, '\\', rules_of(image::Grammar::docker_20_10));
  REQUIRE(words);
  CHECK(*words == List{"two", "words", "two words", "x1"});
}

TEST_CASE("substitution answers whatever it is given", "[property]") {
  rc::prop("no word is too strange", [] {
    const auto piece = rc::gen::element<std::string>(
        "$", "{", "}", ":", "-", "+", "?", "A", "\\", "'", "\"", " ", "${A:-");
    const std::string word =
        join(*rc::gen::container<std::vector<std::string>>(piece), "");
    static_cast<void>(try_old(word));
    static_cast<void>(try_new(word));
  });
}

TEST_CASE("a thousand nested substitutions end in an error") {
  std::string word;
  for (int i = 0; i < 1000; ++i) word += "${U:-";
  CHECK(try_old(word).error().text == "substitutions nest too deep");
}
