// weave.cc — cuts the book's listings from the sources, and its figures from
// what the programs print.
//
//   weave --check PAGE-OR-FOLDER...   a stale block is an error
//   weave --write PAGE-OR-FOLDER...   and here it is brought up to date
//
// A marker stands on the line above a fenced block:
//
//   <!-- code: sim/engine/lifecycle.h kLifecycle -->   one declaration
//   <!-- code: scenarios/notes/app.py -->              a whole file
//   <!-- run: build/drydock sh -c 'docker version' --> what a command prints
//
// A declaration is cut from the comment above it to the first line that begins
// with `}`, or to its `;` if that comes first: clang-format guarantees the
// shape, so the sources carry no marks.

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/base/result.h"
#include "sim/base/text.h"

namespace {

namespace fs = std::filesystem;
using drydock::Error;
using drydock::List;
using drydock::Result;

Result<List> lines_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{fmt::format("{}: cannot be read", path.string())};
  std::ostringstream text;
  text << in.rdbuf();
  List lines = drydock::split(text.str(), '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// --- Cutting -----------------------------------------------------------------

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// Whether a line at the left margin declares `name`: it holds it as a whole
/// word, and is neither a comment nor a directive.
bool declares(std::string_view line, std::string_view name) {
  if (line.empty() || line[0] == ' ' || line[0] == '#' || line[0] == '}' ||
      line.starts_with("//")) {
    return false;
  }
  const std::size_t at = line.find(name);
  if (at == std::string_view::npos) return false;
  const std::size_t end = at + name.size();
  const bool begins =
      at == 0 || (!is_word(line[at - 1]) && line[at - 1] != ':');
  return begins && (end == line.size() || !is_word(line[end]));
}

/// The line after the declaration that begins at `at`.
std::size_t end_of(const List& lines, std::size_t at) {
  bool open = false;
  for (std::size_t i = at; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    if (i > at && line.starts_with('}')) return i + 1;
    open = open || line.find('{') != std::string::npos;
    if (!open && line.ends_with(';')) return i + 1;
    const bool closed = line.ends_with("};") || line.ends_with("}");
    if (i == at && open && closed) return i + 1;
  }
  return lines.size();
}

Result<List> cut(const std::string& path, const std::string& name) {
  const Result<List> lines = lines_of(path);
  if (!lines || name.empty()) return lines;
  for (std::size_t i = 0; i < lines->size(); ++i) {
    if (!declares((*lines)[i], name)) continue;
    std::size_t first = i;
    while (first > 0 && ((*lines)[first - 1].starts_with("//") ||
                         (*lines)[first - 1].starts_with("template "))) {
      --first;
    }
    List piece;
    for (std::size_t k = first; k < end_of(*lines, i); ++k) {
      if (!(*lines)[k].starts_with("// clang-format")) {
        piece.push_back((*lines)[k]);
      }
    }
    return piece;
  }
  return Error{fmt::format("{} declares no '{}'", path, name)};
}

Result<List> printed_by(const std::string& command) {
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (!pipe) return Error{fmt::format("'{}' cannot be run", command)};
  std::string text;
  char buffer[4096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    text.append(buffer, got);
  const int status = ::pclose(pipe);
  if (status == 127 << 8)
    return Error{fmt::format("'{}' is not there", command)};
  List lines = drydock::split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// --- Pages -------------------------------------------------------------------

/// "code: PATH NAME" or "run: COMMAND" of a marker line; nothing for others.
std::optional<std::string> marker(std::string_view line) {
  constexpr std::string_view kBefore = "<!-- ", kAfter = " -->";
  if (!line.starts_with(kBefore) || !line.ends_with(kAfter))
    return std::nullopt;
  line.remove_prefix(kBefore.size());
  line.remove_suffix(kAfter.size());
  if (!line.starts_with("code: ") && !line.starts_with("run: ")) {
    return std::nullopt;
  }
  return std::string(line);
}

Result<List> wanted(const std::string& mark) {
  if (mark.starts_with("run: ")) return printed_by(mark.substr(5));
  const List words = drydock::split_blanks(mark.substr(6));
  if (words.empty()) return Error{"a code marker without a path"};
  return cut(words[0], words.size() > 1 ? words[1] : "");
}

struct Woven {
  List lines;
  int blocks = 0;
  List complaints;  // Stale or impossible blocks, by page and line.
};

Woven weave(const std::string& path, const List& page) {
  Woven woven;
  for (std::size_t i = 0; i < page.size(); ++i) {
    woven.lines.push_back(page[i]);
    const std::optional<std::string> mark = marker(page[i]);
    if (!mark) continue;
    const std::string where = fmt::format("{}:{}", path, i + 1);
    if (i + 1 == page.size() || !page[i + 1].starts_with("```")) {
      woven.complaints.push_back(where + ": no fenced block below");
      continue;
    }
    std::size_t end = i + 2;
    while (end < page.size() && page[end] != "```") ++end;
    const List now(page.begin() + static_cast<std::ptrdiff_t>(i + 2),
                   page.begin() + static_cast<std::ptrdiff_t>(end));
    const Result<List> piece = wanted(*mark);
    ++woven.blocks;
    woven.lines.push_back(page[i + 1]);
    const List& kept = piece ? *piece : now;
    woven.lines.insert(woven.lines.end(), kept.begin(), kept.end());
    if (!piece) woven.complaints.push_back(where + ": " + piece.error().text);
    if (piece && *piece != now) {
      woven.complaints.push_back(where + ": stale: " + *mark);
    }
    i = end - 1;
  }
  return woven;
}

std::vector<fs::path> pages_of(const std::vector<std::string>& paths) {
  std::vector<fs::path> pages;
  for (const std::string& path : paths) {
    if (!fs::is_directory(path)) {
      pages.emplace_back(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.path().extension() == ".md") pages.push_back(entry.path());
    }
  }
  std::stable_sort(pages.begin(), pages.end());
  return pages;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2 || (words[0] != "--check" && words[0] != "--write")) {
    fmt::print(stderr, "usage: weave --check|--write PAGE-OR-FOLDER...\n");
    return 2;
  }
  const bool writes = words[0] == "--write";
  int blocks = 0, bad = 0;
  for (const fs::path& path : pages_of({words.begin() + 1, words.end()})) {
    const Result<List> page = lines_of(path);
    if (!page) {
      fmt::print(stderr, "weave: {}\n", page.error().text);
      return 2;
    }
    const Woven woven = weave(path.string(), *page);
    blocks += woven.blocks;
    for (const std::string& complaint : woven.complaints) {
      const bool mended =
          writes && complaint.find(": stale: ") != std::string::npos;
      fmt::print(stderr, "weave: {}{}\n", complaint, mended ? " (mended)" : "");
      if (!mended) ++bad;
    }
    if (writes && woven.lines != *page) {
      std::ofstream out(path, std::ios::binary);
      for (const std::string& line : woven.lines) out << line << '\n';
    }
  }
  fmt::print("weave: {} blocks, {} to mend\n", blocks, bad);
  return bad == 0 ? 0 : 1;
}
