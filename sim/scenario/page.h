// page.h — a transcript: Markdown whose console blocks are terminal sessions.
//
// A fenced block opened with ```console holds what a terminal showed: lines
// typed after a prompt, and output.  `terminal=2` names a second terminal on
// the same host; a fence with `file=PATH` is written to the host instead.
// `profile=NAME` and `world=NAME` keep a block for replays under that
// condition. A page that is written for more than the textbook's Docker says so
// in a comment: `<!-- profiles: docker-1.8 docker-20.10 -->`. Which lines were
// typed shows only when the page is replayed, since prompts change as the
// session goes on (design.md §8).
//
// Words after ```console: `terminal=N`, `size=ROWSxCOLUMNS` from here on,
// `explain` and `hints` for what docker tells beside its output, and `pipes`:
// each command is run without a terminal, and lines `< TEXT` below it are its
// standard input (\n, \\ and \xHH as in C; a newline at each end but after
// \c).

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/scenario/pattern.h"

namespace drydock::scenario {

struct Block {
  enum class Kind { console, file };
  Kind kind = Kind::console;
  std::size_t first_line = 0;  // Of the page, counted from 0; after the fence.
  std::vector<std::string> lines;
  std::map<std::string, std::string> options;  // file, mode, terminal, ...
};

struct Page {
  std::string path;
  std::vector<std::string> lines;  // All of it, as read.
  std::vector<Block> blocks;
  std::vector<std::string> profiles;  // It is written for; empty: the default.
  /// `<!-- worlds: sim -->`: what it needs is nowhere else.  Empty: any world.
  std::vector<std::string> worlds;
  std::optional<std::uint64_t> seed;  // `<!-- seed: N -->`
  /// `<!-- state: text svg -->`: pictures that goldens keep of its end.
  std::vector<std::string> pictures;
};

/// What a file block holds; with `base64` among its words it is coded so.
std::string file_content(const Block& block);

/// Whether a block belongs to a replay under these conditions.
bool applies(const Block& block, const Conditions& conditions);

/// Reads a page.  An unclosed fence, a fence option without a value and a line
/// longer than 1 MiB are errors that name the line.
Result<Page> parse_page(std::string path, std::string_view text);

}  // namespace drydock::scenario
