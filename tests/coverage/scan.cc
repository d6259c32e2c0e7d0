// scan.cc — finding command lines in text and reading them as docker does.

#include "tests/coverage/scan.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "sim/cli/profile.h"

namespace drydock::coverage {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDocker = "docker";

List lines_of(const fs::path& path) {
  List lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Which profiles a page names in `<!-- profiles: ... -->`.
unsigned profiles_of(const Source& source) {
  if (source.path.starts_with("tests/conformance/recorded")) return cli::k20;
  if (!source.path.ends_with(".md")) return cli::kBoth;
  unsigned profiles = 0;
  for (const std::string& line : source.lines) {
    if (!line.starts_with("<!-- profiles:")) continue;
    if (line.find("docker-1.8") != std::string::npos) profiles |= cli::k18;
    if (line.find("docker-20.10") != std::string::npos) profiles |= cli::k20;
  }
  return profiles == 0 ? unsigned{cli::k18} : profiles;
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ||
         c == '/' || c == '.';
}

/// The words from `at` on, up to what ends a simple command.
List words_from(const std::string& line, std::size_t at) {
  List words;
  std::string word;
  bool open = false;
  char quote = 0;
  for (; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '\\' && at + 1 < line.size()) {
      const char next = line[++at];
      if (next == 'n' && quote == 0) break;  // A newline of a C string.
      if (next == '"') {  // A quote of the shell within a C string.
        quote = quote == '"' ? 0 : quote == 0 ? '"' : quote;
        open = true;
        continue;
      }
      word += next;
      open = true;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'') {
      quote = c;
      open = true;
    } else if (std::string_view("|;&<>)`\"").find(c) !=
               std::string_view::npos) {
      break;
    } else if (c == ' ' || c == '\t') {
      if (open) words.push_back(std::exchange(word, {}));
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push_back(word);
  return words;
}

const cli::Profile& profile_of(unsigned profile) {
  return profile == cli::k18 ? cli::docker_1_8() : cli::docker_20_10();
}

/// Notes the command and its flags, if the words are one in this profile.
void read_command(const List& all, unsigned profile, const std::string& file,
                  Uses& uses) {
  List words = all;
  while (!words.empty() && words.front().starts_with('-')) {
    words.erase(words.begin());  // Global flags; those with values are rare.
  }
  if (words.empty()) return;
  const auto side = static_cast<cli::Where>(profile);
  const cli::Entry* entry = cli::find_entry(words.front(), side);
  words.erase(words.begin());
  if (entry && entry->group && !words.empty()) {
    const std::string path = std::string(entry->path) + " " + words.front();
    entry = cli::find_entry(path, side);
    words.erase(words.begin());
  }
  if (!entry || !entry->command) return;
  const cli::Command& command = *entry->command;
  cli::Grammar grammar = profile_of(profile).grammar;
  if (command.words_follow) grammar.stops_at_operand = true;
  const auto parsed = cli::parse(command.flags, grammar, words);
  if (!parsed) return;
  uses.note(profile, &command, "", file);
  for (const cli::Flag& flag : command.flags) {
    if (!parsed->flags.given(flag.name)) continue;
    uses.note(profile, &command, std::string(flag.name), file);
  }
}

}  // namespace

std::vector<Source> read_sources(const std::string& root) {
  std::vector<Source> sources;
  for (const char* folder : {"scenarios", "book", "golden", "tests"}) {
    std::vector<std::string> paths;
    std::error_code ignored;
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(root) / folder, ignored)) {
      const std::string kind = entry.path().extension().string();
      const bool read = kind == ".md" || kind == ".cc" || kind == ".txt" ||
                        kind == ".jsonl" || kind == ".h";
      const std::string path = fs::relative(entry.path(), root).string();
      const bool own = path.starts_with("tests/coverage/") ||
                       path == "tests/conformance/coverage.md" ||
                       path == "book/hints.md" ||
                       path.find(".unapproved") != std::string::npos;
      if (entry.is_regular_file() && read && !own) paths.push_back(path);
    }
    std::stable_sort(paths.begin(), paths.end());
    for (const std::string& path : paths) {
      Source source{path, lines_of(fs::path(root) / path)};
      source.profiles = profiles_of(source);
      sources.push_back(std::move(source));
    }
  }
  return sources;
}

bool has_commands(const Source& source) {
  return !source.path.starts_with("golden/");
}

std::vector<List> commands_on(const std::string& line) {
  std::vector<List> commands;
  for (std::size_t at = 0;
       (at = line.find(kDocker, at)) != std::string::npos;) {
    const bool begins = at == 0 || !is_word(line[at - 1]);
    at += kDocker.size();
    if (begins && at < line.size() && line[at] == ' ') {
      commands.push_back(words_from(line, at));
    }
  }
  return commands;
}

void Uses::note(unsigned profile, const cli::Command* command,
                const std::string& flag, const std::string& file) {
  Files& files = by_flag[{profile, command, flag}];
  if (files.empty() || files.back() != file) files.push_back(file);
}

Files Uses::find(unsigned profile, const cli::Command* command,
                 const std::string& flag) const {
  const auto files = by_flag.find({profile, command, flag});
  return files == by_flag.end() ? Files() : files->second;
}

Uses find_uses(const std::vector<Source>& sources) {
  Uses uses;
  for (const Source& source : sources) {
    if (!has_commands(source)) continue;
    for (const std::string& line : source.lines) {
      for (const List& words : commands_on(line)) {
        for (const unsigned profile :
             {unsigned{cli::k18}, unsigned{cli::k20}}) {
          if (source.profiles & profile) {
            read_command(words, profile, source.path, uses);
          }
        }
      }
    }
  }
  return uses;
}

}  // namespace drydock::coverage
