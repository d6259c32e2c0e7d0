// flags_test.cc — the two grammars of flags, and what each says of mistakes.

#include <catch2/catch.hpp>

#include "sim/cli/commands/all.h"
#include "sim/cli/flags.h"
#include "sim/cli/run_topics.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kFlags[] = {
    {'d', "detach", "", Kind::toggle, "", kBoth, "x"},
    {'e', "env", "list", Kind::environment, "", kBoth, "x"},
    {0, "filter", "filter", Kind::filter, "", kBoth, "x"},
    {'i', "interactive", "", Kind::toggle, "", kBoth, "x"},
    {0, "memory", "bytes", Kind::bytes, "", k20, "x"},
    {'n', "name", "string", Kind::text, "", kBoth, "x"},
    {0, "net", "string", Kind::text, "", k18, "x", "network"},
    {'s', "seconds", "int", Kind::number, "10", kBoth, "x"},
    {0, "sig-proxy", "", Kind::toggle, "true", kBoth, "x"},
    {'t', "tty", "", Kind::toggle, "", kBoth, "x"},
};
// clang-format on
static_assert(is_flag_table(kFlags));

Grammar old_grammar() {
  Grammar grammar;
  grammar.profile = k18;
  grammar.single_dash_names = grammar.strips_quotes = grammar.en_dashes = true;
  return grammar;
}

Grammar recent_grammar(bool interspersed = false) {
  Grammar grammar;
  grammar.profile = k20;
  grammar.stops_at_operand = !interspersed;
  return grammar;
}

std::string complaint(const Grammar& grammar, const List& words) {
  const Result<Parsed> parsed = parse(kFlags, grammar, words);
  return parsed ? "" : parsed.error().text;
}

}  // namespace

TEST_CASE("1.8 reads bundles, long names with one dash, and strips quotes") {
  const auto parsed = parse(kFlags, old_grammar(),
                            {"-dit", "-name", "web", "--env='A=1'", "-e", "B=2",
                             "--sig-proxy=false", "busybox", "-x"});
  REQUIRE(parsed);
  CHECK(parsed->flags.on("detach"));
  CHECK(parsed->flags.on("interactive"));
  CHECK(parsed->flags.on("tty"));
  CHECK(parsed->flags.text("name") == "web");
  CHECK(parsed->flags.list("env") == List{"A=1", "B=2"});
  CHECK_FALSE(parsed->flags.on("sig-proxy", true));
  CHECK(parsed->operands == List{"busybox", "-x"});
}

TEST_CASE("1.8 takes the en dashes that books print for two hyphens") {
  const auto parsed =
      parse(kFlags, old_grammar(), {"\xe2\x80\x93\xe2\x80\x93name=web", "x"});
  REQUIRE(parsed);
  CHECK(parsed->flags.text("name") == "web");
}

TEST_CASE("1.8 complains as mflag does") {
  const Grammar old = old_grammar();
  CHECK(complaint(old, {"-z"}) == "flag provided but not defined: -z");
  CHECK(complaint(old, {"--nosuch"}) ==
        "flag provided but not defined: --nosuch");
  CHECK(complaint(old, {"--name"}) == "flag needs an argument: --name");
  CHECK(complaint(old, {"-dz"}) == "flag provided but not defined: -dz");
  CHECK(complaint(old, {"-s", "abc"}) ==
        "invalid value \"abc\" for flag -s: strconv.ParseInt: parsing \"abc\": "
        "invalid syntax");
  CHECK(
      complaint(old, {"--tty=maybe"}) ==
      "invalid boolean value \"maybe\" for  --tty: strconv.ParseBool: parsing "
      "\"maybe\": invalid syntax");
  CHECK(complaint(old, {"--memory", "1g"}) ==
        "flag provided but not defined: --memory");
}

TEST_CASE("20.10 reads clusters with values and flags behind operands") {
  const auto parsed = parse(kFlags, recent_grammar(true),
                            {"-itnweb", "a", "--seconds=5", "b", "--", "-d"});
  REQUIRE(parsed);
  CHECK(parsed->flags.on("tty"));
  CHECK(parsed->flags.text("name") == "web");
  CHECK(parsed->flags.number("seconds") == 5);
  CHECK(parsed->operands == List{"a", "b", "-d"});
  CHECK_FALSE(parsed->flags.given("detach"));
}

TEST_CASE("20.10 complains as pflag does") {
  const Grammar recent = recent_grammar();
  CHECK(complaint(recent, {"--nosuchflag"}) == "unknown flag: --nosuchflag");
  CHECK(complaint(recent, {"-Z"}) == "unknown shorthand flag: 'Z' in -Z");
  CHECK(complaint(recent, {"-dZ"}) == "unknown shorthand flag: 'Z' in -Z");
  CHECK(complaint(recent, {"--memory"}) == "flag needs an argument: --memory");
  CHECK(complaint(recent, {"-n"}) == "flag needs an argument: 'n' in -n");
  CHECK(complaint(recent, {"-s", "abc"}) ==
        "invalid argument \"abc\" for \"-s, --seconds\" flag: "
        "strconv.ParseInt: parsing \"abc\": invalid syntax");
  CHECK(complaint(recent, {"-e", "=x"}) ==
        "invalid argument \"=x\" for \"-e, --env\" flag: invalid environment "
        "variable: =x");
  CHECK(complaint(recent, {"--filter", "foo"}) ==
        "invalid argument \"foo\" for \"--filter\" flag: bad format of filter "
        "(expected name=value)");
  CHECK(complaint(recent, {"--memory", "1x"}) ==
        "invalid argument \"1x\" for \"--memory\" flag: invalid size: '1x'");
}

TEST_CASE("the last of several values counts, and lists keep them all") {
  const auto parsed =
      parse(kFlags, recent_grammar(), {"-n", "a", "-n", "b", "-e", "X", "-eY"});
  REQUIRE(parsed);
  CHECK(parsed->flags.text("name") == "b");
  CHECK(parsed->flags.list("env") == List{"X", "Y"});
  CHECK(parsed->flags.text("filter", "none") == "none");
}

TEST_CASE("a second name of a flag sets the first") {
  const auto parsed = parse(kFlags, old_grammar(), {"--net=host"});
  REQUIRE(parsed);
  CHECK(parsed->flags.text("network") == "host");
}

TEST_CASE("every command's flags are in order of their names") {
  for (const Entry& entry : entries()) {
    CAPTURE(entry.path);
    CHECK((!entry.command || is_flag_table(entry.command->flags)));
  }
}

TEST_CASE("every flag of run and create is about something") {
  for (const Command* const command : {&kRun, &kCreate}) {
    for (const Flag& flag : command->flags) {
      CAPTURE(flag.name);
      CHECK(topic_of(flag.stands_for.empty() ? flag.name : flag.stands_for));
    }
  }
  CHECK_FALSE(topic_of("nothing"));
  CHECK_FALSE(topic_of("zz"));
}

TEST_CASE("sizes are 1024-based, durations are Go's") {
  CHECK(*parse_size("64m") == 67108864);
  CHECK(*parse_size("1g") == 1073741824);
  CHECK(*parse_size("2KB") == 2048);
  CHECK(*parse_size("7") == 7);
  CHECK_FALSE(parse_size("m"));
  CHECK_FALSE(parse_size("1.x"));
  CHECK_FALSE(parse_size("99999999999p"));
  CHECK(parse_duration("1h15m30.5s") == 4'530'500'000'000);
  CHECK(parse_duration("-1.5h") == -5'400'000'000'000);
  CHECK(parse_duration("300ms") == 300'000'000);
  CHECK_FALSE(parse_duration("10"));
  CHECK_FALSE(parse_duration("bogus"));
  CHECK_FALSE(parse_duration(""));
}

}  // namespace drydock::cli
