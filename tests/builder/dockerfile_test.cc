// dockerfile_test.cc — how a Dockerfile is read, rule by rule.

#include "sim/builder/dockerfile.h"

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <string>

using namespace drydock;
using namespace drydock::builder;

namespace {

const BuilderRules& old_rules() { return rules_of(image::Grammar::docker_1_8); }
const BuilderRules& new_rules() {
  return rules_of(image::Grammar::docker_20_10);
}

Dockerfile read(std::string_view text, const BuilderRules& rules) {
  const Result<Dockerfile> file = parse_dockerfile(text, rules);
  REQUIRE(file);
  return *file;
}

Instruction only(std::string_view text,
                 const BuilderRules& rules = old_rules()) {
  const Dockerfile file = read(text, rules);
  REQUIRE(file.instructions.size() == 1);
  return file.instructions[0];
}

std::string error_of(std::string_view text, const BuilderRules& rules) {
  const Result<Dockerfile> file = parse_dockerfile(text, rules);
  REQUIRE_FALSE(file);
  return file.error().text;
}

std::string refusal(std::string_view line, const BuilderRules& rules) {
  const Result<Instruction> that = parse_instruction(line, '\\', rules);
  REQUIRE(that);
  const Outcome checked = check_instruction(*that, rules);
  return checked ? "" : checked.error().text;
}

}  // namespace

TEST_CASE("an instruction's word may be written in any case and indented") {
  CHECK(only("  rUn echo hi").word == "rUn");
  CHECK(only("  rUn echo hi").args == List{"echo hi"});
}

TEST_CASE("# begins a comment only as the first character of a line") {
  const Dockerfile file =
      read("# one\nFROM x\n   # two\nRUN echo # three\n", old_rules());
  REQUIRE(file.instructions.size() == 2);
  CHECK(file.instructions[1].args == List{"echo # three"});
}

TEST_CASE("a comment line that ends in a backslash does not continue") {
  CHECK(read("# comment \\\nFROM x\n", old_rules()).instructions.size() == 1);
}

TEST_CASE("a backslash and blanks at the end of a line continue it") {
  CHECK(only("RUN a \\  \n  b").args == List{"a   b"});
  CHECK(only("RUN a \\\n\tb\\\nc").args == List{"a \tbc"});
}

TEST_CASE("comments and blank lines inside a continuation are dropped") {
  CHECK(only("RUN a \\\n# no\n\n  b").args == List{"a   b"});
}

TEST_CASE("docker-20.10 warns of blank lines inside a continuation") {
  const Dockerfile file = read("RUN echo a \\\n\n  b\n", new_rules());
  CHECK(file.warnings ==
        List{"[WARNING]: Empty continuation line found in:\n    RUN echo a   b",
             "[WARNING]: Empty continuation lines will become errors in a "
             "future release."});
  CHECK(read("RUN echo a \\\n\n  b\n", old_rules()).warnings.empty());
}

TEST_CASE("instructions know the number of their first line") {
  const Dockerfile file = read("FROM x\n\nRUN a \\\n b\nCMD c\n", new_rules());
  REQUIRE(file.instructions.size() == 3);
  CHECK(file.instructions[1].number == 3);
  CHECK(file.instructions[2].number == 5);
}

TEST_CASE("docker-20.10 lets a directive choose the escape") {
  const Dockerfile file =
      read("# escape=`\nFROM x\nRUN echo a `\n b\\\n", new_rules());
  REQUIRE(file.instructions.size() == 2);
  CHECK(file.escape == '`');
  CHECK(file.instructions[1].args == List{"echo a  b\\"});
}

TEST_CASE("a directive counts only at the very top") {
  CHECK(read("FROM x\n# escape=`\n", new_rules()).escape == '\\');
  CHECK(read("# note\n# escape=`\nFROM x\n", new_rules()).escape == '\\');
  CHECK(read("# escape=`\nFROM x\n", old_rules()).escape == '\\');
}

TEST_CASE("an escape may be a backslash or a backtick, once") {
  CHECK(error_of("# escape=x\n", new_rules()) ==
        "invalid ESCAPE 'x'. Must be ` or \\");
  CHECK(error_of("# escape=`\n# escape=`\n", new_rules()) ==
        "only one escape parser directive can be used");
}

TEST_CASE("an array of strings is the exec form") {
  const Instruction cmd = only(R"(CMD ["nginx", "-g", "daemon off;"])");
  CHECK(cmd.json);
  CHECK(cmd.args == List{"nginx", "-g", "daemon off;"});
  CHECK(only("RUN []").json);
  CHECK(only("RUN []").args.empty());
  CHECK(only(R"(COPY ["with space", "/a b"])").args ==
        List{"with space", "/a b"});
}

TEST_CASE("what is no JSON is the shell form") {
  CHECK_FALSE(only(R"(RUN ["echo", "not json])").json);
  CHECK(only(R"(RUN ['echo'])").args == List{"['echo']"});
  CHECK(only("COPY a b  c").args == List{"a", "b", "c"});
}

TEST_CASE("what follows the array is left alone") {
  CHECK(only(R"(CMD ["a"] # really)").args == List{"a"});
}

TEST_CASE("an array of other things than strings is refused") {
  const std::string words =
      "When using JSON array syntax, arrays must be comprised of strings only.";
  CHECK(error_of("CMD [1]", old_rules()) == words);
  CHECK(error_of(R"(CMD ["a", ["b"]])", new_rules()) == words);
}

TEST_CASE("deeply nested JSON is no danger") {
  const std::string deep(60000, '[');
  CHECK_FALSE(only("CMD " + deep).json);
}

TEST_CASE("ENV takes one pair in the old form: the rest of the line") {
  CHECK(only("ENV A  two words \"quoted\"").args ==
        List{"A", "two words \"quoted\""});
}

TEST_CASE("ENV and LABEL take pairs, quoted or escaped") {
  CHECK(only(R"(ENV A=1 B="two words" C=three\ words)").args ==
        List{"A", "1", "B", "\"two words\"", "C", "three\\ words"});
  CHECK(only(R"(LABEL "c d"=3 e='f g')").args ==
        List{"\"c d\"", "3", "e", "'f g'"});
}

TEST_CASE("ENV K alone and pairs without = are refused") {
  CHECK(error_of("ENV A", old_rules()) == "ENV must have two arguments");
  CHECK(error_of("LABEL a", new_rules()) == "LABEL must have two arguments");
  CHECK(error_of("ENV A=1 B", old_rules()) ==
        "Syntax error - can't find = in \"B\". Must be of the form: "
        "name=value");
}

TEST_CASE("ONBUILD keeps its trigger's words") {
  CHECK(only("ONBUILD RUN echo x").args == List{"run", "echo x"});
  CHECK(only("ONBUILD RUN echo x", new_rules()).args == List{"RUN", "echo x"});
  CHECK(error_of("ONBUILD ENV A", old_rules()) ==
        "ENV must have two arguments");
}

TEST_CASE("HEALTHCHECK takes flags, a word and a command") {
  const Instruction that =
      only("HEALTHCHECK --interval=5s CMD [\"a\", \"b\"]", new_rules());
  CHECK(that.flags == List{"--interval=5s"});
  CHECK(that.args == List{"CMD", "a", "b"});
  CHECK(that.json);
}

TEST_CASE("flags end where the first word begins") {
  const Instruction that =
      only("COPY --from=one --chown='a b' a --from=x /", new_rules());
  CHECK(that.flags == List{"--from=one", "--chown=a b"});
  CHECK(that.args == List{"a", "--from=x", "/"});
  CHECK(only("RUN -- --x", new_rules()).args == List{"--x"});
}

TEST_CASE("a line longer than 65535 characters is refused") {
  CHECK(error_of("RUN " + std::string(70000, 'x'), old_rules()) ==
        "dockerfile line greater than maximum allowed size of 65535");
}

// clang-format off
TEST_CASE("each instruction refuses a wrong number of arguments (docker-1.8)") {
  CHECK(refusal("FROM", old_rules()) == "FROM requires one argument");
  CHECK(refusal("MAINTAINER", old_rules()) == "MAINTAINER requires exactly one argument");
  CHECK(refusal("WORKDIR", old_rules()) == "WORKDIR requires exactly one argument");
  CHECK(refusal("USER", old_rules()) == "USER requires exactly one argument");
  CHECK(refusal("ENV", old_rules()) == "ENV requires at least one argument");
  CHECK(refusal("LABEL", old_rules()) == "LABEL requires at least one argument");
  CHECK(refusal("EXPOSE", old_rules()) == "EXPOSE requires at least one argument");
  CHECK(refusal("VOLUME", old_rules()) == "VOLUME requires at least one argument");
  CHECK(refusal("ONBUILD", old_rules()) == "ONBUILD requires at least one argument");
  CHECK(refusal("ADD x", old_rules()) == "ADD requires at least two arguments");
  CHECK(refusal("COPY", old_rules()) == "COPY requires at least two arguments");
  CHECK(refusal("CMD", old_rules()).empty());
}

TEST_CASE("each instruction refuses a wrong number of arguments (docker-20.10)") {
  CHECK(refusal("FROM", new_rules()) == "FROM requires either one or three arguments");
  CHECK(refusal("FROM a b", new_rules()) == "FROM requires either one or three arguments");
  CHECK(refusal("FROM a AS b", new_rules()).empty());
  CHECK(refusal("COPY a", new_rules()) == "COPY requires at least two arguments, but only one was provided. Destination could not be determined");
  CHECK(refusal("STOPSIGNAL", new_rules()) == "STOPSIGNAL requires exactly one argument");
  CHECK(refusal("HEALTHCHECK", new_rules()) == "HEALTHCHECK requires at least one argument");
  CHECK(refusal("ARG", new_rules()) == "ARG requires at least one argument");
  CHECK(refusal("VOLUME []", new_rules()) == "VOLUME requires at least one argument");
}

TEST_CASE("instructions refuse what makes no sense in them") {
  CHECK(refusal("ENV =1", new_rules()) == "ENV names can not be blank");
  CHECK(refusal("VOLUME [\"\"]", new_rules()) == "VOLUME specified can not be an empty string");
  CHECK(refusal("VOLUME [\"\"]", old_rules()) == "Volume specified can not be an empty string");
  CHECK(refusal("ONBUILD ONBUILD RUN true", old_rules()) == "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  CHECK(refusal("ONBUILD FROM x", new_rules()) == "FROM isn't allowed as an ONBUILD trigger");
  CHECK(refusal("ONBUILD MAINTAINER x", new_rules()) == "MAINTAINER isn't allowed as an ONBUILD trigger");
  CHECK(refusal("HEALTHCHECK BOGUS", new_rules()) == "Unknown type \"BOGUS\" in HEALTHCHECK (try CMD)");
  CHECK(refusal("HEALTHCHECK NONE x", new_rules()) == "HEALTHCHECK NONE takes no arguments");
  CHECK(refusal("HEALTHCHECK CMD", new_rules()) == "Missing command after HEALTHCHECK CMD");
  CHECK(refusal("SHELL sh -c", new_rules()) == "SHELL requires the arguments to be in JSON form");
  CHECK(refusal("FROM a AS 1", new_rules()) == "invalid name for build stage: \"1\", name can't start with a number or contain symbols");
}

TEST_CASE("unknown words and flags are refused, later ones too in docker-1.8") {
  CHECK(refusal("FOO x", old_rules()) == "Unknown instruction: FOO");
  CHECK(refusal("bogus", new_rules()) == "unknown instruction: BOGUS");
  CHECK(refusal("ARG x", old_rules()) == "Unknown instruction: ARG");
  CHECK(refusal("COPY --bogus=1 a b", new_rules()) == "Unknown flag: bogus");
  CHECK(refusal("COPY --chown=1 a b", old_rules()) == "Unknown flag: chown");
  CHECK(refusal("COPY --from a b", new_rules()) == "Missing a value on flag: from");
  CHECK(refusal("COPY --from=a --from=b c d", new_rules()) == "Duplicate flag specified: from");
}
// clang-format on

namespace {

/// Text that is much more like a Dockerfile than chance would make it.
rc::Gen<std::string> any_text() {
  const auto piece = rc::gen::element<std::string>(
      "FROM ", "RUN ", "COPY ", "ENV ", "ONBUILD ", "LABEL ", "HEALTHCHECK ",
      "x", "=", "\"", "'", "[", "]", ",", "\\", "\n", "\\\n", "#", " ", "\t",
      "--from=", "--", "$A", "${A:-", "}", "`", "# escape=`\n", "\xff", "\r\n",
      std::string(1, '\0'));
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(piece),
      [](const std::vector<std::string>& pieces) { return join(pieces, ""); });
}

}  // namespace

TEST_CASE("any text is read or refused, in both profiles", "[property]") {
  rc::prop("what is read can be printed and read again", [] {
    const std::string text = *any_text();
    for (const BuilderRules* rules : {&old_rules(), &new_rules()}) {
      const Result<Dockerfile> once = parse_dockerfile(text, *rules);
      if (!once) continue;
      for (const Instruction& that : once->instructions) {
        static_cast<void>(check_instruction(that, *rules));
      }
      const Result<Dockerfile> twice = parse_dockerfile(print(*once), *rules);
      RC_ASSERT(static_cast<bool>(twice));
      RC_ASSERT(print(*once) == print(*twice));
    }
  });
}
