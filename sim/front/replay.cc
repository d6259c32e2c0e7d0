// replay.cc — `drydock replay`: pages, goldens, reports, several at a time.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "sim/front/options.h"
#include "sim/front/real_world.h"
#include "sim/front/state.h"
#include "sim/front/workers.h"
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
  std::map<std::string, std::string> pictures;  // By format.
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

/// A page in the other world has no golden: ids and times are chance.
PageResult replay_page_for_real(const ReplayCommand& command,
                                const scenario::Page& page,
                                const scenario::ReplayOptions& options) {
  const auto replay = replay_for_real(page, options, command.images);
  if (!replay) {
    fmt::print(stderr, "drydock: {}: {}\n", page.path, replay.error().text);
    return {kUnusable, {}, {}};
  }
  const bool matched = replay->matched();
  if (!matched) {
    const auto agree =
        std::ranges::count_if(replay->steps, &scenario::Step::matched);
    fmt::print("{}", scenario::differences(page, *replay));
    fmt::print("{}: {} of {} commands agree\n", page.path, agree,
               replay->steps.size());
  }
  return {matched ? kMatch : kDifference, *replay, {}};
}

PageResult replay_page(const CommonOptions& common,
                       const ReplayCommand& command, const std::string& path) {
  const std::optional<scenario::Page> page = read_page(path);
  if (!page) return {kUnusable, {}, {}};
  scenario::ReplayOptions options;
  options.conditions = {common.world, common.profile};
  if (common.world == "real") {
    return replay_page_for_real(command, *page, options);
  }
  const auto world =
      std::make_unique<scenario::SimWorld>(machine_options(common));
  options.hashes = command.hashes;
  options.explain = common.explain;
  options.hints = common.hints;
  Result<scenario::Replay> replay = scenario::replay(*page, *world, options);
  if (!replay) {
    fmt::print(stderr, "drydock: {}\n", replay.error().text);
    return {kUnusable, {}, {}};
  }
  PageResult result{replay->matched() ? kMatch : kDifference, *replay, {}};
  for (const std::string& format : page->pictures) {
    const auto picture = state_text(world->machine().engine(), format);
    if (!picture) {
      fmt::print(stderr, "drydock: {}: {}\n", path, picture.error().text);
      return {kUnusable, {}, {}};
    }
    result.pictures[format] = *picture;
  }
  if (command.bless && result.status == kDifference) {
    write_file(path, scenario::bless(*page, *replay, options.conditions));
    fmt::print("blessed  {}\n", path);
    result.status = kMatch;
  } else if (result.status == kDifference) {
    fmt::print("{}", scenario::differences(*page, *replay));
  }
  return result;
}

/// Holds a text against its golden, or promotes it.
int check_golden(const ReplayCommand& command, const fs::path& golden,
                 const std::string& path, const std::string& now) {
  if (command.bless) {
    std::error_code ignored;
    fs::create_directories(command.golden, ignored);
    write_file(golden, now);
    return kMatch;
  }
  const std::optional<std::string> before = content_of(golden);
  if (before == now) return kMatch;
  const std::string kept = ".unapproved" + golden.extension().string();
  write_file(fs::path(golden).replace_extension(kept), now);
  fmt::print(
      "{}: differs from {}; `diff` it with the {} beside, and `./dev bless` if "
      "it is right\n",
      path, golden.string(), kept);
  return kDifference;
}

/// The session's golden, and those of the pictures that the page asks for.
int check_goldens(const CommonOptions& common, const ReplayCommand& command,
                  const std::string& path, const PageResult& result) {
  if (command.golden.empty() || common.world == "real") return kMatch;
  const fs::path golden = golden_path(command.golden, path, common.profile);
  int worst = check_golden(command, golden, path, golden_text(result.replay));
  for (const auto& [format, picture] : result.pictures) {
    const std::string ending =
        ".state." + (format == "text" ? std::string("txt") : format);
    const fs::path place = fs::path(golden).replace_extension(ending);
    worst = std::max(worst, check_golden(command, place, path, picture));
  }
  return worst;
}

/// One page under one profile: replayed, held against its golden, reported.
PageResult run_page(const CommonOptions& common, const ReplayCommand& command,
                    const std::string& path) {
  PageResult result = replay_page(common, command, path);
  if (result.status == kUnusable) return result;
  const int golden = check_goldens(common, command, path, result);
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

/// One path under each profile that it is written for; `report` is JUnit's.
int run_path(const CommonOptions& common, const ReplayCommand& command,
             const std::string& path, std::string& report) {
  const std::optional<scenario::Page> page = read_page(path);
  if (!page) return kUnusable;
  if (page->blocks.empty()) {
    // Whoever names a page expects something of it; a folder has others.
    if (std::ranges::count(command.paths, path) == 0) return kMatch;
    fmt::print(stderr, "drydock: {}: has no console block to replay\n", path);
    return kUnusable;
  }
  if (!page->worlds.empty() &&
      std::ranges::count(page->worlds, common.world) == 0) {
    if (!command.quiet) {
      fmt::print("skipped    {} (not written for the {} world)\n", path,
                 common.world);
    }
    return kMatch;
  }
  const std::vector<std::string> profiles = profiles_of(common, *page);
  if (profiles.empty() && !command.quiet) {
    fmt::print("skipped    {} (not written for {})\n", path, common.profile);
  }
  int worst = kMatch;
  for (const std::string& profile : profiles) {
    CommonOptions under = common;
    under.profile = profile;
    if (page->seed && !common.seed_given) under.seed = *page->seed;
    const PageResult result = run_page(under, command, path);
    worst = std::max(worst, result.status);
    if (result.status != kUnusable) {
      report += scenario::junit_suite(result.replay);
    }
  }
  return worst;
}

}  // namespace

int run_replay(const CommonOptions& common, const ReplayCommand& command) {
  const auto pages = pages_of(command.paths);
  if (!pages) return kUnusable;
  const Work work = [&](std::size_t index, std::string& report) {
    return run_path(common, command, (*pages)[index], report);
  };
  std::vector<std::string> reports;
  const int worst = in_workers(pages->size(), command.jobs,
                               common.world == "real", work, reports);
  if (!command.junit.empty()) {
    write_file(command.junit, scenario::junit(reports));
  }
  return worst;
}

}  // namespace drydock::front
