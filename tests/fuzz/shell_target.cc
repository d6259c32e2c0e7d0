// shell_target.cc — scripts and arithmetic.

#include <array>
#include <memory>
#include <string>

#include "sim/userland/sh/arithmetic.h"
#include "sim/userland/sh/braces.h"
#include "sim/userland/sh/parser.h"
#include "tests/fuzz/targets.h"

namespace drydock::fuzz {

namespace sh = userland::sh;

namespace {

constexpr std::array kDialects = {sh::Dialect::dash, sh::Dialect::bash,
                                  sh::Dialect::ash};

/// a is 1, b is not set, c is an expression; all take what they are given.
class Variables final : public sh::ArithmeticVariables {
 public:
  Result<std::optional<std::string>> get(
      std::string_view name, std::optional<std::string_view>) override {
    if (name == "a") return std::optional<std::string>("1");
    if (name == "c") return std::optional<std::string>("a+c");
    return std::optional<std::string>();
  }
  Outcome set(std::string_view, std::optional<std::string_view>,
              std::int64_t) override {
    return done();
  }
};

}  // namespace

void feed_shell(std::string_view bytes) {
  const auto text = std::make_shared<const std::string>(bytes);
  const sh::Aliases aliases{{"a", "b "}, {"b", "a"}, {"c", "echo '"}};
  for (const sh::Dialect dialect : kDialects) {
    sh::ParserOptions options;
    options.dialect = dialect;
    options.aliases = &aliases;
    options.extended_patterns = dialect == sh::Dialect::bash;
    sh::Parser parser(options, text);
    for (std::size_t at = 0; parser.next() != nullptr;) {
      demand(parser.offset() > at, "each command takes some of the text");
      at = parser.offset();
    }
    (void)sh::Parser(options, text).parse_quoted_text();
    const sh::WordRef word = sh::Parser(options, text).parse_loose_word();
    if (word) (void)sh::expand_braces(*word);
  }
}

void feed_arithmetic(std::string_view bytes) {
  Variables variables;
  for (const sh::Dialect dialect : kDialects) {
    (void)sh::evaluate(bytes, variables, dialect);
  }
  (void)sh::parse_shell_integer(bytes);
}

}  // namespace drydock::fuzz
