// report.cc — the tables of coverage.md and of hints.md.

#include "tests/coverage/report.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/cli/hints.h"
#include "sim/cli/profile.h"
#include "sim/engine/lifecycle.h"
#include "sim/engine/messages.h"
#include "tests/coverage/scan.h"

namespace drydock::coverage {

namespace {

constexpr std::string_view kNothing = "**nothing**";

/// Letters of a message that are too few to tell it from others.
constexpr std::size_t kTooLittle = 6;

/// One thing to be covered, and all that covers it.
struct Row {
  std::string thing;  // All cells but the last: "| `run` | `--rm`".
  Files files;
};

struct Section {
  std::string title, head;  // "command | flag"
  std::vector<Row> rows;
};

std::string in_cell(std::string text) {
  return replace_all(replace_all(text, "|", "\\|"), "\n", " ");
}

// --- Commands and flags -----------------------------------------------------

Section flags_section(const Uses& uses, unsigned profile, std::string title) {
  Section section{std::move(title), "command | flag", {}};
  std::set<const cli::Command*> done;
  for (const cli::Entry& entry : cli::entries()) {
    if (!(entry.where & profile) || !entry.command) continue;
    if (!done.insert(entry.command).second) continue;  // Under another name.
    section.rows.push_back({fmt::format("| `{}` |", entry.path),
                            uses.find(profile, entry.command, "")});
    for (const cli::Flag& flag : entry.command->flags) {
      if (!(flag.where & profile) || !flag.stands_for.empty()) continue;
      section.rows.push_back(
          {fmt::format("| `{}` | `--{}`", entry.path, flag.name),
           uses.find(profile, entry.command, std::string(flag.name))});
    }
  }
  return section;
}

// --- Messages ---------------------------------------------------------------

/// The longest piece of a message that is the same each time.
std::string fixed_part(std::string_view message) {
  std::string best, piece;
  bool inside = false;
  for (const char c : message) {
    if (c == '{') inside = true;
    if (inside || c == '"' || c == '\n') {
      if (piece.size() > best.size()) best = piece;
      piece.clear();
    } else {
      piece += c;
    }
    if (c == '}') inside = false;
  }
  return std::string(trim(piece.size() > best.size() ? piece : best));
}

/// The files in which these words stand.
Files places_of(const std::vector<Source>& sources, unsigned profile,
                const std::string& words) {
  Files files;
  for (const Source& source : sources) {
    const bool golden = source.path.starts_with("golden/");
    const bool recent = source.path.find("docker-20.10") != std::string::npos;
    const unsigned profiles = !golden  ? source.profiles
                              : recent ? unsigned{cli::k20}
                                       : unsigned{cli::k18};
    if (!(profiles & profile)) continue;
    const bool there =
        std::ranges::any_of(source.lines, [&](const std::string& line) {
          return line.find(words) != std::string::npos;
        });
    if (there) files.push_back(source.path);
  }
  return files;
}

/// Names of the messages, in the order of their enumeration.
List message_names(const std::string& root) {
  List names;
  std::ifstream in(root + "/sim/engine/messages.h");
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("enum class Message")) inside = true;
    if (inside && line.starts_with("};")) break;
    const std::string word(trim(line));
    if (inside && word.ends_with(',')) {
      names.push_back(word.substr(0, word.size() - 1));
    }
  }
  return names;
}

Section messages_section(const std::vector<Source>& sources,
                         const std::string& root) {
  const List names = message_names(root);
  Section section{"Messages of the engine", "rule | profile", {}};
  for (const engine::Wording& wording : engine::kWordings) {
    const auto number = static_cast<std::size_t>(wording.message);
    const std::string name = number < names.size() ? names[number] : "?";
    const std::string_view old = wording.docker_1_8;
    const bool same = wording.docker_20_10.data() == nullptr;
    const std::string_view recent = same ? old : wording.docker_20_10;
    const auto add = [&](std::string_view words, const cli::Profile& profile) {
      // What has no words of its own passes on what others say.
      if (fixed_part(words).size() < kTooLittle) return;
      section.rows.push_back(
          {fmt::format("| `{}` | {}", name, profile.name),
           places_of(sources, profile.where, fixed_part(words))});
    };
    add(old, cli::docker_1_8());
    add(recent, cli::docker_20_10());
  }
  return section;
}

Section client_section(const std::vector<Source>& sources) {
  Section section{"Sentences of the client", "sentence | profile", {}};
  for (const cli::Profile* profile :
       {&cli::docker_1_8(), &cli::docker_20_10()}) {
    const cli::Words& words = profile->words;
    for (const std::string_view sentence :
         {words.no_daemon, words.no_tty, words.start_and_attach_many,
          words.attach_stopped, words.attach_paused, words.no_such_object,
          words.cowardly, words.stdin_is_terminal, words.cidfile_exists,
          words.sending_context}) {
      const std::string fixed = fixed_part(sentence);
      if (fixed.size() < kTooLittle) continue;
      section.rows.push_back(
          {fmt::format("| {} | {}", in_cell(fixed), profile->name),
           places_of(sources, profile->where, fixed)});
    }
  }
  return section;
}

// --- Lifecycle and hints ----------------------------------------------------

Section lifecycle_section(const std::vector<Source>& sources) {
  const auto tests = std::ranges::find(
      sources, std::string("tests/engine/lifecycle_test.cc"), &Source::path);
  Section section{"Edges of the lifecycle", "state | verb", {}};
  for (const engine::Move& move : engine::kLifecycle) {
    const std::string row =
        fmt::format("{{{}, Verb::{}, ", name_of(move.from), name_of(move.verb));
    const bool there =
        tests != sources.end() &&
        std::ranges::any_of(tests->lines, [&](const std::string& line) {
          return line.find(row) != std::string::npos;
        });
    section.rows.push_back(
        {fmt::format("| {} | {}", name_of(move.from), name_of(move.verb)),
         there ? Files{tests->path} : Files{}});
  }
  return section;
}

Section hints_section(const std::vector<Source>& sources) {
  Section section{"Hints", "hint", {}};
  for (const cli::Hint& hint : cli::hints()) {
    section.rows.push_back(
        {fmt::format("| `{}`", hint.id),
         places_of(sources, cli::kBoth, std::string(hint.id))});
  }
  return section;
}

std::vector<Section> sections_of(const std::string& root) {
  const std::vector<Source> sources = read_sources(root);
  const Uses uses = find_uses(sources);
  std::vector<Section> sections;
  sections.push_back(
      flags_section(uses, cli::k18, "Commands and flags, docker-1.8"));
  sections.push_back(
      flags_section(uses, cli::k20, "Commands and flags, docker-20.10"));
  sections.push_back(messages_section(sources, root));
  sections.push_back(client_section(sources));
  sections.push_back(lifecycle_section(sources));
  sections.push_back(hints_section(sources));
  return sections;
}

std::string section_text(const Section& section) {
  std::string rule = "| ---";
  for (const char c : section.head) {
    if (c == '|') rule += " | ---";
  }
  std::string text = fmt::format("\n## {}\n\n| {} | found in |\n{} | --- |\n",
                                 section.title, section.head, rule);
  for (const Row& row : section.rows) {
    const std::string cell = row.files.empty() ? std::string(kNothing)
                                               : "`" + row.files.front() + "`";
    text += fmt::format("{} | {} |\n", row.thing, cell);
  }
  return text;
}

}  // namespace

std::string coverage_page(const std::string& root) {
  std::string summary, tables;
  for (const Section& section : sections_of(root)) {
    const auto covered = std::ranges::count_if(
        section.rows, [](const Row& row) { return !row.files.empty(); });
    summary += fmt::format("| {} | {} of {} |\n", section.title, covered,
                           section.rows.size());
    tables += section_text(section);
  }
  return fmt::format(
      "# What is exercised by what\n\n"
      "Made by `./dev coverage`. Command lines in `scenarios/`, `book/`, "
      "`tests/` and the recordings are\n"
      "read with docker's own flag tables, and each row names the first file "
      "that has it; {} marks\n"
      "what no page, recording or test uses. A test fails when a row claims "
      "what is no longer so.\n\n"
      "| what | covered |\n| --- | --- |\n{}{}",
      kNothing, summary, tables);
}

List false_claims(const std::string& root, const std::string& page) {
  std::map<std::string, const Row*> rows;  // By section and thing.
  const std::vector<Section> sections = sections_of(root);
  for (const Section& section : sections) {
    for (const Row& row : section.rows) {
      rows[section.title + row.thing] = &row;
    }
  }
  List claims;
  std::string title;
  for (const std::string& line : split(page, '\n')) {
    if (line.starts_with("## ")) title = line.substr(3);
    const std::size_t cell = line.rfind(" | `");
    if (!line.starts_with("| ") || !line.ends_with("` |") ||
        cell == std::string::npos) {
      continue;
    }
    const std::string file = line.substr(cell + 4, line.size() - cell - 7);
    const auto row = rows.find(title + line.substr(0, cell));
    const bool holds =
        row != rows.end() && std::ranges::count(row->second->files, file) > 0;
    if (!holds) claims.push_back(line);
  }
  return claims;
}

std::string hints_page() {
  std::string text =
      "# Hints\n\n"
      "With `--hints` (in the shell: `drydock hints on`) docker tells after "
      "the classic mistakes what went\n"
      "wrong and how to get out. A hint is decided on what the engine did and "
      "on what there is now, never\n"
      "on the words of a command or of an answer, so it is the same in each "
      "profile. Its name stays the same.\n\n"
      "This page is made by `./dev coverage` from the table in "
      "`sim/cli/hints.cc`.\n";
  for (const cli::Hint& hint : cli::hints()) {
    text +=
        fmt::format("\n## {}\n\n*When:* {}.\n\n*Why:* {}.\n\n*Way out:* {}.\n",
                    hint.id, hint.when, hint.reason, hint.way_out);
  }
  return text;
}

}  // namespace drydock::coverage
