// replay_test.cc — pages are typed, compared, reported and blessed.

#include <catch2/catch.hpp>

#include <map>

#include "sim/scenario/page.h"
#include "sim/scenario/replay.h"

namespace drydock::scenario {
namespace {

/// A terminal whose shell knows a few words: `id` prints an id, `tick` prints
/// once a second until ^C, `in` changes the prompt, anything else is echoed.
class ParrotTerminal final : public Terminal {
 public:
  explicit ParrotTerminal(const Nanoseconds& clock) : clock_(clock) {
    output_ = "$ ";
  }

  void type(std::string bytes) override {
    if (bytes == "\x03") {
      ticking_ = false;
      output_ += "^C\r\n" + prompt_;
      return;
    }
    const std::string line = bytes.substr(0, bytes.size() - 1);
    output_ += line + "\r\n";
    if (line == "id") output_ += "0123456789ab\r\n";
    if (line == "in") prompt_ = "root@0123456789ab:/# ";
    if (line.starts_with("say ")) output_ += line.substr(4) + "\r\n";
    if (line == "tick") {
      ticking_ = true;
      since_ = clock_;
      return;
    }
    output_ += prompt_;
  }
  Settled settle(Nanoseconds) override {
    return ticking_ ? Settled::busy : Settled::waits;
  }
  std::string take_output() override {
    for (; ticking_ && since_ < clock_; since_ += kSecond)
      output_ += "tick\r\n";
    return std::exchange(output_, "");
  }

 private:
  const Nanoseconds& clock_;
  Nanoseconds since_ = 0;
  bool ticking_ = false;
  std::string prompt_ = "$ ";
  std::string output_;
};

class ParrotWorld final : public World {
 public:
  Terminal& terminal(int number) override {
    return terminals_.try_emplace(number, clock_).first->second;
  }
  void pass(Nanoseconds span) override { clock_ += span; }
  Outcome write_file(std::string path, std::string content,
                     std::uint32_t) override {
    files[path] = content;
    return done();
  }
  std::string state_hash() override { return "0"; }

  std::map<std::string, std::string> files;

 private:
  Nanoseconds clock_ = 0;
  std::map<int, ParrotTerminal> terminals_;
};

Page page_of(const std::string& text) {
  const Result<Page> page = parse_page("x.md", text);
  REQUIRE(page);
  return *page;
}

Replay replay_of(const Page& page) {
  ParrotWorld world;
  const Result<Replay> result = replay(page, world, {});
  REQUIRE(result);
  return *result;
}

}  // namespace

TEST_CASE("an unclosed block is an error that names its line") {
  const Result<Page> page = parse_page("x.md", "# T\n\n```console\n$ ls\n");
  REQUIRE_FALSE(page);
  CHECK(page.error().text == "x.md:3: this block is never closed with ```");
}

TEST_CASE("only console blocks are typed and file blocks are written") {
  const Page page = page_of(
      "# T\n```\n$ not this\n```\n```Dockerfile file=a/Dockerfile\nFROM "
      "x\n```\n```console\n$ say hi\nhi\n```\n");
  REQUIRE(page.blocks.size() == 2);
  ParrotWorld world;
  const Result<Replay> result = replay(page, world, {});
  REQUIRE(result);
  CHECK(result->matched());
  CHECK(result->steps.size() == 1);
  CHECK(world.files ==
        std::map<std::string, std::string>{{"a/Dockerfile", "FROM x\n"}});
}

TEST_CASE("a block of another profile or world is passed over") {
  const Page page = page_of(
      "<!-- profiles: docker-1.8 docker-20.10 -->\n"
      "```console profile=docker-1.8\n$ say old\nold\n```\n"
      "```console profile=docker-20.10\n$ say new\nnew\n```\n"
      "```console world=real\n$ say real\nreal\n```\n");
  CHECK(page.profiles ==
        std::vector<std::string>{"docker-1.8", "docker-20.10"});
  ParrotWorld world;
  ReplayOptions options;
  options.conditions.profile = "docker-20.10";
  const Result<Replay> result = replay(page, world, options);
  REQUIRE(result);
  REQUIRE(result->steps.size() == 1);
  CHECK(result->steps[0].typed == "say new");
}

TEST_CASE("what is typed follows the prompt as it changes") {
  const Replay result = replay_of(
      page_of("```console\n$ say a\na\n$ in\nroot@622ac5689680:/# say b\nb\n"
              "root@622ac5689680:/# say 622ac5689680\n622ac5689680\n```\n"));
  CHECK(result.matched());
  REQUIRE(result.steps.size() == 4);
  CHECK(result.steps[2].typed == "say b");
}

TEST_CASE("a key after some seconds lets virtual time pass") {
  const Replay result =
      replay_of(page_of("```console\n$ tick\ntick\ntick\ntick\n^C after 3s\n$ "
                        "say on\non\n```\n"));
  CHECK(result.matched());
  CHECK(result.steps.size() == 3);
}

TEST_CASE("a difference shows both sides and does not hide the next block") {
  const Page page = page_of(
      "```console\n$ say one\ntwo\n```\ntext\n```console\n$ say ok\nok\n```\n");
  const Replay result = replay_of(page);
  CHECK_FALSE(result.matched());
  CHECK(differences(page, result) == "x.md:2: $ say one\n  - two\n  + one\n");
  CHECK(result.steps[1].matched);
}

TEST_CASE("blessing replaces what differs and keeps patterns that match") {
  const std::string text =
      "# Title\n```console\n$ id\n<id>\n$ say now\nthen\n```\nend\n";
  const Page page = page_of(text);
  const Replay result = replay_of(page);
  const std::string blessed = bless(page, result, {});
  CHECK(blessed ==
        "# Title\n```console\n$ id\n<id>\n$ say now\nnow\n```\nend\n");
  CHECK(replay_of(page_of(blessed)).matched());
}

TEST_CASE("the report for machines names each failed step") {
  const Page page = page_of("```console\n$ say <a>\nb\n$ say c\nc\n```\n");
  const std::string xml = junit({junit_suite(replay_of(page))});
  CHECK(xml.find("tests=\"2\" failures=\"1\"") != std::string::npos);
  CHECK(xml.find("say &lt;a&gt;") != std::string::npos);
}

}  // namespace drydock::scenario
