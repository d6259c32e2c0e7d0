// run_bench.cc — one container against one process; all pages.

#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "sim/scenario/replay.h"
#include "sim/scenario/sim_world.h"
#include "tests/bench/bench.h"

namespace drydock::bench {

namespace {

namespace fs = std::filesystem;

/// What a real machine needs for the least of processes.
void spawn_true() {
  char name[] = "true";
  char* argv[] = {name, nullptr};
  char* environment[] = {nullptr};
  pid_t child = 0;
  if (::posix_spawn(&child, "/bin/true", nullptr, nullptr, argv, environment) !=
      0) {
    fmt::print(stderr, "bench: /bin/true does not start\n");
    std::exit(2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
}

scenario::Page page_at(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  Result<scenario::Page> page = scenario::parse_page(path.string(), text.str());
  if (page) return *page;
  fmt::print(stderr, "bench: {}\n", page.error().text);
  std::exit(2);
}

/// The pages on which chapters 3 to 5 of the notes are replayed: those that
/// the map of the notes leads to.  All there are, where `all` is asked for.
std::vector<scenario::Page> pages_of(bool all) {
  std::ifstream in(DRYDOCK_SOURCE_DIR "/tests/conformance/notes.md");
  std::ostringstream map;
  map << in.rdbuf();
  std::vector<fs::path> paths;
  for (const auto& entry :
       fs::directory_iterator(DRYDOCK_SOURCE_DIR "/scenarios")) {
    const std::string name = entry.path().filename().string();
    const bool named = map.str().find("scenarios/" + name) != std::string::npos;
    if (name.ends_with(".md") && (all || named)) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<scenario::Page> pages;
  for (const fs::path& path : paths) pages.push_back(page_at(path));
  return pages;
}

/// One page under the profile that it is written for.
std::size_t replay_once(const scenario::Page& page) {
  machine::MachineOptions options;
  const std::string profile =
      page.profiles.empty() ? "docker-1.8" : page.profiles.front();
  options.profile = cli::find_profile(profile);
  scenario::SimWorld world(options);
  scenario::ReplayOptions replaying;
  replaying.conditions = {"sim", profile};
  const Result<scenario::Replay> replay =
      scenario::replay(page, world, replaying);
  return replay ? replay->steps.size() : 0;
}

}  // namespace

void bench_run(Report& report) {
  machine::Machine machine{machine::MachineOptions{}};
  must(machine, {"docker", "pull", "debian"});
  // Processes leave the caches empty, which costs the first of ours some 0.2
  // ms. Commands come one after the other, so a hundred of each go in turn.
  constexpr int kEach = 100;
  const Work simulated = [&machine] {
    for (int i = 0; i < kEach; ++i) {
      must(machine, {"docker", "run", "--rm", "debian", "true"});
    }
  };
  const Work real = [] {
    for (int i = 0; i < kEach; ++i) spawn_true();
  };
  simulated();
  const auto [ours, theirs] = in_turns(simulated, real, 25);
  report.rows.push_back({"docker run --rm debian true | posix_spawn(true)",
                         span(ours / kEach), span(theirs / kEach),
                         ours / theirs, 1.0 / 20});
}

void bench_replay(Report& report) {
  const auto tell = [&report](std::string_view which, bool all, double budget) {
    const std::vector<scenario::Page> pages = pages_of(all);
    std::size_t commands = 0;
    double whole = 0;
    for (const scenario::Page& page : pages) {
      const double one = own_seconds([&] { commands += replay_once(page); });
      progress(fmt::format("{:>10}  {}", span(one), page.path));
      whole += one;
    }
    report.rows.push_back({fmt::format("{}: {} pages, {} commands | 0.5 s",
                                       which, pages.size(), commands),
                           span(whole), "0.5 s", whole / 0.5, budget});
  };
  // From cold, as whoever types `replay` has it: no image of the Hub's is
  // built yet.
  tell("chapters 3 to 5", false, 1);
  tell("all there are, the images built", true, 2);
}

}  // namespace drydock::bench
