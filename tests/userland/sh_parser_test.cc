// sh_parser_test.cc — the shell's grammar, arithmetic and patterns by
// themselves.

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <map>

#include "sim/userland/sh/arithmetic.h"
#include "sim/userland/sh/braces.h"
#include "sim/userland/sh/escapes.h"
#include "sim/userland/sh/fields.h"
#include "sim/userland/sh/parser.h"
#include "sim/userland/sh/pattern.h"

namespace drydock::userland::sh {

namespace {

ParseStatus status_of(const std::string& text,
                      Dialect dialect = Dialect::dash) {
  return parse_status(text, dialect).status;
}

std::string message_of(const std::string& text,
                       Dialect dialect = Dialect::dash) {
  return parse_status(text, dialect).message;
}

class Table final : public ArithmeticVariables {
 public:
  Result<std::optional<std::string>> get(
      std::string_view name, std::optional<std::string_view>) override {
    const auto found = values.find(std::string(name));
    if (found == values.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }
  Outcome set(std::string_view name, std::optional<std::string_view>,
              std::int64_t value) override {
    values[std::string(name)] = std::to_string(value);
    return done();
  }
  std::map<std::string, std::string> values;
};

std::string value_of(std::string_view expression,
                     Dialect dialect = Dialect::dash) {
  Table table;
  const Result<std::int64_t> value = evaluate(expression, table, dialect);
  return value ? std::to_string(*value) : value.error().text;
}

std::vector<std::string> split_at(std::string_view text, std::string_view ifs) {
  Marked field;
  field.add(text, kExpanded);
  std::vector<std::string> result;
  for (const Marked& one : split_fields(field, ifs)) {
    result.push_back(one.plain());
  }
  return result;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a command that could go on is incomplete, not wrong") {
  for (const char* const text :
       {"if true", "echo 'a", "echo \"a", "echo $(ls", "echo ${x", "a |",
        "a &&", "{ echo", "f() {", "cat <<E\nbody\n", "echo a \\\n", "for i in",
        "while :; do", "case x in", "echo `a", "echo $((1 +"}) {
    INFO(text);
    CHECK(status_of(text) == ParseStatus::incomplete);
  }
}

TEST_CASE("whole commands are complete") {
  for (const char* const text :
       {"", "# only a comment", "echo a", "if a; then b; fi",
        "cat <<E\nbody\nE\n", "f() { a; }", "case x in (a) ;; b) c; esac",
        "echo $( case a in a) b;; esac )", "a & b; c", "! a | b",
        "x=1 >f <g cmd"}) {
    INFO(text);
    CHECK(status_of(text) == ParseStatus::complete);
  }
}

TEST_CASE("a syntax error names the token and what would have been right") {
  CHECK(message_of("if true; fi") ==
        "Syntax error: \"fi\" unexpected (expecting \"then\")");
  CHECK(message_of("fi", Dialect::bash) ==
        "syntax error near unexpected token `fi'");
  CHECK(message_of("echo )", Dialect::ash) == "syntax error: unexpected \")\"");
  CHECK(message_of("for 1 in a; do :; done") ==
        "Syntax error: Bad for loop variable");
}

TEST_CASE("bash reads what dash does not") {
  for (const char* const text :
       {"[[ a == b && ( c < d ) ]]", "((x = 1 + (2)))", "a=(1 2 [5]=x)",
        "for ((i = 0; i < 3; i++)); do :; done", "cat < <(echo)",
        "case a in b) ;& c) ;; esac", "function f { a; }", "a |& b &> c"}) {
    INFO(text);
    CHECK(status_of(text, Dialect::bash) == ParseStatus::complete);
  }
}

TEST_CASE("syntax that nests without end is an error, not a crash") {
  std::string groups, substitutions = "echo ";
  for (int i = 0; i < 5000; ++i) {
    groups += "{ ";
    substitutions += "$(echo ";
  }
  CHECK(status_of(groups) == ParseStatus::error);
  CHECK(status_of(substitutions) == ParseStatus::error);
}

TEST_CASE("arithmetic follows C's precedence") {
  CHECK(value_of("1 + 2 * 3 - 4 / 2") == "5");
  CHECK(value_of("1 << 2 + 1 | 1") == "9");
  CHECK(value_of("1 < 2 == 1 && !0 || 0") == "1");
  CHECK(value_of("0 ? 1 : 0 ? 2 : 3") == "3");
  CHECK(value_of("x = y = 4, x + y", Dialect::bash) == "8");
  CHECK(value_of("2 ** 3 ** 2", Dialect::bash) == "512");
  CHECK(value_of("9223372036854775807 + 1") == "-9223372036854775808");
}

TEST_CASE("arithmetic says what is wrong in the shell's words") {
  CHECK(value_of("1/0") == "arithmetic expression: division by zero: \"1/0\"");
  CHECK(value_of("1+") == "arithmetic expression: expecting primary: \"1+\"");
  CHECK(value_of("1/0", Dialect::bash) ==
        "1/0: division by 0 (error token is \"0\")");
  CHECK(value_of("1/0", Dialect::ash) == "divide by zero");
  const std::string deep(100'000, '(');
  CHECK(value_of(deep).find("nested too deeply") != std::string::npos);
}

TEST_CASE("sums are what the machine makes of them") {
  rc::prop("a + b, a * b and a - b wrap", [](std::int64_t a, std::int32_t b) {
    const std::string left = std::to_string(a), right = std::to_string(b);
    const auto x = static_cast<std::uint64_t>(a);
    const auto y = static_cast<std::uint64_t>(static_cast<std::int64_t>(b));
    Table table;
    table.values = {{"a", left}, {"b", right}};
    const auto value = [&](std::string_view text) {
      return *evaluate(text, table, Dialect::dash);
    };
    RC_ASSERT(value("a + b") == static_cast<std::int64_t>(x + y));
    RC_ASSERT(value("a - b") == static_cast<std::int64_t>(x - y));
    RC_ASSERT(value("a * b") == static_cast<std::int64_t>(x * y));
  });
}

TEST_CASE("patterns match as POSIX has them") {
  CHECK(Pattern("a*c").matches("abbc"));
  CHECK_FALSE(Pattern("a*c").matches("abbd"));
  CHECK(Pattern("[!a-c]?").matches("dx"));
  CHECK(Pattern("[]x]").matches("]"));
  CHECK(Pattern("\\*").matches("*"));
  CHECK_FALSE(Pattern("\\*").matches("a"));
  CHECK(Pattern("[[:digit:]]*").matches("1a"));
  CHECK(Pattern("[a").matches("[a"));
  Pattern::Options extended;
  extended.extended = true;
  CHECK(Pattern("+(ab|c)d", extended).matches("abcabd"));
  CHECK(Pattern("!(a)", extended).matches("b"));
  CHECK_FALSE(Pattern("!(a)", extended).matches("a"));
}

TEST_CASE("the longest and the shortest cut") {
  CHECK(Pattern("*/").prefix("a/b/c", false) == 2);
  CHECK(Pattern("*/").prefix("a/b/c", true) == 4);
  CHECK(Pattern("/*").suffix("a/b/c", false) == 2);
  CHECK(Pattern("/*").suffix("a/b/c", true) == 4);
  CHECK_FALSE(Pattern("x").prefix("a", true));
}

TEST_CASE("many stars take no time") {
  std::string stars, text(20'000, 'a');
  for (int i = 0; i < 50; ++i) stars += "*a";
  CHECK_FALSE(Pattern(stars + "b").matches(text));
  CHECK_FALSE(Pattern(stars + "b").prefix(text, true));
}

TEST_CASE("fields split at blanks and at other separators") {
  CHECK(split_at("  a  b ", " ") == Texts{"a", "b"});
  CHECK(split_at("a::b:", ":") == Texts{"a", "", "b"});
  CHECK(split_at(":a", ":") == Texts{"", "a"});
  CHECK(split_at(" a : b :: c ", " :") == Texts{"a", "b", "", "c"});
  CHECK(split_at("a b", "") == Texts{"a b"});
}

TEST_CASE("quoted text reads back as the same text") {
  rc::prop("bash's $'' undoes printf %q", [](const std::string& text) {
    if (text.find('\0') != std::string::npos) return;
    const std::string quoted = backslash_quoted(text);
    ParserOptions options;
    options.dialect = Dialect::bash;
    Parser parser(options, std::make_shared<const std::string>(quoted));
    const WordRef word = parser.parse_loose_word();
    RC_ASSERT(word != nullptr);
    std::string read;
    for (const Part& part : word->parts) read += part.text;
    RC_ASSERT(read == text);
  });
}

}  // namespace drydock::userland::sh
