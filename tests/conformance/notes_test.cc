// notes_test.cc — every code block of the notes has a page that runs it.
//
// notes.txt holds the blocks; notes.md, the table of where each one is
// replayed, is written by this test: DRYDOCK_UPDATE=1 promotes what it finds.

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/scenario/page.h"

namespace drydock::conformance {
namespace {

namespace fs = std::filesystem;
const fs::path kRoot = DRYDOCK_SOURCE_DIR;

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct NotedBlock {
  std::string number, section;
  List lines;
};

std::vector<NotedBlock> noted_blocks() {
  std::vector<NotedBlock> blocks;
  for (const std::string& line :
       split(content(kRoot / "tests/conformance/notes.txt"), '\n')) {
    if (line.starts_with("== ")) {
      const List words = split_blanks(line);
      blocks.push_back({words.at(1), words.at(2), {}});
    } else if (!blocks.empty() && !trim(line).empty()) {
      blocks.back().lines.push_back(line);
    }
  }
  return blocks;
}

/// What a line types after its prompt, with ids made alike; nothing for
/// output.
std::optional<std::string> typed(const std::string& line) {
  static const std::regex form(R"(^\S*[$#>]( (.*))?$)");
  static const std::regex id("[0-9a-f]{12,64}");
  static const std::regex blanks(R"(\s+)");
  std::smatch match;
  if (!std::regex_match(line, match, form)) return std::nullopt;
  const std::string words = match[2].str();
  const std::string masked = std::regex_replace(words, id, "ID");
  return std::string(trim(std::regex_replace(masked, blanks, " ")));
}

/// A page's lines as the notes' blocks are looked up in them: what is typed
/// at prompts, or the lines of its files.
struct Typed {
  std::size_t line;  // Of the page, from 1.
  std::string text;
};
struct PageText {
  std::string name;
  std::vector<Typed> commands, files;
};

std::vector<PageText> pages() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kRoot / "scenarios")) {
    if (entry.path().extension() == ".md") paths.push_back(entry.path());
  }
  std::ranges::stable_sort(paths);
  std::vector<PageText> texts;
  for (const fs::path& path : paths) {
    const auto page = scenario::parse_page(path.string(), content(path));
    REQUIRE(page);
    PageText text;
    text.name = path.filename().string();
    for (const scenario::Block& block : page->blocks) {
      const bool file = block.kind == scenario::Block::Kind::file;
      for (std::size_t i = 0; i < block.lines.size(); ++i) {
        const std::size_t line = block.first_line + i + 1;
        const auto command = typed(block.lines[i]);
        if (file)
          text.files.push_back({line, std::string(trim(block.lines[i]))});
        if (!file && command) text.commands.push_back({line, *command});
      }
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

/// Where `wanted` stand in this order, perhaps with others between: the line
/// of the first.
std::optional<std::size_t> find_in_order(const List& wanted,
                                         const std::vector<Typed>& lines) {
  const auto is = [](const std::string& text) {
    return [&text](const Typed& line) { return line.text == text; };
  };
  auto from = lines.begin();
  for (;;) {
    from = std::find_if(from, lines.end(), is(wanted.front()));
    if (from == lines.end()) return std::nullopt;
    auto at = from;
    bool all = true;
    for (std::size_t i = 1; all && i < wanted.size(); ++i) {
      at = std::find_if(at + 1, lines.end(), is(wanted[i]));
      all = at != lines.end();
    }
    if (all) return from->line;
    ++from;
  }
}

std::string place_of(const NotedBlock& block,
                     const std::vector<PageText>& pages) {
  List commands, lines;
  for (const std::string& line : block.lines) {
    const auto command = typed(line);
    if (command && !command->empty() && !line.starts_with('#'))
      commands.push_back(*command);
    if (trim(line) != "...") lines.emplace_back(trim(line));
  }
  const bool is_file = !block.lines.front().starts_with("$ ");
  for (const PageText& page : pages) {
    const auto line = is_file ? find_in_order(lines, page.files)
                              : find_in_order(commands, page.commands);
    if (!line) continue;
    return fmt::format("[{0}](../../scenarios/{0}#L{1}) line {1}", page.name,
                       *line);
  }
  return "";
}

std::string table(const std::vector<NotedBlock>& blocks) {
  std::string text =
      "# Where the notes are replayed\n\n"
      "Generated: each code block of [the notes](notes.txt), and the page and "
      "line where it runs.\n\n"
      "| block | section | begins with | replayed in |\n"
      "| --- | --- | --- | --- |\n";
  const std::vector<PageText> texts = pages();
  for (const NotedBlock& block : blocks) {
    std::string first = block.lines.front();
    if (first == "..." && block.lines.size() > 1) first = block.lines[1];
    if (first.size() > 60) first = first.substr(0, 57) + "...";
    std::string shown;
    for (const char c : first) shown += c == '|' ? "\\|" : std::string(1, c);
    text += fmt::format("| {} | {} | `{}` | {} |\n", block.number,
                        block.section, shown, place_of(block, texts));
  }
  return text;
}

}  // namespace

TEST_CASE("every code block of the notes is replayed by a page", "[notes]") {
  const std::vector<NotedBlock> blocks = noted_blocks();
  CHECK(blocks.size() == 47);
  const std::vector<PageText> texts = pages();
  for (const NotedBlock& block : blocks) {
    INFO("block " << block.number << ", section " << block.section << ": "
                  << block.lines.front());
    CHECK_FALSE(place_of(block, texts).empty());
  }
  const fs::path page = kRoot / "tests/conformance/notes.md";
  const std::string now = table(blocks);
  if (std::getenv("DRYDOCK_UPDATE")) std::ofstream(page) << now;
  INFO("DRYDOCK_UPDATE=1 build/tests/test_conformance '[notes]'");
  CHECK(content(page) == now);
}

}  // namespace drydock::conformance
