// replay.cc — `drydock replay`: pages, goldens, reports, several at a time.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "sim/front/options.h"
#include "sim/scenario/replay.h"
#include "sim/scenario/sim_world.h"

namespace drydock::front {

namespace fs = std::filesystem;

namespace {

enum Status { kMatch = 0, kDifference = 1, kUnusable = 2 };

std::optional<std::string> content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Pages named, or found below folders, in order of their names.
std::optional<std::vector<std::string>> pages_of(
    const std::vector<std::string>& paths) {
  std::vector<std::string> pages;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      std::vector<std::string> inside;
      for (const auto& entry : fs::recursive_directory_iterator(path)) {
        const bool page = entry.path().extension() == ".md" &&
                          entry.path().filename() != "README.md";
        if (page) inside.push_back(entry.path().string());
      }
      std::ranges::stable_sort(inside);
      pages.insert(pages.end(), inside.begin(), inside.end());
    } else if (fs::exists(path, error)) {
      pages.push_back(path);
    } else {
      fmt::print(stderr, "drydock: replay: {}: no such file\n", path);
      return std::nullopt;
    }
  }
  return pages;
}

/// The golden of "scenarios/02-x.md" is "02-x.txt" in its folder; under
/// another profile than the textbook's, "02-x.docker-20.10.txt".
fs::path golden_path(const std::string& folder, const std::string& page,
                     const std::string& profile) {
  fs::path name = fs::path(page).stem();
  if (profile != CommonOptions{}.profile) name += "." + profile;
  return fs::path(folder) / name.concat(".txt");
}

std::string golden_text(const scenario::Replay& replay) {
  return replay.golden + "--- state " + replay.state_hash + "\n";
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

struct PageResult {
  int status = kMatch;
  scenario::Replay replay;
};

std::optional<scenario::Page> read_page(const std::string& path) {
  const std::optional<std::string> text = content_of(path);
  if (!text) {
    fmt::print(stderr, "drydock: replay: {}: cannot be read\n", path);
    return std::nullopt;
  }
  const Result<scenario::Page> page = scenario::parse_page(path, *text);
  if (page) return *page;
  fmt::print(stderr, "drydock: {}\n", page.error().text);
  return std::nullopt;
}

/// Under which profiles to replay a page: those it is written for, or the one
/// that was asked for.  None: it is not written for that one.
std::vector<std::string> profiles_of(const CommonOptions& common,
                                     const scenario::Page& page) {
  if (page.profiles.empty()) return {common.profile};
  if (!common.profile_given) return page.profiles;
  const bool written = std::ranges::count(page.profiles, common.profile) > 0;
  return written ? std::vector{common.profile} : std::vector<std::string>{};
}

PageResult replay_page(const CommonOptions& common,
                       const ReplayCommand& command, const std::string& path) {
  const std::optional<scenario::Page> page = read_page(path);
  if (!page) return {kUnusable, {}};
  const auto world =
      std::make_unique<scenario::SimWorld>(machine_options(common));
  scenario::ReplayOptions options;
  options.conditions = {common.world, common.profile};
  options.hashes = command.hashes;
  Result<scenario::Replay> replay = scenario::replay(*page, *world, options);
  if (!replay) {
    fmt::print(stderr, "drydock: {}\n", replay.error().text);
    return {kUnusable, {}};
  }
  PageResult result{replay->matched() ? kMatch : kDifference, *replay};
  if (command.bless && result.status == kDifference) {
    write_file(path, scenario::bless(*page, *replay, options.conditions));
    fmt::print("blessed  {}\n", path);
    result.status = kMatch;
  } else if (result.status == kDifference) {
    fmt::print("{}", scenario::differences(*page, *replay));
  }
  return result;
}

int check_golden(const CommonOptions& common, const ReplayCommand& command,
                 const std::string& path, const scenario::Replay& replay) {
  if (command.golden.empty()) return kMatch;
  const fs::path golden = golden_path(command.golden, path, common.profile);
  const std::string now = golden_text(replay);
  if (command.bless) {
    std::error_code ignored;
    fs::create_directories(command.golden, ignored);
    write_file(golden, now);
    return kMatch;
  }
  const std::optional<std::string> before = content_of(golden);
  if (before == now) return kMatch;
  write_file(fs::path(golden).replace_extension(".unapproved.txt"), now);
  fmt::print(
      "{}: differs from {}; `diff` it with the .unapproved.txt beside, "
      "and `./dev bless` if it is right\n",
      path, golden.string());
  return kDifference;
}

/// One page under one profile: replayed, held against its golden, reported.
PageResult run_page(const CommonOptions& common, const ReplayCommand& command,
                    const std::string& path) {
  PageResult result = replay_page(common, command, path);
  if (result.status == kUnusable) return result;
  const int golden = check_golden(common, command, path, result.replay);
  result.status = std::max(result.status, golden);
  for (const scenario::Step& step : result.replay.steps) {
    if (!command.hashes) break;
    fmt::print("{}  {}:{}  {}\n", step.state_hash, path, step.line + 1,
               step.typed);
  }
  if (command.quiet) return result;
  const bool other = common.profile != CommonOptions{}.profile;
  fmt::print("{}  {} ({} commands{}{})\n",
             result.status == kMatch ? "ok       " : "DIFFERENT", path,
             result.replay.steps.size(), other ? ", " : "",
             other ? common.profile : "");
  return result;
}

int run_pages(const CommonOptions& common, const ReplayCommand& command,
              const std::vector<std::string>& pages) {
  int worst = kMatch;
  std::vector<scenario::Replay> replays;
  for (const std::string& path : pages) {
    const std::optional<scenario::Page> page = read_page(path);
    if (!page) {
      worst = kUnusable;
      continue;
    }
    const std::vector<std::string> profiles = profiles_of(common, *page);
    if (profiles.empty() && !command.quiet) {
      fmt::print("skipped    {} (not written for {})\n", path, common.profile);
    }
    for (const std::string& profile : profiles) {
      CommonOptions under = common;
      under.profile = profile;
      PageResult result = run_page(under, command, path);
      worst = std::max(worst, result.status);
      if (result.status == kUnusable) continue;
      replays.push_back(std::move(result.replay));
    }
  }
  if (!command.junit.empty()) {
    write_file(command.junit, scenario::junit(replays));
  }
  return worst;
}

/// Each worker takes every n-th page; the worst status counts.
int run_workers(const CommonOptions& common, const ReplayCommand& command,
                const std::vector<std::string>& pages) {
  std::vector<pid_t> workers;
  const auto count = static_cast<std::size_t>(command.jobs);
  for (std::size_t worker = 0; worker < count; ++worker) {
    std::vector<std::string> share;
    for (std::size_t i = worker; i < pages.size(); i += count) {
      share.push_back(pages[i]);
    }
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
      const int status = run_pages(common, command, share);
      std::fflush(nullptr);
      ::_exit(status);
    }
    if (child > 0) workers.push_back(child);
  }
  int worst = workers.size() == count ? kMatch : kUnusable;
  for (const pid_t worker : workers) {
    int status = 0;
    ::waitpid(worker, &status, 0);
    worst = std::max(worst, WIFEXITED(status) ? WEXITSTATUS(status)
                                              : static_cast<int>(kUnusable));
  }
  return worst;
}

}  // namespace

int run_replay(const CommonOptions& common, const ReplayCommand& command) {
  const auto pages = pages_of(command.paths);
  if (!pages) return kUnusable;
  const bool several = command.jobs > 1 && command.junit.empty();
  return several ? run_workers(common, command, *pages)
                 : run_pages(common, command, *pages);
}

}  // namespace drydock::front
