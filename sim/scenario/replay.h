// replay.h — types a page's lines into a world and compares what comes back.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/scenario/page.h"
#include "sim/scenario/pattern.h"
#include "sim/scenario/world.h"

namespace drydock::scenario {

/// One line typed (or key pressed, or nothing) and the output it brought.
struct Step {
  std::size_t line = 0;              // Of the page, from 0: where it was typed.
  std::size_t output_line = 0;       // Where its expected output begins.
  std::string typed;                 // As on the page, without the prompt.
  std::string prompt, entered;       // The same in the words of the run.
  std::string bytes;                 // What was typed; empty: nothing.
  std::optional<Nanoseconds> after;  // A key that waited.
  std::vector<std::string> expected;  // As on the page.
  std::vector<std::string> actual;
  /// The same with the ids that the page uses for what it knows.
  std::vector<std::string> in_page_words;
  bool matched = false;
  bool pipes = false;              // Ran without a terminal.
  std::vector<std::string> input;  // Then: its standard input, as on the page.
  std::string remark;              // "still running after 60s of virtual time"
  std::string state_hash;  // Of the engine after it, if it was asked for.
};

struct Replay {
  std::string path;
  std::vector<Step> steps;
  std::string golden;      // The whole session as it was on the screen.
  std::string prompt;      // What terminal 1 shows after its last newline.
  std::string state_hash;  // Of the engine, at the end.

  bool matched() const;
};

struct ReplayOptions {
  Conditions conditions;
  Nanoseconds limit = 600 * kSecond;       // For one line, virtual.
  Nanoseconds per_line = 1 * kSecond;      // What typing a line costs.
  bool explain = false, hints = false;     // In all blocks.
  std::function<void(const Step&)> watch;  // Told of each step; may be null.
  bool hashes = false;  // Of the state after each step, not only at the end.
};

/// Replays one page in a world of its own.  The error is for pages that cannot
/// be replayed at all.
Result<Replay> replay(const Page& page, World& world,
                      const ReplayOptions& options);

/// Which line of the run each line of the page stands for, if any: the longest
/// common subsequence, where "common" means that the pattern matches.
std::vector<std::optional<std::size_t>> align(
    const std::vector<Pattern>& patterns,
    const std::vector<std::string>& lines);

/// The page with what it should have said: lines that still match stay.
std::string bless(const Page& page, const Replay& replay,
                  const Conditions& conditions);

/// Differences for people: page, line and both sides of each step that failed.
std::string differences(const Page& page, const Replay& replay);

/// JUnit's XML: of one page, and of a whole run.
std::string junit_suite(const Replay& replay);
std::string junit(const std::vector<std::string>& suites);

}  // namespace drydock::scenario
