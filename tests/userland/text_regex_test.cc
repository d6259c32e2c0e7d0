// text_regex_test.cc — regular expressions: the dialects, the longest match, and that none is slow.

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "sim/base/prng.h"
#include "sim/base/text.h"
#include "sim/userland/text/regex.h"
#include "tests/userland/text_real.h"

using namespace drydock;
using namespace drydock::userland;

namespace {

/// "0-3 1-2 -": the spans of the first match; "none"; or "error: why".
std::string spans(std::string_view pattern, std::string_view text,
                  bool extended = true, int groups = 9) {
  RegexSyntax syntax;
  syntax.extended = extended;
  const Result<Regex> regex = Regex::compile(pattern, syntax);
  if (!regex) return "error: " + regex.error().text;
  RegexMatch match;
  const RegexFound found = regex->search(text, 0, groups, &match);
  if (found == RegexFound::exhausted) return "exhausted";
  if (found == RegexFound::no) return "none";
  std::string out;
  for (const RegexSpan& span : match) {
    if (!out.empty()) out += ' ';
    out += span.matched() ? fmt::format("{}-{}", span.begin, span.end) : "-";
  }
  return out;
}

std::string basic(std::string_view pattern, std::string_view text) {
  return spans(pattern, text, false);
}

struct Case {
  std::string pattern, text;
};

// clang-format off
const std::vector<Case> kExtended = {
    {"abc", "xabcx"}, {"a|ab", "abc"}, {"(a|ab)(c|bcd)(d*)", "abcd"},
    {"x*", "aaa"}, {"a+", "baaac"}, {"(a*)*", "b"}, {"(a*)+", "b"},
    {"(a*)*", "aa"}, {"(a|b)*", "abba"}, {"^abc$", "abc"}, {"^$", ""},
    {"[a-c]+", "xxabcabcx"}, {"[^a-c]+", "abxyzc"}, {"[]a]+", "x]a]"},
    {"[^]a]+", "]ax]"}, {"[[:digit:]]+", "ab123"}, {"[[:alpha:]_]+", "12a_b"},
    {"a{2}", "aaaa"}, {"a{2,}", "aaaa"}, {"a{,2}", "aaaa"}, {"a{1,3}b", "aaab"},
    {"(ab){2}", "ababab"}, {"(a)(b)?", "a"}, {"((a)|b)*", "ab"},
    {"a.c", "abc"}, {"a\\.c", "abc a.c"}, {"\\<foo\\>", "afoo foo"},
    {"\\bfoo\\b", "foobar foo"}, {"\\w+", "  hi_1 "}, {"\\W", "ab c"},
    {"\\s+", "a \tb"}, {"(a|b|c)(d|e)", "xcd"}, {"a||b", "b"}, {"(|a)b", "ab"},
    {"()", "x"}, {"(foo|foobar)(bar)?", "foobar"}, {"([a-z]+) \\1", "the the"},
    {"(.)\\1", "abccd"}, {"(a*)\\1", "aaaa"}, {"(^|,)x(,|$)", "a,x"},
    {"[a-]+", "b-a-"}, {"[.]", "a.b"}, {"[[.-.]]", "a-b"}, {"[[=a=]]", "ba"},
    {"(a+|b+)+c", "aabbc"}, {"a$b", "a$b"}, {"x^y", "x^y"}, {"(x)(y)(z)", "xyz"},
    {"((((((a))))))", "a"}, {"(a(b(c)d)e)", "xabcdex"}, {"a*b*c*", "abc"},
    {"(ab|a)(bc)?", "abc"}, {"(wee|week)(knights|night)", "weeknights"},
    {"(aaa|aa)*", "aaaaaaa"}, {"(a|aa)(a|aa)", "aaa"}, {"[0-9]+\\.[0-9]*", "v3.14"},
};
const std::vector<Case> kBasic = {
    {"a*", "aaa"}, {"*a", "*a"}, {"\\(*a\\)", "*a"}, {"^*a", "*a"},
    {"a\\{2\\}", "aaa"}, {"a\\+", "aa"}, {"a\\?b", "ab"}, {"a\\|b", "b"},
    {"a+", "a+"}, {"(a)", "(a)"}, {"\\(a\\)\\1", "aa"}, {"a^b", "a^b"},
    {"a$b", "a$b"}, {"\\(^a\\)", "a"}, {"a\\(b$\\)", "ab"}, {"{", "{"},
    {"\\(a*\\)b\\1", "aabaa"}, {"\\(.*\\),\\(.*\\)", "x,y,z"}, {"^^a", "^a"},
    {"\\.", "a."}, {"a\\{1,\\}", "aaa"}, {"x\\{0\\}y", "xy"},
};
// clang-format on

/// What the real sed finds: the text with its match in brackets.
std::string real_marked(const Case& one, bool extended) {
  tests::write_real("text", one.text + "\n");
  tests::write_real("script.sed", "s/" + one.pattern + "/<&>/\n");
  const std::string flag = extended ? "-E " : "";
  return tests::run_real("sed " + flag + "-f script.sed text").out;
}

std::string marked(const Case& one, bool extended) {
  RegexSyntax syntax;
  syntax.extended = extended;
  syntax.stray_parenthesis = false;
  const Result<Regex> regex = Regex::compile(one.pattern, syntax);
  if (!regex) return "";
  RegexMatch match;
  if (regex->search(one.text, 0, 0, &match) != RegexFound::yes) {
    return one.text + "\n";
  }
  std::string text = one.text;
  text.insert(static_cast<std::size_t>(match[0].end), ">");
  text.insert(static_cast<std::size_t>(match[0].begin), "<");
  return text + "\n";
}

}  // namespace

TEST_CASE("of the leftmost matches the longest is taken", "[text][regex]") {
  CHECK(spans("a|ab", "xab") == "1-3");
  CHECK(spans("(a|ab)(c|bcd)(d*)", "abcd") == "0-4 0-2 2-3 3-4");
  CHECK(spans("(wee|week)(knights|night)", "weeknights") == "0-10 0-3 3-10");
  CHECK(spans("x*", "aaa") == "0-0");
}

TEST_CASE("groups tell where their last turn was", "[text][regex]") {
  CHECK(spans("(a*)*", "b") == "0-0 0-0");
  CHECK(spans("(a|b)*", "abba") == "0-4 3-4");
  CHECK(spans("(a)(b)?", "a") == "0-1 0-1 -");
  CHECK(basic("\\(.*\\),\\(.*\\)", "x,y,z") == "0-5 0-3 4-5");
}

TEST_CASE("back-references match what their group matched", "[text][regex]") {
  CHECK(basic("\\(a*\\)b\\1", "aabaa") == "0-5 0-2");
  CHECK(spans("([a-z]+) \\1", "say the the") == "4-11 4-7");
  CHECK(basic("\\1", "a") == "error: Invalid back reference");
}

TEST_CASE("mistakes are named as regerror names them", "[text][regex]") {
  CHECK(spans("(a", "a") == "error: Unmatched ( or \\(");
  CHECK(basic("a\\)", "a") == "error: Unmatched ) or \\)");
  CHECK(spans("[a", "a") == "error: Unmatched [, [^, [:, [., or [=");
  CHECK(spans("[z-a]", "a") == "error: Invalid range end");
  CHECK(spans("[[:foo:]]", "a") == "error: Invalid character class name");
  CHECK(spans("*a", "a") == "error: Invalid preceding regular expression");
  CHECK(spans("a\\", "a") == "error: Trailing backslash");
  CHECK(basic("a\\{2", "a") == "error: Unmatched \\{");
  CHECK(basic("a\\{2,1\\}", "a") == "error: Invalid content of \\{\\}");
  CHECK(spans("((a{999}){999}){999}", "a") ==
        "error: Regular expression too big");
}

TEST_CASE("expressions that ruin backtrackers are answered at once",
          "[text][regex]") {
  const std::string as(100'000, 'a');
  CHECK(spans("(a*)*b", as) == "none");
  CHECK(spans("(a+)+$", as + "!") == "none");
  CHECK(spans("(x+x+)+y", std::string(50'000, 'x'), true, 0) == "none");
  CHECK(spans("(a|aa)+$", as, true, 0) == "0-100000");
}

TEST_CASE("a hopeless search with back-references gives up", "[text][regex]") {
  CHECK(spans("(a*)*\\1b", std::string(64, 'a')) == "exhausted");
}

TEST_CASE("nesting without end is refused, not followed", "[text][regex]") {
  CHECK(spans(std::string(100'000, '('), "a") ==
        "error: Regular expression too big");
  CHECK(spans("a" + std::string(100'000, '+'), "aa") == "0-2");
}

TEST_CASE("matches are those that the real sed finds", "[text][regex][real]") {
  if (!tests::has_real("sed")) {
    WARN("skipped: no sed on this machine");
    return;
  }
  for (const Case& one : kExtended) {
    INFO("extended " << one.pattern << " on " << one.text);
    CHECK(marked(one, true) == real_marked(one, true));
  }
  for (const Case& one : kBasic) {
    INFO("basic " << one.pattern << " on " << one.text);
    CHECK(marked(one, false) == real_marked(one, false));
  }
}

TEST_CASE("random expressions match where the real sed says they do",
          "[text][regex][real]") {
  if (!tests::has_real("sed")) {
    WARN("skipped: no sed on this machine");
    return;
  }
  const List pieces = {"a",  "b",   "c",       ".",   "[ab]",   "[^a]",
                       "a*", "b+",  "(a|b)",   "c?",  "^",      "(b|bc)*",
                       "$",  "\\<", "(c*|b)*", "\\b", "(ab|a)", "(a|bc){1,2}"};
  Prng chance(7);
  std::vector<Case> cases(200);  // Each starts a process: no more than these.
  for (Case& one : cases) {
    for (auto n = chance.below(4) + 1; n > 0; --n) {
      one.pattern += pieces[chance.below(pieces.size())];
    }
    for (auto n = chance.below(11); n > 0; --n) {
      one.text += "abc "[chance.below(4)];
    }
  }
  for (const Case& one : cases) {
    INFO(one.pattern << " on '" << one.text << "'");
    CHECK(marked(one, true) == real_marked(one, true));
  }
}
