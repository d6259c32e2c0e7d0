// state_test.cc — the state's hash tells apart whatever a person could.

#include <catch2/catch.hpp>

#include <set>

#include "sim/front/engines.h"
#include "sim/front/history.h"
#include "sim/front/state.h"
#include "sim/machine/script.h"

namespace drydock::front {
namespace {

constexpr int kLength = 8;

struct Desk {
  explicit Desk(const CommonOptions& common)
      : machine(machine_options(common)) {
    ask({"pull", "busybox"});
  }

  std::string ask(const List& words, std::string input = "") {
    List argv = {"docker"};
    argv.insert(argv.end(), words.begin(), words.end());
    std::string output;
    machine::ScriptStreams streams;
    streams.out = [&output](std::string_view bytes) { output += bytes; };
    streams.err = streams.out;
    streams.in = [&input] { return std::exchange(input, {}); };
    static_cast<void>(machine.scheduler().run_for(kSecond));
    const auto result = machine::run_script(machine, argv, "/root", streams);
    return output + std::to_string(result.status);
  }

  /// All that looking shows.
  std::string looks() {
    std::string all =
        ask({"ps", "-a", "--no-trunc"}) + ask({"images", "-a", "--no-trunc"});
    for (const std::string_view name : kContainerNames) {
      const std::string who(name);
      for (const char* verb : {"inspect", "logs", "diff", "port"}) {
        all += ask({verb, who});
      }
    }
    return all;
  }

  std::string hash() { return machine.engine().state_hash(); }

  machine::Machine machine;
};

CommonOptions options_of(const std::string& profile) {
  CommonOptions common;
  common.profile = profile;
  return common;
}

History history_of(std::uint64_t seed, const CommonOptions& common) {
  return make_history(Prng::stream(seed, "history"),
                      *cli::find_profile(common.profile), "busybox", kLength);
}

TEST_CASE("two runs of one history have the same state after each command",
          "[property]") {
  for (const char* profile : {"docker-1.8", "docker-20.10"}) {
    const CommonOptions common = options_of(profile);
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      Desk one(common), two(common);
      for (const List& command : history_of(seed, common)) {
        INFO(profile << " seed " << seed << ": " << join(command, " "));
        CHECK(one.ask(command) == two.ask(command));
        CHECK(one.hash() == two.hash());
      }
    }
  }
}

TEST_CASE("histories that can be told apart have different states",
          "[property]") {
  int apart = 0;
  for (const char* profile : {"docker-1.8", "docker-20.10"}) {
    const CommonOptions common = options_of(profile);
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      const History history = history_of(seed, common);
      History other = history;
      other[seed % kLength] = {"ps", "-q"};  // The clock goes on alike.
      Desk one(common), two(common);
      for (const List& command : history) one.ask(command);
      for (const List& command : other) two.ask(command);
      const std::string first = one.hash(), second = two.hash();
      if (one.looks() == two.looks()) continue;
      ++apart;
      INFO(profile << " seed " << seed << ": "
                   << join(history[seed % kLength], " "));
      CHECK(first != second);
    }
  }
  CHECK(apart > 4);  // Else this test shows nothing.
}

TEST_CASE("looking changes no state") {
  const CommonOptions common;
  Desk desk(common);
  desk.ask({"create", "--name", "dd-a", "busybox", "true"});
  const std::string before = desk.hash();
  desk.ask({"ps", "-a"});
  desk.ask({"inspect", "dd-a"});
  desk.ask({"images"});
  desk.ask({"rm", "no-such-container"});
  CHECK(desk.hash() == before);
}

TEST_CASE("what is in a file, in a volume and in the log is state") {
  const CommonOptions common;
  for (const char* script : {"cat > /f", "cat > /data/f", "cat"}) {
    INFO(script);
    // The command is the same each time; only what it reads differs.
    const auto hash_with = [&](const std::string& input) {
      Desk desk(common);
      desk.ask({"run", "-i", "--name", "dd-a", "-v", "/data", "busybox", "sh",
                "-c", script},
               input);
      return desk.hash();
    };
    CHECK(hash_with("x\n") == hash_with("x\n"));
    CHECK(hash_with("x\n") != hash_with("y\n"));
  }
}

TEST_CASE("an unknown format names those that there are") {
  Desk desk{CommonOptions{}};
  const auto text = state_text(desk.machine.engine(), "gif");
  REQUIRE_FALSE(text);
  CHECK(text.error().text == "state: gif is none of text, dot, svg, json");
}

}  // namespace
}  // namespace drydock::front
