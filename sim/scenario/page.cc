// page.cc — finding the fenced blocks of a Markdown page.

#include "sim/scenario/page.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "sim/base/base64.h"
#include "sim/base/text.h"

namespace drydock::scenario {

namespace {

constexpr std::size_t kLineMax = std::size_t{1} << 20;
constexpr std::string_view kFence = "```";

/// "console terminal=2" or "Dockerfile file=web/Dockerfile" after the fence.
std::optional<Block> open_block(const List& words) {
  Block block;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    const std::size_t equals = word.find('=');
    const bool valued = equals != std::string::npos;
    if (!valued && at == 0) continue;  // The language.
    block.options[word.substr(0, equals)] =
        valued ? word.substr(equals + 1) : "";
  }
  if (block.options.contains("file")) {
    block.kind = Block::Kind::file;
    return block;
  }
  if (!words.empty() && words.front() == "console") return block;
  return std::nullopt;
}

/// Whether all words of a console fence are known ones.
Outcome check_options(const Block& block, const List& words) {
  constexpr std::array<std::string_view, 4> kValued = {"terminal", "size",
                                                       "profile", "world"};
  constexpr std::array<std::string_view, 3> kBare = {"explain", "hints",
                                                     "pipes"};
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::size_t equals = words[at].find('=');
    const std::string key = words[at].substr(0, equals);
    const bool valued = equals != std::string::npos;
    const bool known = valued ? std::ranges::find(kValued, key) != kValued.end()
                              : std::ranges::find(kBare, key) != kBare.end();
    if (!known) return Error{"a console block knows no \"" + words[at] + "\""};
  }
  const auto number = block.options.find("terminal");
  if (number != block.options.end() && !parse_int(number->second)) {
    return Error{"terminal=" + number->second + " is no number"};
  }
  const auto size = block.options.find("size");
  if (size == block.options.end()) return done();
  const std::size_t cross = size->second.find('x');
  const bool good = cross != std::string::npos &&
                    parse_int(size->second.substr(0, cross)) &&
                    parse_int(size->second.substr(cross + 1));
  if (good) return done();
  return Error{"size=" + size->second + " is not ROWSxCOLUMNS"};
}

/// The words of `<!-- KEY: WORD... -->`; none for any other line.
List comment_words(std::string_view line, std::string_view key) {
  const std::string before = "<!-- " + std::string(key) + ":";
  constexpr std::string_view kAfter = "-->";
  if (!line.starts_with(before) || !line.ends_with(kAfter)) return {};
  line.remove_prefix(before.size());
  line.remove_suffix(kAfter.size());
  return split_blanks(line);
}

/// What a page says of itself, outside of its blocks.
void take_comment(Page& page, std::string_view line) {
  if (page.profiles.empty()) page.profiles = comment_words(line, "profiles");
  if (page.worlds.empty()) page.worlds = comment_words(line, "worlds");
  if (page.pictures.empty()) page.pictures = comment_words(line, "state");
  const List seed = comment_words(line, "seed");
  if (seed.empty()) return;
  const std::optional<std::int64_t> number = parse_int(seed.front());
  if (number) page.seed = static_cast<std::uint64_t>(*number);
}

std::string_view without_cr(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string file_content(const Block& block) {
  std::string content;
  const bool coded = block.options.contains("base64");
  for (const std::string& line : block.lines) {
    content += line;
    if (!coded) content += '\n';
  }
  return coded ? from_base64(content) : content;
}

bool applies(const Block& block, const Conditions& conditions) {
  const auto agrees = [&](const char* option, const std::string& now) {
    const auto wanted = block.options.find(option);
    return wanted == block.options.end() || wanted->second == now;
  };
  return agrees("profile", conditions.profile) &&
         agrees("world", conditions.world);
}

Result<Page> parse_page(std::string path, std::string_view text) {
  Page page;
  page.path = std::move(path);
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
      if (!fenced) take_comment(page, line);
      continue;
    }
    if (fenced && block) page.blocks.push_back(*block);
    fenced = !fenced;
    opened = number;
    block.reset();
    if (!fenced) continue;
    const List words = split_blanks(std::string_view(line).substr(3));
    block = open_block(words);
    if (!block) continue;
    block->first_line = number + 1;
    if (block->kind != Block::Kind::console) continue;
    const Outcome known = check_options(*block, words);
    if (known) continue;
    return Error{
        fmt::format("{}:{}: {}", page.path, number + 1, known.error().text)};
  }
  if (fenced) {
    return Error{fmt::format("{}:{}: this block is never closed with ```",
                             page.path, opened + 1)};
  }
  if (!page.lines.empty() && page.lines.back().empty()) page.lines.pop_back();
  return page;
}

}  // namespace drydock::scenario
