// page.cc — finding the fenced blocks of a Markdown page.

#include "sim/scenario/page.h"

#include <optional>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::scenario {

namespace {

constexpr std::size_t kLineMax = std::size_t{1} << 20;
constexpr std::string_view kFence = "```";

/// "console terminal=2" or "Dockerfile file=web/Dockerfile" after the fence.
std::optional<Block> open_block(std::string_view info) {
  Block block;
  const List words = split_blanks(info);
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) continue;
    block.options[word.substr(0, equals)] = word.substr(equals + 1);
  }
  if (block.options.contains("file")) {
    block.kind = Block::Kind::file;
    return block;
  }
  if (!words.empty() && words.front() == "console") return block;
  return std::nullopt;
}

/// The names of `<!-- profiles: NAME... -->`; empty for any other line.
List parse_profiles(std::string_view line) {
  constexpr std::string_view kBefore = "<!-- profiles:", kAfter = "-->";
  if (!line.starts_with(kBefore) || !line.ends_with(kAfter)) return {};
  line.remove_prefix(kBefore.size());
  line.remove_suffix(kAfter.size());
  return split_blanks(line);
}

std::string_view without_cr(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

bool applies(const Block& block, const Conditions& conditions) {
  const auto agrees = [&](const char* option, const std::string& now) {
    const auto wanted = block.options.find(option);
    return wanted == block.options.end() || wanted->second == now;
  };
  return agrees("profile", conditions.profile) &&
         agrees("world", conditions.world);
}

Result<Page> parse_page(std::string path, std::string_view text) {
  Page page{std::move(path), {}, {}, {}};
  std::optional<Block> block;
  bool fenced = false;
  std::size_t opened = 0;
  for (const std::string& raw : split(text, '\n')) {
    const std::size_t number = page.lines.size();
    if (raw.size() > kLineMax) {
      return Error{fmt::format("{}:{}: a line of {} bytes is no transcript",
                               page.path, number + 1, raw.size())};
    }
    const std::string line(without_cr(raw));
    page.lines.push_back(line);
    if (!line.starts_with(kFence)) {
      if (fenced && block) block->lines.push_back(line);
      if (!fenced && page.profiles.empty()) {
        page.profiles = parse_profiles(line);
      }
      continue;
    }
    if (fenced && block) page.blocks.push_back(*block);
    fenced = !fenced;
    opened = number;
    block.reset();
    if (fenced) block = open_block(std::string_view(line).substr(3));
    if (block) block->first_line = number + 1;
  }
  if (fenced) {
    return Error{fmt::format("{}:{}: this block is never closed with ```",
                             page.path, opened + 1)};
  }
  if (!page.lines.empty() && page.lines.back().empty()) page.lines.pop_back();
  return page;
}

}  // namespace drydock::scenario
